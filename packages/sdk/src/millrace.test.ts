import { afterEach, expect, test } from 'vitest';
import { failed, startApiServer, type Answer, type ApiServer, type SeenRequest } from './fixtures/api-server.fixture.ts';
import { Millrace, MillraceError } from './index.ts';

let api: ApiServer;
afterEach(() => api.close());

const quick = { baseMilliseconds: 1, maximumMilliseconds: 2 };
const useCase = {
  id: 'uc_1',
  name: 'Churn',
  problem: 'p',
  status: 'PROPOSED',
  clock: 'WALL',
  createdAt: '2026-01-01T00:00:00Z',
  goal: null,
  metrics: [],
  milestones: [],
  reviews: [],
};
const created: Answer = { body: { data: { createUseCase: useCase } } };

async function clientFor(answer: (request: SeenRequest, index: number) => Answer | 'drop' | 'hang', options = {}): Promise<Millrace> {
  api = await startApiServer(answer);
  return new Millrace({ url: api.url, token: 'mlr_secret', webSocket: false, retries: quick, ...options });
}

async function errorOf(promise: Promise<unknown>): Promise<MillraceError> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(MillraceError);
  return error as MillraceError;
}

test('the token, the operation and its variables reach the server', async () => {
  const millrace = await clientFor(() => created);
  expect(await millrace.useCases.create({ name: 'Churn', problem: 'p' })).toEqual(useCase);
  const [request] = api.seen;
  expect(request?.path).toBe('/graphql');
  expect(request?.headers.authorization).toBe('Bearer mlr_secret');
  expect(request?.body).toMatchObject({ operationName: 'createUseCase', variables: { input: { name: 'Churn', problem: 'p' } } });
});

test('an error of the server comes out with its code, retryable and fields', async () => {
  const millrace = await clientFor(() => failed('BAD_INPUT', 'name must not be empty, given ""', { retryable: false, fields: { path: ['input', 'name'] } }));
  const error = await errorOf(millrace.useCases.create({ name: '', problem: 'p' }));
  expect(error.toJSON()).toEqual({ code: 'BAD_INPUT', message: 'name must not be empty, given ""', retryable: false, fields: { path: ['input', 'name'] } });
  expect(api.seen).toHaveLength(1);
});

test.each([
  ['an unknown token', failed('UNAUTHENTICATED', 'the token is not known'), 'UNAUTHENTICATED'],
  ['a query that the schema does not know', failed('GRAPHQL_VALIDATION_FAILED', 'Cannot query field'), 'BAD_INPUT'],
  ['a status without our body', { status: 404, body: '<html>' }, 'NOT_FOUND'],
  ['a status with our body', { status: 401, body: { code: 'UNAUTHENTICATED', message: 'expired', retryable: false, fields: {} } }, 'UNAUTHENTICATED'],
])('%s has a stable code and is asked once', async (_what, answer, code) => {
  const millrace = await clientFor(() => answer);
  expect((await errorOf(millrace.useCases.get('uc_1'))).code).toBe(code);
  expect(api.seen).toHaveLength(1);
});

test('a mutation that is tried again keeps its idempotency key, and another call has another', async () => {
  const millrace = await clientFor((_, index) => (index < 2 ? failed('UNAVAILABLE', 'the database is restarting', { retryable: true }) : created));
  await millrace.useCases.create({ name: 'Churn', problem: 'p' });
  await millrace.useCases.create({ name: 'Churn', problem: 'p' });
  const keys = api.seen.map(({ headers }) => headers['idempotency-key']);
  expect(keys).toHaveLength(4);
  expect(new Set(keys.slice(0, 3)).size).toBe(1);
  expect(keys[3]).not.toBe(keys[0]);
  expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
});

test('a given idempotency key is sent as it is; a query carries none', async () => {
  const millrace = await clientFor(({ body }) => (body.operationName === 'createUseCase' ? created : { body: { data: { useCase } } }));
  await millrace.useCases.create({ name: 'Churn', problem: 'p' }, { idempotencyKey: 'mine' });
  await millrace.useCases.get('uc_1');
  expect(api.seen.map(({ headers }) => headers['idempotency-key'])).toEqual(['mine', undefined]);
});

test('a connection that breaks and a gateway that fails are tried again', async () => {
  const answers = ['drop', { status: 502, body: 'bad gateway' }, created] as const;
  const millrace = await clientFor((_, index) => answers[index] ?? created);
  await millrace.useCases.create({ name: 'Churn', problem: 'p' });
  expect(api.seen).toHaveLength(3);
});

test.each([
  ['in the error', failed('TOO_MANY_REQUESTS', 'busy', { retryable: true, fields: { retryAfterSeconds: 0.05 } })],
  ['in a header, by a proxy', { status: 503, body: 'busy', headers: { 'retry-after': '0.05' } }],
])('a server that is busy is left alone for as long as it asks: %s', async (_where, busy) => {
  const millrace = await clientFor((_, index) => (index === 0 ? busy : created));
  const from = performance.now();
  await millrace.useCases.create({ name: 'n', problem: 'p' });
  expect(api.seen).toHaveLength(2);
  // Without it the second try would come after a millisecond.
  expect(performance.now() - from).toBeGreaterThanOrEqual(49);
});

test('a server that cannot be reached is UNAVAILABLE, retryable, and named', async () => {
  const millrace = await clientFor(() => created, { retries: { ...quick, attempts: 2 } });
  await api.close();
  const error = await errorOf(millrace.useCases.get('uc_1'));
  expect(error).toMatchObject({ code: 'UNAVAILABLE', retryable: true, fields: { url: `${api.url}/graphql` } });
  api = await startApiServer(() => created);
});

test('tries end after the number that was asked for, with the last error', async () => {
  const millrace = await clientFor(() => failed('UNAVAILABLE', 'down'), { retries: { ...quick, attempts: 3 } });
  expect((await errorOf(millrace.useCases.get('uc_1'))).message).toBe('down');
  expect(api.seen).toHaveLength(3);
});

test('a silent server is a TIMEOUT', async () => {
  const millrace = await clientFor(() => 'hang', { retries: { attempts: 1 }, requestTimeoutSeconds: 0.05 });
  expect((await errorOf(millrace.useCases.get('uc_1'))).code).toBe('TIMEOUT');
});

test('a call ends when its signal aborts', async () => {
  const millrace = await clientFor(() => 'hang');
  const stop = new AbortController();
  const call = millrace.useCases.get('uc_1', { signal: stop.signal });
  stop.abort(new Error('enough'));
  await expect(call).rejects.toThrow('enough');
});

test('iteration goes over all pages in order', async () => {
  const pages = new Map([
    [undefined, { names: ['a', 'b'], next: 'b' }],
    ['b', { names: ['c'], next: undefined }],
  ]);
  const millrace = await clientFor(({ body }) => {
    const page = pages.get(body.variables?.['after'] as string | undefined);
    return {
      body: {
        data: {
          useCases: {
            nodes: page?.names.map((name) => ({ ...useCase, name })),
            pageInfo: { hasNextPage: page?.next !== undefined, endCursor: page?.next ?? null },
          },
        },
      },
    };
  });
  const names: string[] = [];
  for await (const { name } of millrace.useCases.list({ first: 2 })) names.push(name);
  expect(names).toEqual(['a', 'b', 'c']);
  expect(api.seen.map(({ body }) => body.variables)).toEqual([{ first: 2 }, { first: 2, after: 'b' }]);
});

function countLabels(variables: Record<string, unknown> | undefined): number | undefined {
  return (variables?.['input'] as { labels: unknown[] } | undefined)?.labels.length;
}

test('labels are sent in calls of 10,000 under keys of their own', async () => {
  const millrace = await clientFor(() => ({ body: { data: { recordLabels: { id: 'lab_1', endpointId: 'ep_1', rows: 1, job: { id: 'job_1' } } } } }));
  const labels = Array.from({ length: 10_001 }, (_, index) => ({ eventId: `e${index}`, value: index % 2, eventTime: new Date(0) }));
  expect(await millrace.labels.record('late-flights', labels, { idempotencyKey: 'k' })).toHaveLength(2);
  expect(api.seen.map(({ body, headers }) => [countLabels(body.variables), headers['idempotency-key']])).toEqual([
    [10_000, 'k-0'],
    [1, 'k-10000'],
  ]);
});

test('artifacts go up and come down as bytes', async () => {
  const millrace = await clientFor(({ method }) => (method === 'PUT' ? { body: { digest: 'sha256:1', bytes: 3 } } : { body: 'abc' }));
  for (const content of [new TextEncoder().encode('abc'), new Blob(['abc'])])
    expect(await millrace.artifacts.put(content)).toEqual({ digest: 'sha256:1', bytes: 3 });
  expect(new TextDecoder().decode(await millrace.artifacts.get('sha256:1'))).toBe('abc');
  expect(api.seen.map(({ method, path, text }) => [method, path, text])).toEqual([
    ['PUT', '/artifacts', 'abc'],
    ['PUT', '/artifacts', 'abc'],
    ['GET', '/artifacts/sha256:1', ''],
  ]);
});
