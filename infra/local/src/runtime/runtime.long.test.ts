import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fixturePlan } from '../fixtures/plan.fixture.ts';
import { processIdentity } from './process-identity.ts';
import type { RuntimeRecord } from './runtime-record.ts';
import type { Runtime } from './runtime.ts';
import { startRuntime } from './start-runtime.ts';

const ENV = { DATABASE_URL: 'postgres://127.0.0.1:1/none' };
let stateDir: string;
let told: string[];
beforeEach(async () => {
  stateDir = join(await mkdtemp(join(tmpdir(), 'millrace-runtime-')), 'a folder with spaces');
  told = [];
});
afterEach(() => rm(join(stateDir, '..'), { recursive: true }));

function start(manners: Readonly<Record<string, string>> = {}, signal?: AbortSignal): Promise<Runtime> {
  return startRuntime({
    stateDir,
    env: ENV,
    tell: (line) => {
      told.push(line);
    },
    plan: fixturePlan(manners),
    ...(signal === undefined ? {} : { signal }),
  });
}

async function record(): Promise<RuntimeRecord> {
  return JSON.parse(await readFile(join(stateDir, 'runtime.json'), 'utf8')) as RuntimeRecord;
}

const isNode = ({ name }: { readonly name: string }): boolean => name === 'inference-worker';

function exists(file: string): Promise<boolean> {
  return stat(join(stateDir, file)).then(
    () => true,
    () => false,
  );
}

describe('the embedded runtime', () => {
  it('starts every service, says where they are, and leaves nothing behind when it stops', async () => {
    const runtime = await start();
    const { url, processes } = await record();
    expect(url).toBe(runtime.url);
    expect(processes.map(({ name }) => name)).toEqual(['control-plane', 'etl-worker', 'inference-worker']);
    for (const service of processes) expect((await fetch(service.url ?? '')).status).toBe(200);
    expect((await stat(join(stateDir, 'secrets.json'))).mode & 0o777).toBe(0o600);
    await runtime.stop();
    for (const { pid } of processes) expect(await processIdentity(pid)).toBeUndefined();
    expect(await exists('runtime.lock')).toBe(false);
    expect(await exists('runtime.json')).toBe(false);
    expect(told).toEqual([]);
  });

  it('closes its folder to other users, also one that was open', async () => {
    await mkdir(join(stateDir, 'artifacts'), { recursive: true });
    for (const open of ['', 'artifacts']) await chmod(join(stateDir, open), 0o777);
    const runtime = await start();
    const modeOf = async (name: string): Promise<number> => (await stat(join(stateDir, name))).mode & 0o777;
    for (const name of ['artifacts', 'lakehouse', 'logs', 'nodes', 'sources']) expect({ name, mode: await modeOf(name) }).toEqual({ name, mode: 0o700 });
    expect((await modeOf('')) & 0o067).toBe(0);
    for (const log of await readdir(join(stateDir, 'logs'))) expect(await modeOf(join('logs', log))).toBe(0o600);
    // Root lends PostgreSQL an account that must pass through.
    if (process.getuid?.() !== 0) expect(await modeOf('')).toBe(0o700);
    await runtime.stop();
  });

  it('keeps its secrets, and gives a second start on the folder the pid of the first', async () => {
    const first = await start();
    await expect(start()).rejects.toMatchObject({ code: 'CONFLICT', fields: { pid: process.pid } });
    await first.stop();
    const second = await start();
    expect(second.secrets).toEqual(first.secrets);
    expect(second.secrets.adminToken).toMatch(/^mlr_[\w-]{43}$/);
    await second.stop();
  });

  it('gives a node the same port for gRPC after a crash', async () => {
    const runtime = await start();
    const before = (await record()).processes.find(isNode);
    expect(before?.grpc).toMatch(/^127\.0\.0\.1:6\d{3}$/);
    await fetch(`${before?.url}/crash`);
    await vi.waitFor(
      async () => {
        const { pid, grpc, url } = (await record()).processes.find(isNode) ?? {};
        expect({ grpc, url }).toEqual({ grpc: before?.grpc, url: before?.url });
        expect(pid).not.toBe(before?.pid);
      },
      { timeout: 20_000 },
    );
    await runtime.stop();
  });

  it('starts a crashed service again on the same port and says so', async () => {
    const runtime = await start();
    const { processes: before } = await record();
    await fetch(`${runtime.url}/crash`);
    await vi.waitFor(
      async () => {
        expect((await record()).processes[0]?.pid).not.toBe(before[0]?.pid);
        expect((await fetch(runtime.url)).status).toBe(200);
      },
      { timeout: 20_000 },
    );
    expect(told).toEqual([expect.stringMatching(/^control-plane ended with code 9; it starts again in 0.5 s/)]);
    await runtime.stop();
  });

  it('that cannot start a service fails with the reason in its log and stops the others', async () => {
    const failure: unknown = await start({ 'etl-worker': 'fails' }).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('etl-worker ended with code 1 before it was ready, 5 times in a row: the disk is full'),
    });
    expect(failure).toMatchObject({ message: expect.stringMatching(/\nThe end of .*etl-worker\.log:\n[^]*"message":"failed"/) });
    expect(told.filter((line) => line.startsWith('etl-worker ended with code 1; it starts again'))).toHaveLength(4);
    expect(await exists('runtime.lock')).toBe(false);
    expect(await exists('runtime.json')).toBe(false);
  });

  it('starts although services are killed before they were ever ready', async () => {
    const manners = Object.fromEntries(['control-plane', 'etl-worker'].map((name) => [name, `stumbles ${join(stateDir, '..', name)}`]));
    const runtime = await start(manners);
    for (const { url } of (await record()).processes) expect((await fetch(url ?? '')).status).toBe(200);
    expect(told.filter((line) => line.startsWith('control-plane ended with SIGKILL; it starts again'))).toHaveLength(2);
    await runtime.stop();
  });

  it('that is stopped while it starts leaves nothing behind', async () => {
    const stopping = new AbortController();
    const starting = start({}, stopping.signal);
    await vi.waitFor(async () => expect((await record()).processes).toHaveLength(1), { timeout: 20_000 });
    stopping.abort();
    await expect(starting).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(await exists('runtime.lock')).toBe(false);
  });
});
