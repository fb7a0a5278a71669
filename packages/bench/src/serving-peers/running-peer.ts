import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '@millrace/service-kit';
import type { Peer, Variant } from './peers.ts';

const READY_SECONDS = 60;

export interface RunningPeer {
  readonly url: string;
  stop(): Promise<void>;
}

/** The folder of a peer's Python environment. Throws with what to do when it is missing. */
export function environmentOf({ name }: Pick<Peer, 'name'>): string {
  const folder = process.env['PEERS_VENVS'];
  const hint = 'Install the peers with: bash packages/bench/peers/install.sh FOLDER, and set PEERS_VENVS=FOLDER.';
  if (folder === undefined) throw new Error(`PEERS_VENVS is not set. ${hint}`);
  const environment = join(folder, name);
  if (!existsSync(join(environment, 'bin', 'python'))) throw new Error(`There is no Python environment ${environment}. ${hint}`);
  return environment;
}

/** Starts a peer and waits until it answers `body`. */
export async function startPeer(peer: Peer, variant: Variant, options: { folder: string; model: string; body: string }): Promise<RunningPeer> {
  const bin = join(environmentOf(peer), 'bin');
  const port = await freePort();
  const folder = await mkdtemp(join(options.folder, `${peer.name}-`));
  const { program, args, cwd, env } = await variant.start(port, folder);
  const log = join(options.folder, `${peer.name}.log`);
  // A process group of its own: each of them starts workers.
  const child = spawn(join(bin, program), args, {
    cwd,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: `${bin}:${process.env['PATH']}`,
      HOME: folder,
      TMPDIR: folder,
      PEER_MODEL: options.model,
      OMP_NUM_THREADS: '1',
      ORT_DISABLE_TELEMETRY: '1',
      PYTHONDONTWRITEBYTECODE: '1',
      ...env,
    },
  });
  const output = createWriteStream(log);
  child.stdout.pipe(output);
  child.stderr.pipe(output);
  const url = `http://127.0.0.1:${port}${variant.path}`;
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      const exit = once(child, 'exit');
      signalGroup(child.pid, 'SIGTERM');
      await Promise.race([exit, delay(5000)]);
    }
    signalGroup(child.pid, 'SIGKILL');
  };
  for (const end = Date.now() + READY_SECONDS * 1000; Date.now() < end; await delay(200)) {
    if (await answers(url, options.body)) return { url, stop };
    if (child.exitCode !== null) break;
  }
  await stop();
  throw new Error(`${peer.name} (${variant.name}) did not answer:\n${(await readFile(log, 'utf8')).slice(-2000)}`);
}

async function answers(url: string, body: string): Promise<boolean> {
  const response = await fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json' } }).catch(() => undefined);
  await response?.arrayBuffer();
  return response?.ok === true;
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
