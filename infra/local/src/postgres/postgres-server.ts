import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';
import { MillraceError } from '@millrace/contracts';
import { Client } from 'pg';
import { appendTo, tailOf } from '../services/service-log.ts';
import { freePort } from '@millrace/service-kit';
import { initialise } from './initialise.ts';
import { endOrphan } from './orphaned-postgres.ts';
import { postgresPlace, type PostgresPlace } from './postgres-place.ts';
import { postgresFlags } from './postgres-settings.ts';

export interface PostgresServer {
  readonly pid: number;
  readonly port: number;
  /** Of the database `millrace`. */
  readonly url: string;
  /** Resolves when the server ended, also when nobody asked it to. */
  readonly ended: Promise<void>;
  /** Ends every connection and closes in good order; within the time, or else in the way that needs recovery at the next start. */
  stop(milliseconds: number): Promise<void>;
}

export interface PostgresOptions {
  readonly dataFolder: string;
  readonly password: string;
  readonly logFile: string;
  /** The port of the server that this one comes back for; any free one unless told. */
  readonly port?: number;
}

/**
 * Runs the server in a process group of its own, so that a Ctrl-C meant for the runtime does not end it first, and under a shell that
 * asks it to close as soon as the runtime's end of the pipe is gone, however the runtime ended.
 */
const KEEPER = `
  exec 3<&0
  "$@" </dev/null &
  pid=$!
  ( trap '' INT TERM HUP; read -r ignored <&3; kill -INT "$pid" ) 2>/dev/null &
  watcher=$!
  trap '' INT TERM HUP
  echo "$pid"
  wait "$pid"
  code=$?
  kill -KILL "$watcher" 2>/dev/null
  exit "$code"`;

const START_MILLISECONDS = 60_000;
const PORT_TRIES = 5;

/** Starts PostgreSQL on its data folder, which is made when it is missing and recovered when the last server was killed. */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const place = await postgresPlace(options.dataFolder);
  await endOrphan(place.data);
  await initialise(place, options.password);
  for (let tries = 1; ; tries++) {
    const started = await startOn(options.port ?? (await freePort()), place, options);
    if (started !== undefined) return started;
    if (tries === PORT_TRIES)
      throw new MillraceError('UNAVAILABLE', `PostgreSQL did not start. The end of its log:\n${await tailOf(options.logFile)}`, { retryable: false });
  }
}

/** `undefined` when the server ended at once, for example because somebody else took the port meanwhile. */
async function startOn(port: number, place: PostgresPlace, { password, logFile }: PostgresOptions): Promise<PostgresServer | undefined> {
  const log = await appendTo(logFile);
  const keeper = spawn('sh', ['-c', KEEPER, 'postgres-keeper', join(place.bin, 'postgres'), '-D', place.data, ...postgresFlags(port)], {
    ...place.account,
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'pipe', log.fd],
    env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' },
  });
  const ended = new Promise<void>((resolve) => {
    keeper.once('exit', () => resolve());
    keeper.once('error', () => resolve());
  });
  // It may be gone when it is asked to close.
  keeper.stdin?.on('error', () => {});
  await log.close();
  const pid = await pidOf(keeper, ended);
  if (pid === undefined) return undefined;
  const url = `postgres://postgres:${password}@127.0.0.1:${port}/millrace`;
  if (!(await ready(url, keeper))) return undefined;
  return {
    pid,
    port,
    url,
    ended,
    stop: async (milliseconds) => {
      keeper.stdin?.end();
      const inTime = await Promise.race([ended.then(() => true), delay(milliseconds, false)]);
      if (!inTime) quit(pid);
      await ended;
    },
  };
}

function quit(pid: number): void {
  try {
    process.kill(pid, 'SIGQUIT');
  } catch {
    // It ended a moment ago.
  }
}

/** `undefined` when the keeper could not begin. */
async function pidOf(keeper: ChildProcess, ended: Promise<void>): Promise<number | undefined> {
  const said = once(keeper.stdout ?? process.stdin, 'data').then(([line]: Buffer[]) => Number(String(line)));
  return Promise.race([said, ended.then(() => undefined)]);
}

/** Waits until the server answers, which after a crash takes as long as its recovery. Makes the database where it is missing. */
async function ready(url: string, keeper: ChildProcess): Promise<boolean> {
  const giveUpAt = performance.now() + START_MILLISECONDS;
  const maintenance = new URL(url);
  maintenance.pathname = '/postgres';
  while (keeper.exitCode === null && keeper.signalCode === null) {
    const client = new Client({ connectionString: maintenance.href });
    client.on('error', () => {});
    try {
      await client.connect();
      const { rowCount } = await client.query(`SELECT 1 FROM pg_database WHERE datname = 'millrace'`);
      if (rowCount === 0) await client.query('CREATE DATABASE millrace');
      await client.end();
      return true;
    } catch (error) {
      await client.end().catch(() => {});
      if (performance.now() > giveUpAt)
        throw new MillraceError('TIMEOUT', `PostgreSQL did not answer within ${START_MILLISECONDS / 1000} s.`, { cause: error });
      await delay(30);
    }
  }
  return false;
}
