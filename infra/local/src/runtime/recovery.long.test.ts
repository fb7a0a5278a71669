import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { processIdentity } from './process-identity.ts';
import type { RuntimeRecord } from './runtime-record.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-recovery-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** A runtime with PostgreSQL, in a process of its own. */
async function startRuntime(): Promise<ChildProcess> {
  const runtime = fileURLToPath(new URL('../fixtures/runtime.fixture.ts', import.meta.url));
  const child = spawn(process.execPath, ['--conditions=@millrace/source', runtime, folder], { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  const ended = once(child, 'exit').then(([code]: unknown[]) => {
    throw new Error(`The runtime ended with code ${String(code)}.`);
  });
  ended.catch(() => {});
  await Promise.race([once(child.stdout ?? process.stdin, 'data'), ended]);
  return child;
}

async function record(): Promise<RuntimeRecord> {
  return JSON.parse(await readFile(join(folder, 'runtime.json'), 'utf8')) as RuntimeRecord;
}

async function query(sql: string): Promise<unknown[]> {
  const { postgresPassword } = JSON.parse(await readFile(join(folder, 'secrets.json'), 'utf8')) as { postgresPassword: string };
  const { processes } = await record();
  const url = new URL(processes.find(({ name }) => name === 'postgres')?.url ?? '');
  url.username = 'postgres';
  url.password = postgresPassword;
  url.pathname = '/millrace';
  const client = new Client({ connectionString: url.href });
  client.on('error', () => {});
  await client.connect();
  const { rows } = await client.query<Record<string, unknown>>(sql);
  await client.end();
  return rows;
}

async function allGone(pids: readonly number[]): Promise<void> {
  await vi.waitFor(
    async () => {
      for (const pid of pids) expect(await processIdentity(pid)).toBeUndefined();
    },
    { timeout: 15_000, interval: 50 },
  );
}

async function stop(runtime: ChildProcess): Promise<void> {
  const exit = once(runtime, 'exit');
  runtime.kill('SIGTERM');
  expect(await exit).toEqual([0, null]);
}

describe('a runtime that is killed', () => {
  it('takes its services and PostgreSQL with it, and the next start finds every row', async () => {
    const first = await startRuntime();
    const { processes } = await record();
    expect(processes.map(({ name }) => name)).toEqual(['postgres', 'control-plane', 'etl-worker', 'inference-worker']);
    await query('CREATE TABLE kept AS SELECT 7 AS seven');
    first.kill('SIGKILL');
    await allGone(processes.map(({ pid }) => pid));
    const second = await startRuntime();
    expect(await query('SELECT seven FROM kept')).toEqual([{ seven: 7 }]);
    const { processes: last } = await record();
    await stop(second);
    for (const { pid } of last) expect(await processIdentity(pid)).toBeUndefined();
  });

  it('together with everything that it started, comes back by itself', async () => {
    const first = await startRuntime();
    const { processes } = await record();
    await query('CREATE TABLE kept AS SELECT 7 AS seven');
    for (const pid of [first.pid ?? 0, ...processes.map((one) => one.pid)]) process.kill(pid, 'SIGKILL');
    const second = await startRuntime();
    expect(await query('SELECT seven FROM kept')).toEqual([{ seven: 7 }]);
    await stop(second);
  });

  it('can be started again at once, while its services still close', async () => {
    const first = await startRuntime();
    first.kill('SIGKILL');
    const second = await startRuntime();
    expect((await fetch((await record()).url ?? '')).status).toBe(200);
    await stop(second);
  });
});

it('a runtime that lost its secrets makes new ones and keeps the data', async () => {
  const first = await startRuntime();
  await query('CREATE TABLE kept AS SELECT 7 AS seven');
  await stop(first);
  await rm(join(folder, 'secrets.json'));
  const second = await startRuntime();
  expect(await query('SELECT seven FROM kept')).toEqual([{ seven: 7 }]);
  await stop(second);
});

it('PostgreSQL that is killed alone comes back on the same port', async () => {
  const runtime = await startRuntime();
  await query('CREATE TABLE kept AS SELECT 7 AS seven');
  const { processes } = await record();
  const postgres = processes.find(({ name }) => name === 'postgres');
  process.kill(postgres?.pid ?? 0, 'SIGKILL');
  await allGone([postgres?.pid ?? 0]);
  await vi.waitFor(async () => expect(await query('SELECT seven FROM kept')).toEqual([{ seven: 7 }]), { timeout: 20_000, interval: 100 });
  expect((await record()).processes.find(({ name }) => name === 'postgres')?.url).toBe(postgres?.url);
  await stop(runtime);
});
