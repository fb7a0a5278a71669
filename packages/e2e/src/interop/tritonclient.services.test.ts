import { afterAll, beforeAll, expect, test } from 'vitest';
import { MillraceSystem } from '../stories/millrace-system.ts';
import { python } from './python.ts';
import { releaseSmallEndpoint, SMALL_ENDPOINT, writeSmallFlights } from './small-endpoint.ts';

const COLUMNS = { origin: ['SFO', 'JFK', 'ORD'], distance: [2586, 2586, 200] };

let system: MillraceSystem;
beforeAll(async () => {
  system = await MillraceSystem.start(writeSmallFlights);
  await releaseSmallEndpoint(system.millrace, system.sources);
});
afterAll(() => system.stop());

test('tritonclient finds a released endpoint, asks it by JSON and binary, and gets what the SDK gets', async () => {
  const { urls } = await system.millrace.endpoints.get(SMALL_ENDPOINT);
  const host = new URL(urls[0] ?? '').host;
  const answer = (await python('infer_tritonclient.py', host, SMALL_ENDPOINT, system.token, JSON.stringify(COLUMNS))) as {
    readonly probabilities: readonly number[];
    readonly fromBinary: readonly number[];
  };
  expect(answer).toMatchObject({ versionReady: true, id: 'from-triton', answeredBy: SMALL_ENDPOINT });
  expect(answer).toHaveProperty('model', {
    name: SMALL_ENDPOINT,
    versions: ['1'],
    platform: 'onnx_onnxv1',
    inputs: [
      { name: 'origin', datatype: 'BYTES', shape: [-1] },
      { name: 'distance', datatype: 'FP64', shape: [-1] },
    ],
    outputs: [{ name: 'probability', datatype: 'FP32', shape: [-1] }],
    properties: expect.objectContaining({ provider: 'cpu' }),
  });
  expect(answer.fromBinary).toEqual(answer.probabilities.map((value) => expect.closeTo(value, 6)));
  const { outputs } = await system.millrace.predict(SMALL_ENDPOINT, COLUMNS);
  const expected = outputs['probability']?.map((value) => expect.closeTo(Number(value), 6));
  expect(answer.probabilities).toEqual(expected);
  expect(answer.probabilities.filter((value) => !(value >= 0 && value <= 1))).toEqual([]);
  expect(answer.probabilities[1]).toBeGreaterThan(answer.probabilities[0] ?? 1);
});
