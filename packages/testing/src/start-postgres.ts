import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '@millrace/service-kit';
import { postgresBinaries, unprivileged, type Identity } from './postgres-binaries.ts';

export interface TestPostgres {
  /** Of the database `postgres`, as superuser. */
  readonly url: string;
  /** Breaks every connection and comes back on the same port with the same data. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Nothing has to survive a crash of a test server, so it never waits for the disk. */
const SETTINGS = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'max_connections=300',
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
];
const READY = 'database system is ready to accept connections';

/** A PostgreSQL server of its own on a free port, in a temporary folder that is removed on `stop()`. Works as root too. */
export async function startPostgres(): Promise<TestPostgres> {
  const identity = await unprivileged();
  const folder = await mkdtemp(join(tmpdir(), 'millrace-test-postgres-'));
  if (identity.uid !== undefined && identity.gid !== undefined) await chown(folder, identity.uid, identity.gid);
  try {
    const binaries = await postgresBinaries(identity, folder);
    const password = await initialise(binaries, folder, identity);
    const port = await freePort();
    let server = await serve(binaries, folder, port, identity);
    return {
      url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
      restart: async () => {
        await end(server);
        server = await serve(binaries, folder, port, identity);
      },
      stop: async () => {
        await end(server);
        await rm(folder, { recursive: true, force: true });
      },
    };
  } catch (thrown) {
    await rm(folder, { recursive: true, force: true });
    throw thrown;
  }
}

async function initialise(binaries: string, folder: string, identity: Identity): Promise<string> {
  const password = randomBytes(12).toString('hex');
  const passwordFile = join(folder, 'password');
  await writeFile(passwordFile, `${password}\n`, { mode: 0o644 });
  const options = [
    `--pgdata=${join(folder, 'data')}`,
    '--username=postgres',
    '--auth=scram-sha-256',
    `--pwfile=${passwordFile}`,
    '--encoding=UTF8',
    '--locale=C',
    '--no-sync',
  ];
  await promisify(execFile)(join(binaries, 'initdb'), options, { ...identity, cwd: folder });
  return password;
}

/** Resolves when the server takes connections; rejects with what it said when it ends before. */
async function serve(binaries: string, folder: string, port: number, identity: Identity): Promise<ChildProcess> {
  const settings = [...SETTINGS, `port=${port}`].flatMap((setting) => ['-c', setting]);
  const server = spawn(join(binaries, 'postgres'), ['-D', join(folder, 'data'), ...settings], {
    ...identity,
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const killWithUs = (): void => void server.kill('SIGQUIT');
  process.once('exit', killWithUs);
  server.once('exit', () => process.off('exit', killWithUs));
  await new Promise<void>((resolve, reject) => {
    let said = '';
    server.stderr.on('data', (chunk: Buffer) => {
      said = `${said}${chunk.toString()}`.slice(-10_000);
      if (said.includes(READY)) resolve();
    });
    server.once('error', reject);
    server.once('exit', (code) => reject(new Error(`The test PostgreSQL in ${folder} ended with code ${code}: ${said}`)));
  });
  return server;
}

/** A fast shutdown: open transactions are rolled back, connections are cut. */
async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exited = once(server, 'exit');
  server.kill('SIGINT');
  await exited;
}
