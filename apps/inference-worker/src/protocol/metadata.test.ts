import { afterAll, beforeAll, expect, test } from 'vitest';
import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { startFlightServing } from '../fixtures/flight-serving.fixture.ts';
import type { ServingFixture } from '../fixtures/serving.fixture.ts';

let serving: ServingFixture;

beforeAll(async () => {
  serving = await startFlightServing();
});
afterAll(() => serving.close());

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };

test('metadata and health follow the protocol', async () => {
  expect(await serving.get('/v2')).toEqual({
    status: 200,
    body: {
      name: 'millrace',
      version,
      extensions: ['binary_tensor_data', 'classification', 'model_configuration', 'parameters', 'schedule_policy', 'statistics'],
    },
  });
  expect(await serving.get('/v2/')).toMatchObject({ status: 200 });
  expect(await serving.get('/v2/health/live')).toEqual({ status: 200, body: { live: true } });
  expect(await serving.get('/v2/health/ready')).toEqual({ status: 200, body: { ready: true } });
  serving.state.ready = false;
  expect(await serving.get('/v2/health/ready')).toEqual({ status: 503, body: { ready: false } });
  serving.state.ready = true;
  expect(await serving.get('/v2/models/flights')).toMatchObject({
    status: 200,
    body: { name: 'flights', versions: ['1', '2'], platform: 'onnx_onnxv1', inputs: [{ name: 'distance', datatype: 'FP32', shape: [-1, 1] }, {}, {}] },
  });
  expect(await serving.get('/v2/models/flights/config')).toMatchObject({
    status: 200,
    body: { name: 'flights', backend: 'onnxruntime', input: [{ name: 'distance', data_type: 'TYPE_FP32', dims: [1] }, {}, {}] },
  });
  expect(await serving.get('/v2/models/flights/versions/2/ready')).toEqual({ status: 200, body: { name: 'flights', ready: true } });
  expect(await serving.get('/v2/models/loading/ready')).toEqual({ status: 503, body: { name: 'loading', ready: false } });
});

test('health answers while a model runs', async () => {
  const order: string[] = [];
  const infer = request(`${serving.url}/v2/models/slow/infer`, { method: 'POST' });
  infer.end(JSON.stringify({ inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 1], data: [0.001] }] }));
  const slow = once(infer, 'response').then(([response]: IncomingMessage[]) => {
    response?.resume();
    order.push(`slow ${response?.statusCode}`);
  });
  await once(infer, 'finish');
  for (let i = 0; i < 3; i++) order.push(`live ${(await serving.get('/v2/health/live')).status}`);
  await slow;
  expect(order).toEqual(['live 200', 'live 200', 'live 200', 'slow 200']);
});

test('nothing above was our fault', () => {
  expect(serving.faults).toEqual([]);
});
