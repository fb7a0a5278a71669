import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '@millrace/service-kit';
import { temporaryFolder, type TemporaryFolder } from '../temporary-folder.ts';
import { StandInControlPlane } from './stand-in-control-plane.ts';

const READY_SECONDS = 60;

export interface ServingNodeOptions {
  /** Variables of the worker beside those that make it find its control plane. */
  readonly env?: Readonly<Record<string, string>>;
  /** What is assigned before the node starts. */
  readonly prepare: (controlPlane: StandInControlPlane) => void;
}

/** An inference worker as a process of its own, as it runs in production: its real entry, its prediction log on, tokens checked. */
export interface ServingNode {
  readonly url: string;
  /** Where gRPC is answered, as host:port. */
  readonly grpc: string;
  /** A token that may predict everywhere. */
  readonly token: string;
  readonly pid: number;
  readonly controlPlane: StandInControlPlane;
  /** Warnings and errors that it logged. */
  readonly complaints: readonly string[];
  /** Resolves when the newest assignment is served. Rejects when a version fails to load or it takes a minute. */
  untilServed(): Promise<void>;
  /** Asks it to stop, and resolves to its exit code; null when a signal ended it. */
  terminate(): Promise<number | null>;
  /** Terminates it, and removes everything that it needed. */
  stop(): Promise<number | null>;
}

const TOKEN = 'mlr_stand_in_0123456789abcdef';

/** Starts a node on free ports beside a control plane that stands in. Runs what was built, or the source when it is run from source itself. */
export async function startServingNode({ env = {}, prepare }: ServingNodeOptions): Promise<ServingNode> {
  const controlPlane = await StandInControlPlane.start();
  controlPlane.allow(TOKEN);
  prepare(controlPlane);
  const state = await temporaryFolder();
  const grpcPort = await freePort();
  const child = spawnWorker({
    CONTROL_PLANE_URL: controlPlane.url,
    NODE_TOKEN: 'mlr_node',
    NODE_NAME: 'node-1',
    ENVIRONMENT: 'production',
    STATE_DIR: state.path,
    GRPC_PORT: String(grpcPort),
    PREDICT_ACCESS: 'token',
    ...env,
  });
  const complaints: string[] = [];
  const url = await readyUrl(child, complaints);
  const untilServed = (): Promise<void> => serving(controlPlane, complaints);
  const terminate = async (): Promise<number | null> => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const exit = once(child, 'exit') as Promise<[number | null]>;
    child.kill('SIGTERM');
    return (await exit)[0];
  };
  await untilServed();
  return {
    url,
    grpc: `127.0.0.1:${grpcPort}`,
    token: TOKEN,
    pid: child.pid ?? 0,
    controlPlane,
    complaints,
    untilServed,
    terminate,
    stop: async () => {
      const code = await terminate();
      await cleanUp(controlPlane, state);
      return code;
    },
  };
}

async function cleanUp(controlPlane: StandInControlPlane, state: TemporaryFolder): Promise<void> {
  await controlPlane.stop();
  await state.remove();
}

function spawnWorker(env: Readonly<Record<string, string>>): ChildProcess {
  const fromSource = import.meta.url.endsWith('.ts');
  const entry = fileURLToPath(new URL(`../../../../apps/inference-worker/${fromSource ? 'src/main.ts' : 'dist/main.js'}`, import.meta.url));
  if (!existsSync(entry)) throw new Error(`There is no ${entry}: build the inference worker (turbo run build).`);
  const argv = fromSource ? ['--conditions=@millrace/source', entry] : [entry];
  return spawn(process.execPath, argv, {
    env: { PATH: process.env['PATH'], MILLRACE_PARENT_PID: String(process.pid), ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** The url of the `ready` line. Goes on reading afterwards, so that complaints are kept and the pipe never fills. */
function readyUrl(child: ChildProcess, complaints: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout ?? process.stdin }).on('line', (text) => {
      const line = JSON.parse(text) as { readonly level: string; readonly message: string; readonly url?: string };
      if (line.message === 'ready') resolve(line.url ?? '');
      if (line.level === 'warn' || line.level === 'error') complaints.push(text);
    });
    child.once('exit', (code) => reject(new Error(`The inference worker ended with code ${code}.\n${complaints.join('\n')}`)));
  });
}

async function serving(controlPlane: StandInControlPlane, complaints: readonly string[]): Promise<void> {
  for (const end = Date.now() + READY_SECONDS * 1000; Date.now() < end; await delay(20)) {
    const { report, assignment } = controlPlane;
    if (report?.servedGeneration !== assignment.generation) continue;
    const failed = report.versionStates.find(({ state }) => state === 'FAILED');
    if (failed === undefined && report.versionStates.every(({ state }) => state === 'LOADED')) return;
    if (failed !== undefined) throw new Error(`${failed.modelVersionId} could not be loaded: ${failed.error?.message}`);
  }
  throw new Error(`The node did not serve generation ${controlPlane.assignment.generation} within ${READY_SECONDS} s.\n${complaints.join('\n')}`);
}
