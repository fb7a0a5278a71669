import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Millrace } from '@millrace/sdk';
import { freePort } from '@millrace/service-kit';
import { startPostgres, temporaryFolder } from '@millrace/testing';

/** A control plane as a process of its own, on a database of its own. */
export interface BenchControlPlane {
  readonly url: string;
  readonly adminToken: string;
  readonly nodeToken: string;
  readonly millrace: Millrace;
}

const MAIN = fileURLToPath(new URL('../../../../apps/control-plane/dist/main.js', import.meta.url));
const secret = (): string => `mlr_${randomBytes(32).toString('base64url')}`;

/** Starts a control plane, hands it to `measure`, and takes it down whatever happens. */
export async function* withControlPlane<Value>(measure: (plane: BenchControlPlane) => AsyncIterable<Value>): AsyncIterable<Value> {
  const postgres = await startPostgres();
  const folder = await temporaryFolder();
  const [adminToken, nodeToken, port] = [secret(), secret(), await freePort()];
  const urls = { DATABASE_URL: postgres.url, QUEUE_URL: postgres.url, STORAGE_URL: pathToFileURL(folder.path).href };
  const tokens = { BOOTSTRAP_TOKEN: adminToken, NODE_BOOTSTRAP_TOKEN: nodeToken };
  const flags = ['--max-old-space-size=256', '--max-semi-space-size=4'];
  const child = spawn(process.execPath, [...flags, MAIN], {
    env: { ...process.env, ...urls, ...tokens, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = `http://127.0.0.1:${port}`;
  const millrace = new Millrace({ url, token: adminToken });
  try {
    await ready(url, createInterface({ input: child.stdout }));
    yield* measure({ url, adminToken, nodeToken, millrace });
  } finally {
    await millrace.close();
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await exited;
    await postgres.stop();
    await folder.remove();
  }
}

/** Every line that the process writes is a moment to ask whether it is ready: it says so, in words that may change. */
async function ready(url: string, lines: AsyncIterable<string>): Promise<void> {
  for await (const line of lines) if (line !== '' && (await fetch(`${url}/health/ready`).catch(() => undefined))?.ok === true) return;
  throw new Error('The control plane ended before it was ready.');
}
