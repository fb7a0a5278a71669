import { expect, it } from 'vitest';
import { flightModel } from '../fixtures/models.fixture.ts';
import { endpointOf, startServing } from '../fixtures/serving.fixture.ts';
import { infer } from './infer.ts';
import type { InferInput } from './infer-request.ts';

it.each([
  [0, 0, 0],
  [100, 200, 200],
  [30, 40, 80],
])('with a share of %i percent, that many requests are logged, and each again or again not', async (predictionLogShare, atLeast, atMost) => {
  const serving = await startServing();
  try {
    const model = flightModel(1);
    await serving.load({ ...model, version: { ...model.version, serving: { ...model.version.serving, predictionLogShare } } });
    serving.routes.replace([endpointOf('flights', 'mv_1')]);
    const shape = [1, 1];
    const ask = async (id: string): Promise<void> => {
      const inputs: InferInput[] = [
        { name: 'distance', datatype: 'FP32', shape, data: Float32Array.of(1) },
        { name: 'origin', datatype: 'BYTES', shape, data: ['SFO'] },
        { name: 'flight', datatype: 'INT64', shape, data: BigInt64Array.of(1n) },
      ];
      (await infer(serving.context, { endpoint: 'flights', version: undefined, token: undefined, id, inputs, requestedOutputs: undefined })).afterwards();
    };
    for (let i = 0; i < 200; i++) await ask(`request-${i}`);
    const first = serving.predictions.length;
    expect(first).toBeGreaterThanOrEqual(atLeast);
    expect(first).toBeLessThanOrEqual(atMost);
    for (let i = 0; i < 200; i++) await ask(`request-${i}`);
    expect(serving.predictions).toHaveLength(2 * first);
  } finally {
    await serving.close();
  }
});
