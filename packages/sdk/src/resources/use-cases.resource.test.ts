import { afterEach, expect, test } from 'vitest';
import { startApiServer, type ApiServer } from '../fixtures/api-server.fixture.ts';
import { Millrace } from '../index.ts';

let api: ApiServer;
afterEach(() => api.close());

const useCase = (status: string) => ({
  id: 'uc_1',
  name: 'Churn',
  problem: 'p',
  status,
  clock: 'WALL',
  createdAt: '',
  goal: null,
  metrics: [],
  milestones: [],
  reviews: [],
});

/** Answers `getUseCase` with one state after the other, staying at the last. */
async function serve(...statuses: string[]): Promise<Millrace> {
  api = await startApiServer((_, index) => ({ body: { data: { useCase: useCase(statuses[Math.min(index, statuses.length - 1)] ?? '') } } }));
  return new Millrace({ url: api.url, token: 'mlr_secret', webSocket: false });
}

test('a watched use case is told once per change, the present state first, until it is retired', async () => {
  const millrace = await serve('PROPOSED', 'PROPOSED', 'BUILDING', 'RETIRED');
  const seen: string[] = [];
  for await (const { status } of millrace.useCases.watch('uc_1')) seen.push(status);
  expect(seen).toEqual(['PROPOSED', 'BUILDING', 'RETIRED']);
});

test('who stops listening stops the questions', async () => {
  const millrace = await serve('PROPOSED', 'BUILDING');
  for await (const { status } of millrace.useCases.watch('uc_1')) if (status === 'BUILDING') break;
  expect(api.seen.length).toBe(2);
});

test('a signal ends the watch with its reason', async () => {
  const millrace = await serve('PROPOSED');
  const stop = new AbortController();
  const watching = (async () => {
    for await (const { status } of millrace.useCases.watch('uc_1', stop.signal)) if (status === 'PROPOSED') stop.abort(new Error('seen enough'));
  })();
  await expect(watching).rejects.toThrow('seen enough');
});

test('a use case of another workspace ends the watch with NOT_FOUND', async () => {
  api = await startApiServer(() => ({
    body: { data: null, errors: [{ message: 'there is no use case uc_1', extensions: { code: 'NOT_FOUND', retryable: false, fields: {} } }] },
  }));
  const millrace = new Millrace({ url: api.url, token: 'mlr_secret', webSocket: false });
  await expect(millrace.useCases.watch('uc_1').next()).rejects.toMatchObject({ code: 'NOT_FOUND' });
});
