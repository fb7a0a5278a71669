import { fork } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export interface DoomedWorker {
  /** Once it holds a lease and has written an effect that it has not committed yet. */
  readonly isWriting: Promise<unknown>;
  kill(): Promise<void>;
}

/** Node strips types but knows no decorators, so the process is bundled first, from the sources as they are. */
const PACKAGES = ['typeorm', 'pg', 'bullmq', 'pino', 'zod', 'reflect-metadata'];

/** A worker in a process of its own that begins a job, and never ends it. */
export async function startDoomedWorker(environment: {
  readonly databaseUrl: string;
  readonly queueUrl: string;
  readonly leaseSeconds: number;
}): Promise<DoomedWorker> {
  const outfile = fileURLToPath(new URL(`../../node_modules/.doomed-worker-${process.pid}-${Date.now()}.mjs`, import.meta.url));
  await build({
    entryPoints: [fileURLToPath(new URL('doomed-worker.main.ts', import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    conditions: ['@millrace/source'],
    external: PACKAGES,
    logLevel: 'error',
  });
  const child = fork(outfile, [JSON.stringify(environment)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [] });
  const said = (word: string): Promise<void> =>
    new Promise((resolve, reject) => {
      child.on('message', (message) => {
        if (message === word) resolve();
      });
      child.once('exit', (code) => reject(new Error(`The worker ended with ${code} before it was ${word}.`)));
    });
  const isWriting = said('writing');
  isWriting.catch(() => {});
  await said('ready');
  await rm(outfile);
  return {
    isWriting,
    kill: async () => {
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    },
  };
}
