import { afterEach, beforeEach, expect, it } from 'vitest';
import { flightModel } from '../fixtures/models.fixture.ts';
import { endpointOf, startServing, type ServingFixture } from '../fixtures/serving.fixture.ts';
import { infer } from './infer.ts';
import type { InferRequest } from './infer-request.ts';

let serving: ServingFixture;

beforeEach(async () => {
  serving = await startServing();
  await serving.load(flightModel(1, { modelVersionId: 'mv_1' }));
  await serving.load(flightModel(1.5, { modelVersionId: 'mv_2', version: 2 }));
});
afterEach(() => serving.close());

interface Asked {
  readonly endpoint?: string;
  readonly version?: string;
  readonly timeoutMicroseconds?: number;
}

/** Whether it was answered. */
async function ask({ endpoint = 'flights', version, ...more }: Asked = {}): Promise<boolean> {
  const inputs = [
    { name: 'distance', datatype: 'FP32', shape: [1, 1], data: Float32Array.of(1) },
    { name: 'origin', datatype: 'BYTES', shape: [1, 1], data: ['SFO'] },
    { name: 'flight', datatype: 'INT64', shape: [1, 1], data: BigInt64Array.of(7n) },
  ] satisfies InferRequest['inputs'];
  const asked = infer(serving.context, { endpoint, version, token: undefined, id: undefined, requestedOutputs: undefined, inputs, ...more });
  return asked.then(
    ({ afterwards }) => {
      afterwards();
      return true;
    },
    () => false,
  );
}

const counts = (): unknown => serving.context.routed.report(serving.routes.all()).map((of) => [of.endpointId, of.modelVersionId, of.answered, of.errors]);

it('requests are counted for the endpoint they came to: another one with the same version has its own counts', async () => {
  const [flights, others] = [endpointOf('flights', 'mv_1'), endpointOf('others', 'mv_1')];
  serving.routes.replace([flights, others]);
  expect(counts()).toEqual([
    [flights.endpointId, 'mv_1', 0, 0],
    [others.endpointId, 'mv_1', 0, 0],
  ]);
  expect(await ask()).toBe(true);
  for (let i = 0; i < 3; i++) expect(await ask({ endpoint: 'others' })).toBe(true);
  expect(counts()).toEqual([
    [flights.endpointId, 'mv_1', 1, 0],
    [others.endpointId, 'mv_1', 3, 0],
  ]);
  serving.context.routed.keep([flights]);
  serving.routes.replace([flights]);
  expect(counts()).toEqual([[flights.endpointId, 'mv_1', 1, 0]]);
});

it('nobody makes a version fail that the split did not give him: requests that name it, and copies for a shadow, do not count', async () => {
  const flights = { ...endpointOf('flights', 'mv_1'), shadow: { modelVersionId: 'mv_2', share: 100 } };
  const candidate = { modelVersionId: 'mv_2', weight: 0 };
  serving.routes.replace([{ ...flights, traffic: [...flights.traffic, candidate] }]);
  expect(await ask()).toBe(true);
  await expect.poll(() => serving.context.shadows.reports()[0]?.requests).toBe(1);
  expect(await ask({ version: '2' })).toBe(true);
  expect(await ask({ version: '9' })).toBe(false);
  expect(counts()).toEqual([
    [flights.endpointId, 'mv_1', 1, 0],
    [flights.endpointId, 'mv_2', 0, 0],
  ]);
});

it('what was routed to a version that is not there has failed', async () => {
  const flights = endpointOf('flights', 'mv_1');
  serving.routes.replace([flights]);
  await serving.engine.unload('mv_1');
  expect(await ask()).toBe(false);
  expect(counts()).toEqual([[flights.endpointId, 'mv_1', 0, 1]]);
});
