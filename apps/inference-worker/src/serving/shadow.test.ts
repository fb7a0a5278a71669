import { afterEach, beforeEach, expect, it } from 'vitest';
import { flightModel } from '../fixtures/models.fixture.ts';
import { endpointOf, startServing, type ServingFixture } from '../fixtures/serving.fixture.ts';
import { infer } from './infer.ts';
import type { InferResult } from './infer-request.ts';

let serving: ServingFixture;

beforeEach(async () => {
  serving = await startServing();
  await serving.load(flightModel(1, { modelVersionId: 'mv_1' }));
  await serving.load(flightModel(1.5, { modelVersionId: 'mv_2', version: 2 }));
});
afterEach(() => serving.close());

async function ask(id: string, distances: readonly number[]): Promise<InferResult> {
  const shape = [distances.length, 1];
  const result = await infer(serving.context, {
    endpoint: 'flights',
    version: undefined,
    token: undefined,
    id,
    requestedOutputs: undefined,
    inputs: [
      { name: 'distance', datatype: 'FP32', shape, data: Float32Array.from(distances) },
      { name: 'origin', datatype: 'BYTES', shape, data: distances.map(() => 'SFO') },
      { name: 'flight', datatype: 'INT64', shape, data: BigInt64Array.from(distances, () => 7n) },
    ],
  });
  result.afterwards();
  return result;
}

/** Everything that was submitted to the shadow has been answered. */
async function settle(): Promise<void> {
  await expect.poll(() => serving.engine.find('mv_2')?.isIdle).toBe(true);
}

it('a shadow answers copies, the difference of its outputs is counted, and the caller gets the answer of the version with traffic', async () => {
  serving.routes.replace([{ ...endpointOf('flights', 'mv_1'), shadow: { modelVersionId: 'mv_2', share: 100 } }]);
  const { version, outputs } = await ask('r1', [10, 20, Number.NaN]);
  expect(version?.modelVersionId).toBe('mv_1');
  expect(outputs[0]?.tensor.data).toEqual(Float32Array.of(11, 21, Number.NaN));
  await expect
    .poll(() => serving.context.shadows.reports())
    .toEqual([
      {
        endpoint: 'flights',
        modelVersionId: 'mv_2',
        requests: 1,
        rows: 3,
        dropped: 0,
        failed: 0,
        outputs: [
          { output: 'score', rows: 3, differingRows: 2, meanDifference: 1 / 3, maximumDifference: 0.5 },
          { output: 'origin_out', rows: 3, differingRows: 0, meanDifference: 0, maximumDifference: 0 },
          { output: 'flight_out', rows: 3, differingRows: 0, meanDifference: 0, maximumDifference: 0 },
        ],
      },
    ]);
  expect(serving.predictions).toHaveLength(1);
});

it('a share of the keys is copied, each key always or never', async () => {
  serving.routes.replace([{ ...endpointOf('flights', 'mv_1'), shadow: { modelVersionId: 'mv_2', share: 30 } }]);
  const copied = async (): Promise<number> => {
    for (let i = 0; i < 100; i++) await ask(`key-${i}`, [1]);
    await settle();
    return serving.context.shadows.reports()[0]?.requests ?? 0;
  };
  const first = await copied();
  expect(first).toBeGreaterThan(15);
  expect(first).toBeLessThan(45);
  expect(await copied()).toBe(2 * first);
});

it('copies are dropped and counted where the shadow is away or too much is in flight; answers are not affected', async () => {
  serving.routes.replace([{ ...endpointOf('flights', 'mv_1'), shadow: { modelVersionId: 'mv_2', share: 100 } }]);
  const many = Array.from({ length: 300 }, () => 1);
  await ask('large', many);
  expect(serving.context.shadows.reports()[0]).toMatchObject({ dropped: 1, requests: 0 });
  await serving.engine.unload('mv_2');
  await expect(ask('r2', [1])).resolves.toMatchObject({ rows: 1 });
  expect(serving.context.shadows.reports()[0]).toMatchObject({ dropped: 2, failed: 0 });
  serving.context.shadows.keep([endpointOf('flights', 'mv_1')]);
  expect(serving.context.shadows.reports()).toEqual([]);
});
