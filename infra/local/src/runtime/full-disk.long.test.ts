import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { fixturePlan } from '../fixtures/plan.fixture.ts';
import { processIdentity } from './process-identity.ts';
import type { RuntimeRecord } from './runtime-record.ts';
import type { Runtime } from './runtime.ts';
import { startRuntime } from './start-runtime.ts';

/** A file system of its own that a database fits on; `undefined` where this machine does not let us mount one. */
function ownDisk(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-full-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=160m,mode=755', 'tmpfs', folder], { stdio: 'ignore' });
    chmodSync(folder, 0o755);
    return folder;
  } catch {
    rmSync(folder, { recursive: true });
    return undefined;
  }
}

const disk = ownDisk();
const path = (name: string): string => join(disk ?? '', name);
let runtime: Runtime | undefined;
afterAll(async () => {
  if (disk === undefined) return;
  await runtime?.stop();
  execFileSync('umount', [disk]);
  rmSync(disk, { recursive: true });
});

function fill(): void {
  for (const name of ['filler', 'crumbs']) {
    try {
      writeFileSync(path(name), Buffer.alloc(200_000_000));
    } catch {
      // What fits is there.
    }
  }
  expect(statfsSync(disk ?? '').bavail).toBe(0);
}

const record = (): RuntimeRecord => JSON.parse(readFileSync(path('state/runtime.json'), 'utf8')) as RuntimeRecord;
const processOf = (name: string): RuntimeRecord['processes'][number] | undefined => record().processes.find((process) => process.name === name);

async function query(port: string, password: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: `postgres://postgres:${password}@127.0.0.1:${port}/millrace` });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe.skipIf(disk === undefined)('on a full disk (a small tmpfs; skipped where none can be mounted)', () => {
  it('the runtime lives through crashes of its services and of PostgreSQL, and all are back when there is room', { timeout: 120_000 }, async () => {
    const told: string[] = [];
    runtime = await startRuntime({ stateDir: path('state'), env: {}, tell: (line) => void told.push(line), plan: fixturePlan() });
    const { port } = new URL(processOf('postgres')?.url ?? '');
    const {
      url,
      secrets: { postgresPassword },
    } = runtime;
    await query(port, postgresPassword, 'CREATE TABLE kept AS SELECT 7 AS seven');
    fill();

    // PostgreSQL cannot write its log ahead any more and gives up; whatever it does, it is killed as well.
    await query(port, postgresPassword, 'CREATE TABLE big AS SELECT repeat(md5(i::text), 100) FROM generate_series(1, 50000) i').catch(() => undefined);
    const before = record();
    for (const name of ['postgres', 'control-plane', 'etl-worker']) {
      const { pid = 0 } = processOf(name) ?? {};
      if ((await processIdentity(pid)) !== undefined) process.kill(pid, 'SIGKILL');
    }
    await vi.waitFor(() => expect(told.some((line) => line.startsWith(path('state/runtime.json')))).toBe(true), { timeout: 30_000 });
    await vi.waitFor(async () => expect((await fetch(url)).status).toBe(200), { timeout: 30_000 });
    await vi.waitFor(() => expect(told.filter((line) => /^PostgreSQL cannot start .*it starts again/.test(line)).length).toBeGreaterThan(0), {
      timeout: 60_000,
    });

    for (const name of ['filler', 'crumbs']) rmSync(path(name), { force: true });
    await vi.waitFor(async () => expect(await query(port, postgresPassword, 'SELECT seven FROM kept')).toEqual([{ seven: 7 }]), {
      timeout: 60_000,
      interval: 200,
    });
    await vi.waitFor(
      () => {
        for (const { name, pid, url: address } of before.processes) {
          const now = processOf(name);
          expect({ name, url: now?.url }).toEqual({ name, url: address });
          if (name !== 'inference-worker') expect(now?.pid).not.toBe(pid);
        }
      },
      { timeout: 30_000 },
    );
  });
});
