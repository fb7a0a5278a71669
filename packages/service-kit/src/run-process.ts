import { setTimeout as delay } from 'node:timers/promises';
import { MillraceError } from '@millrace/contracts';
import { createLogger, type LogThreshold } from './create-logger.ts';
import { readProcessEnv } from './env.ts';
import type { Logger, LogFields } from './logger.ts';
import { serveHealth } from './serve-health.ts';
import { watchParent } from './watch-parent.ts';

export interface ProcessKit {
  readonly logger: Logger;
  /** Aborted as soon as the process is asked to stop, also while it still starts. */
  readonly signal: AbortSignal;
}

/** What `start` hands back: how to stop, and what to say in the `ready` line (for example the url that was taken). */
export interface RunningProcess {
  readonly ready?: LogFields;
  /** How long `close` may take; 8 s unless told. */
  readonly graceSeconds?: number;
  close(): Promise<void>;
}

export interface ProcessOptions {
  readonly name: string;
  readonly start: (kit: ProcessKit) => Promise<RunningProcess>;
  /** `LOG_LEVEL` of the environment unless told. */
  readonly level?: LogThreshold;
  /** Where liveness and readiness are answered over HTTP; nowhere unless told. */
  readonly healthPort?: number | undefined;
  readonly healthHost?: string;
  /** Ends the process when everything is done, or cannot be done any more; `process.exit` unless told. */
  readonly exit?: (code: number) => never;
}

/**
 * The life of a process: start, say `ready` (a log line, and a message to a parent that forked it), run until SIGTERM, SIGINT or the
 * death of the parent, close within the grace, exit 0. Exits 1 with the reason when it cannot start, when it breaks, or when the grace is over.
 */
export async function runProcess(options: ProcessOptions): Promise<void> {
  const { level, parentPid } = readProcessEnv();
  const logger = createLogger({ service: options.name, level: options.level ?? level });
  const stopping = new AbortController();
  const exit = options.exit ?? ((code: number): never => process.exit(code));
  const stop = (reason: string): void => {
    if (stopping.signal.aborted) return;
    logger.info('stopping', { reason });
    stopping.abort();
  };
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));
  watchParent(parentPid, () => stop('the parent process is gone'));
  dieOnFault(logger, exit);
  surviveOutput();
  try {
    const running = await startReady(options, { logger, signal: stopping.signal });
    await untilAborted(stopping.signal);
    await closeWithin(running, running.graceSeconds ?? 8);
    logger.info('stopped');
    exit(0);
  } catch (error) {
    logger.error('failed', { error });
    exit(1);
  }
}

async function startReady(options: ProcessOptions, kit: ProcessKit): Promise<RunningProcess> {
  let isReady = false;
  const { healthPort } = options;
  const health =
    healthPort === undefined ? undefined : await serveHealth({ host: options.healthHost ?? '127.0.0.1', port: healthPort, isReady: () => isReady });
  const running = await options.start(kit);
  isReady = true;
  kit.signal.addEventListener('abort', () => {
    isReady = false;
  });
  const fields = { ...running.ready, ...(health === undefined ? {} : { healthPort: health.port }), pid: process.pid };
  kit.logger.info('ready', fields);
  if (process.connected) process.send?.({ ...fields, type: 'ready' });
  return {
    ...running,
    close: async () => {
      await running.close();
      await health?.close();
    },
  };
}

/** Keeps the process alive on its own: a service may have nothing open at the moment. */
async function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const alive = setInterval(() => {}, 60_000);
  await new Promise((resolve) => {
    signal.addEventListener('abort', resolve, { once: true });
  });
  clearInterval(alive);
}

async function closeWithin(running: RunningProcess, graceSeconds: number): Promise<void> {
  const late = new MillraceError('TIMEOUT', `Closing took longer than the grace of ${graceSeconds} s.`);
  const timer = delay(graceSeconds * 1000, undefined, { ref: true }).then(() => {
    throw late;
  });
  await Promise.race([running.close(), timer]);
}

/** What a library writes to a full disk, or to a reader that has gone, is lost; it is no reason to die. */
function surviveOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}

/** A state that nobody foresaw is not worth keeping: whoever supervises the process starts a new one. */
function dieOnFault(logger: Logger, exit: (code: number) => never): void {
  const die = (error: unknown): void => {
    logger.error('broken', { error: error instanceof Error ? error : new Error(String(error)) });
    exit(1);
  };
  process.on('uncaughtException', die);
  process.on('unhandledRejection', die);
}
