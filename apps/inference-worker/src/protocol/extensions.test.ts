import { afterAll, beforeAll, expect, test } from 'vitest';
import { good, startFlightServing } from '../fixtures/flight-serving.fixture.ts';
import type { ServingFixture } from '../fixtures/serving.fixture.ts';
import { AccessTable } from '../serving/access-table.ts';
import { RestProtocol } from './rest-protocol.ts';

let serving: ServingFixture;

beforeAll(async () => {
  serving = await startFlightServing();
});
afterAll(() => serving.close());

const PATH = '/v2/models/flights/infer';
interface Statistics {
  readonly model_stats: readonly Record<string, unknown>[];
}
const statisticsOf = async (path: string) => (await serving.get(path)).body as Statistics;
const askWith = (parameters: object) => serving.post(PATH, { inputs: good, parameters });
const countOf = (statistics: Statistics) => Number(statistics.model_stats[0]?.['inference_count']);
const namesOf = ({ model_stats }: Statistics) => model_stats.map(({ name, version }) => `${String(name)}/${String(version)}`);
const askMetrics = async (metrics: (() => string) | undefined) => {
  const rest = new RestProtocol({ context: { ...serving.context, metrics }, onFault: () => undefined });
  return rest.answer({ method: 'GET', path: '/metrics', query: '', headers: { get: () => undefined }, body: Buffer.alloc(0), client: { gone: false } });
};

test('an output is classified: the highest values of each row, as text', async () => {
  const { status, body } = await serving.post(PATH, { inputs: good, outputs: [{ name: 'score', parameters: { classification: 3 } }, { name: 'flight_out' }] });
  expect(status).toBe(200);
  expect(body.outputs).toEqual([
    { name: 'score', datatype: 'BYTES', shape: [2, 1], data: ['100.5:0', '200.5:0'] },
    { name: 'flight_out', datatype: 'INT64', shape: [2, 1], data: [1, 2] },
  ]);
  expect(await serving.post(PATH, { inputs: good, outputs: [{ name: 'origin_out', parameters: { classification: 1 } }] })).toMatchObject({
    status: 400,
    body: { error: 'output "origin_out" is BYTES, which cannot be classified; expected numbers' },
  });
});

test('priority, timeout and routing key reach the queue, and bad ones are refused', async () => {
  expect((await askWith({ priority: 1, timeout: 5_000_000, routing_key: 'k' })).status).toBe(200);
  expect((await askWith({ priority: 0, timeout: 0 })).status).toBe(200);
  expect((await askWith({ priority: -1 })).body.error).toBe('parameter "priority" of the request must be a non-negative integer, given -1');
  expect((await askWith({ timeout: '5' })).body.error).toBe('parameter "timeout" of the request must be a non-negative integer, given "5"');
  expect((await askWith({ routing_key: 5 })).body.error).toBe('parameter "routing_key" of the request must be a string, given 5');
});

test('a request that waits longer than its timeout is answered 504', async () => {
  const input = { name: 'x', datatype: 'FP32', shape: [1, 1], data: [0.001] };
  const first = serving.post('/v2/models/slow/infer', { inputs: [input] });
  const second = await serving.post('/v2/models/slow/infer', { inputs: [input], parameters: { timeout: 1 } });
  expect(second.status).toBe(504);
  expect((await first).status).toBe(200);
});

test('statistics have the shape that load generators read', async () => {
  const before = countOf(await statisticsOf('/v2/models/flights/versions/1/stats'));
  await serving.post(PATH, { inputs: good });
  const after = await statisticsOf('/v2/models/flights/versions/1/stats');
  expect(countOf(after) - before).toBe(2);
  const duration = { count: expect.any(Number) as number, ns: expect.any(Number) as number };
  const durations = ['success', 'fail', 'queue', 'compute_input', 'compute_infer', 'compute_output', 'cache_hit', 'cache_miss'];
  expect(after.model_stats).toEqual([
    {
      name: 'flights',
      version: '1',
      last_inference: expect.any(Number) as number,
      inference_count: expect.any(Number) as number,
      execution_count: expect.any(Number) as number,
      inference_stats: Object.fromEntries(durations.map((name) => [name, duration])),
      batch_stats: expect.arrayContaining([{ batch_size: 2, compute_input: duration, compute_infer: duration, compute_output: duration }]) as unknown[],
      memory_usage: [],
      response_stats: {},
    },
  ]);
});

test('statistics are of one version, of all of a model, or of all models', async () => {
  expect(namesOf(await statisticsOf('/v2/models/flights/stats'))).toEqual(['flights/1', 'flights/2']);
  expect(namesOf(await statisticsOf('/v2/models/stats'))).toEqual(['flights/1', 'flights/2', 'types/1', 'slow/1']);
  expect(await serving.get('/v2/models/nope/stats')).toMatchObject({ status: 404 });
  expect(await serving.get('/v2/models/flights/versions/9/stats')).toMatchObject({ status: 404 });
});

test('the model repository is off unless the node says so', async () => {
  const error = 'the model repository is off on this node: releases decide what it serves; MODEL_REPOSITORY=on lets callers load and unload';
  for (const path of ['index', 'models/flights/load', 'models/flights/unload'])
    expect(await serving.post(`/v2/repository/${path}`, {}), path).toMatchObject({ status: 403, body: { error } });
});

test('a repository that is on lists, unloads and loads, and an unloaded model comes back with the next request', async () => {
  const own = await startFlightServing({ repository: true });
  const index = async (body: object | '') =>
    (await own.post('/v2/repository/index', body)).body as unknown as { name: string; version: string; state: string }[];
  const statesOf = async (body: object | '' = '') =>
    (await index(body)).filter(({ name }) => name === 'flights').map(({ version, state }) => `${version} ${state}`);
  expect(await own.get('/v2')).toMatchObject({ body: { extensions: expect.arrayContaining(['model_repository']) as string[] } });
  expect(await statesOf()).toEqual(['1 READY', '2 READY']);
  expect(await index({ ready: true })).toHaveLength(4);
  expect(await index({})).toContainEqual({ name: 'loading', version: 'mv_absent', state: 'UNAVAILABLE', reason: 'not loaded on this node' });
  expect((await own.post('/v2/repository/models/flights/unload', { parameters: { unload_dependents: true } })).status).toBe(200);
  expect(await statesOf()).toEqual(['1 UNAVAILABLE', '2 UNAVAILABLE']);
  expect((await own.post('/v2/repository/models/flights/load', '')).status).toBe(200);
  expect(await statesOf()).toEqual(['1 READY', '2 READY']);
  await own.post('/v2/repository/models/flights/unload', {});
  expect((await own.post(PATH, { inputs: good })).status).toBe(200);
  expect((await own.post('/v2/repository/models/flights/load', { parameters: { config: '{}' } })).body.error).toContain('parameters are not taken');
  expect((await own.post('/v2/repository/models/nope/load', {})).status).toBe(404);
  await own.close();
}, 30_000);

test('a caller without a token gets no model and no statistics, and health stays open', async () => {
  const rest = new RestProtocol({ context: { ...serving.context, access: new AccessTable('token', Date.now) }, onFault: () => undefined });
  const ask = async (method: string, path: string) => {
    const { status } = await rest.answer({ method, path, query: '', headers: { get: () => undefined }, body: Buffer.from('{}'), client: { gone: false } });
    return status;
  };
  expect(await Promise.all(['/v2', '/v2/health/live', '/v2/health/ready', '/ping', '/version'].map((path) => ask('GET', path)))).toEqual([
    200, 200, 200, 200, 200,
  ]);
  expect(await Promise.all(['/v2/models/flights', '/v2/models/flights/ready', '/v2/models/flights/stats'].map((path) => ask('GET', path)))).toEqual([
    401, 401, 401,
  ]);
  expect(await Promise.all([PATH, '/invocations', '/v1/models/flights:predict'].map((path) => ask('POST', path)))).toEqual([401, 401, 401]);
});

test('metrics are there when the node keeps them', async () => {
  expect(await askMetrics(() => 'millrace_up 1\n')).toMatchObject({
    status: 200,
    headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
    body: 'millrace_up 1\n',
  });
  expect(await askMetrics(undefined)).toMatchObject({ status: 404 });
});

test('nothing above was our fault', () => {
  expect(serving.faults).toEqual([]);
});
