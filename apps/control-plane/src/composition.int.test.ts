import { pathToFileURL } from 'node:url';
import { createLogger } from '@millrace/service-kit';
import { createEmptyDatabase, startPostgres, temporaryFolder, type TemporaryFolder, type TestPostgres } from '@millrace/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newSecret } from './authorisation/token-secret.ts';
import { startControlPlane, type ControlPlane } from './composition.ts';
import { readEnv, type ControlPlaneEnv } from './env.ts';
import { post, refusalOf } from './fixtures/control-plane.fixture.ts';
import { listen, socketTo } from './fixtures/subscribe.fixture.ts';

let postgres: TestPostgres;
let folder: TemporaryFolder;
let plane: ControlPlane;
const secret = newSecret();
const nodeSecret = newSecret();
const logger = createLogger({ service: 'control-plane-test', level: 'silent' });

function envOn(url: string, more: Readonly<Record<string, string>> = {}): ControlPlaneEnv {
  const urls = { DATABASE_URL: url, QUEUE_URL: url, STORAGE_URL: pathToFileURL(folder.path).href };
  return readEnv({ ...urls, PORT: '0', BOOTSTRAP_TOKEN: secret, POOL_SIZE: '5', SWEEP_SECONDS: '1', ...more });
}

function start(): Promise<ControlPlane> {
  return startControlPlane(envOn(postgres.url, { NODE_BOOTSTRAP_TOKEN: nodeSecret }), logger);
}

beforeAll(async () => {
  postgres = await startPostgres();
  folder = await temporaryFolder();
  plane = await start();
});
afterAll(async () => {
  await plane.close();
  await postgres.stop();
  await folder.remove();
});

const asAdmin = { authorization: `Bearer ${secret}` };
const CREATE = 'mutation ($input: CreateUseCaseInput!) { createUseCase(input: $input) { id } }';

it('an empty database becomes a workspace with the tokens of the environment, once, however many replicas start', async () => {
  const others = await Promise.all([start(), start()]);
  await Promise.all(others.map((other) => other.close()));
  const { data } = await post<{ viewer: object; tokens: { nodes: object[] } }>(
    plane.url,
    '{ viewer { workspace scopes } tokens { nodes { name kind scopes } } }',
    {},
    asAdmin,
  );
  expect(data.viewer).toEqual({ workspace: 'default', scopes: ['admin'] });
  expect(data.tokens.nodes).toEqual([
    { name: 'bootstrap', kind: 'SERVICE', scopes: ['admin'] },
    { name: 'bootstrap node', kind: 'NODE', scopes: ['node'] },
  ]);
});

it('survives a restart of PostgreSQL: says that it is unavailable meanwhile, then goes on, and so do its subscribers', async () => {
  const { data } = await post<{ createUseCase: { id: string } }>(plane.url, CREATE, { input: { name: 'lasting', problem: 'A problem.' } }, asAdmin);
  const { id } = data.createUseCase;
  const socket = socketTo(plane.url, secret);
  const events = listen<{ useCaseChanged: { status: string } }>(socket, 'subscription ($id: ID!) { useCaseChanged(id: $id) { status } }', { id });
  expect((await events.next()).value).toEqual({ data: { useCaseChanged: { status: 'PROPOSED' } } });

  const codes = new Set<string>();
  const restarted = new AbortController();
  const asking = (async () => {
    while (!restarted.signal.aborted) {
      const { errors } = await post(plane.url, '{ useCases { nodes { id } } }', {}, asAdmin);
      codes.add(errors?.[0]?.extensions.code ?? 'answered');
    }
  })();
  await postgres.restart();
  restarted.abort();
  await asking;
  expect([...codes].filter((code) => code !== 'UNAVAILABLE' && code !== 'answered')).toEqual([]);

  await expect.poll(async () => (await fetch(`${plane.url}/health/ready`)).status).toBe(200);
  const RETIRE = 'mutation ($id: ID!) { retireUseCase(id: $id) { status } }';
  await expect.poll(async () => (await post<{ retireUseCase: unknown }>(plane.url, RETIRE, { id }, asAdmin)).errors?.[0]?.extensions.code).toBe(undefined);
  for await (const { data: seen } of events) if (seen?.useCaseChanged.status === 'RETIRED') break;
  await socket.dispose();
});

async function ready({ url }: ControlPlane): Promise<{ readonly code: number; readonly status: string; readonly warnings: string[] }> {
  const response = await fetch(`${url}/health/ready`);
  return { code: response.status, ...((await response.json()) as { status: string; warnings: string[] }) };
}

it('is not ready without its queue, and says so; with it, it is ready again', async () => {
  const queue = await startPostgres();
  const other = await startControlPlane({ ...envOn(postgres.url), QUEUE_URL: queue.url }, logger);
  expect(await ready(other)).toMatchObject({ code: 200, status: 'ready', warnings: [] });
  await queue.stop();
  await expect.poll(() => ready(other)).toMatchObject({ code: 503, status: 'queue unavailable', parts: { database: 'available', queue: 'unavailable' } });
  await other.close();
  const gone = await startControlPlane({ ...envOn(postgres.url), QUEUE_URL: 'redis://127.0.0.1:1' }, logger);
  expect(await ready(gone)).toMatchObject({ code: 503, status: 'queue unavailable' });
  await gone.close();
});

it('says loudly when nobody can ever sign in, or nobody can let others in', async () => {
  const empty = await createEmptyDatabase();
  const lines: string[] = [];
  const loud = createLogger({ service: 'control-plane-test', destination: { write: (line) => void lines.push(line) } });
  const { BOOTSTRAP_TOKEN: _, NODE_BOOTSTRAP_TOKEN: __, ...env } = envOn(empty.url);
  const lone = await startControlPlane(env, loud);
  expect(await ready(lone)).toMatchObject({ code: 200, warnings: [expect.stringMatching(/^Nobody can sign in: .*npm run admin/)] });
  expect(lines.map((line) => JSON.parse(line) as object)).toContainEqual(expect.objectContaining({ level: 'error', message: 'nobody can sign in' }));
  await lone.close();
  await empty.drop();
});

it('is not ready, and retryable, while PostgreSQL is away', async () => {
  const lone = await startPostgres();
  const other = await startControlPlane(envOn(lone.url), logger);
  await lone.stop();
  expect(await ready(other)).toMatchObject({ code: 503, parts: { database: 'unavailable' } });
  expect((await fetch(`${other.url}/health/live`)).status).toBe(200);
  expect(await refusalOf(other.url, '{ viewer { kind } }', {}, asAdmin)).toMatchObject({ code: 'UNAVAILABLE', retryable: true });
  await other.close();
});
