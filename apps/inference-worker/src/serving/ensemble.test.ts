import type { Ensemble } from '@millrace/contracts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { flightModel } from '../fixtures/models.fixture.ts';
import { endpointOf, startServing, type ServingFixture } from '../fixtures/serving.fixture.ts';
import { describeModel, isModelReady } from './describe-model.ts';
import { infer } from './infer.ts';
import type { InferInput, InferRequest, InferResult } from './infer-request.ts';

/** Adds the bias of the first endpoint, then that of the second; `origin` and `flight` are taken from outside by both. */
const TWICE: Ensemble = {
  steps: [
    { endpoint: 'first', inputs: { distance: 'miles', origin: 'from', flight: 'number' }, outputs: { score: 'middle', flight_out: 'carried' } },
    { endpoint: 'second', inputs: { distance: 'middle', origin: 'from', flight: 'carried' }, outputs: { score: 'sum', flight_out: 'flight' } },
  ],
  outputs: ['sum', 'flight'],
};

let serving: ServingFixture;

beforeEach(async () => {
  serving = await startServing();
  await serving.load(flightModel(1, { modelVersionId: 'mv_1' }));
  await serving.load(flightModel(10, { modelVersionId: 'mv_10' }));
  await serving.load(flightModel(100, { modelVersionId: 'mv_100', version: 2 }));
  route('mv_1', 'mv_10');
});
afterEach(() => serving.close());

function route(first: string, second: string): void {
  serving.routes.replace([endpointOf('first', first), endpointOf('second', second), { ...endpointOf('twice'), ensemble: TWICE }]);
}

function rows(...miles: number[]): InferInput[] {
  const shape = [miles.length, 1];
  return [
    { name: 'miles', datatype: 'FP32', shape, data: Float32Array.from(miles) },
    { name: 'from', datatype: 'BYTES', shape, data: miles.map(() => 'SFO') },
    { name: 'number', datatype: 'INT64', shape, data: BigInt64Array.from(miles, () => 2n ** 60n + 1n) },
  ];
}

function ask(inputs: readonly InferInput[], overrides: Partial<InferRequest> = {}): Promise<InferResult> {
  return infer(serving.context, { endpoint: 'twice', version: undefined, token: undefined, id: 'r1', inputs, requestedOutputs: undefined, ...overrides });
}

const sumOf = ({ outputs }: InferResult): unknown => outputs.find(({ name }) => name === 'sum')?.tensor.data;

it('the steps run in order, tensors go from one to the next by their names', async () => {
  const result = await ask(rows(5, 7));
  expect(result).toMatchObject({ endpoint: 'twice', id: 'r1', version: undefined, rows: 2 });
  expect(result.outputs.map(({ name }) => name)).toEqual(['sum', 'flight']);
  expect(sumOf(result)).toEqual(Float32Array.of(16, 18));
  expect(result.outputs[1]?.tensor.data).toEqual(BigInt64Array.of(2n ** 60n + 1n, 2n ** 60n + 1n));
});

it('each step is logged at its own endpoint, under the ids of the request', async () => {
  (await ask(rows(5))).afterwards();
  expect(serving.predictions.map(({ endpoint, version }) => [endpoint.name, version.modelVersionId])).toEqual([
    ['first', 'mv_1'],
    ['second', 'mv_10'],
  ]);
});

it('a request keeps the versions that it began with, also when its last step is replaced and unloaded meanwhile', async () => {
  const answer = ask(rows(5));
  route('mv_1', 'mv_100');
  const unloaded = serving.engine.unload('mv_10');
  expect(sumOf(await answer)).toEqual(Float32Array.of(16));
  await unloaded;
  expect(sumOf(await ask(rows(5)))).toEqual(Float32Array.of(106));
});

it('its description comes from its steps', () => {
  expect(describeModel(serving.context, 'twice', undefined, undefined)).toMatchObject({
    name: 'twice',
    platform: 'ensemble',
    versions: [],
    inputs: [
      { name: 'miles', datatype: 'FP32', shape: [-1, 1] },
      { name: 'from', datatype: 'BYTES', shape: [-1, 1] },
      { name: 'number', datatype: 'INT64', shape: [-1, 1] },
    ],
    outputs: [
      { name: 'sum', datatype: 'FP32', shape: [-1, 1] },
      { name: 'flight', datatype: 'INT64', shape: [-1, 1] },
    ],
  });
});

it('it is ready when every step is', async () => {
  expect(isModelReady(serving.context, 'twice', undefined, undefined)).toBe(true);
  await serving.engine.unload('mv_10');
  expect(isModelReady(serving.context, 'twice', undefined, undefined)).toBe(false);
  await expect(ask(rows(1))).rejects.toMatchObject({ code: 'UNAVAILABLE', message: expect.stringContaining('"second"') });
});

it.each([
  [
    'an unknown input',
    [...rows(1), { name: 'extra', datatype: 'FP32', shape: [1, 1], data: Float32Array.of(1) } as const],
    {},
    'unknown input "extra"; the ensemble takes "miles", "from", "number"',
  ],
  ['a missing input', rows(1).slice(1), {}, 'missing input "miles"'],
  ['an unknown output', rows(1), { requestedOutputs: ['middle'] }, 'unknown output "middle"; the model gives "sum", "flight"'],
  ['a version', rows(1), { version: '1' }, 'is an ensemble and has no version "1"'],
])('%s is refused by name', async (_case, inputs, overrides, message) => {
  await expect(ask(inputs, overrides)).rejects.toThrow(message);
});
