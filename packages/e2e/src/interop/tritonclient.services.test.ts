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

test('tritonclient finds an endpoint, asks it, and gets what the SDK gets', async () => {
  const { urls } = await system.millrace.endpoints.get(SMALL_ENDPOINT);
  const answer = (await python('infer_tritonclient.py', new URL(urls[0] ?? '').host, SMALL_ENDPOINT, JSON.stringify(COLUMNS))) as {
    readonly probabilities: readonly number[];
  };
  expect(answer).toMatchObject({
    live: true,
    ready: true,
    server: { name: 'millrace' },
    modelReady: true,
    versionReady: true,
    strangerReady: false,
    id: 'from-triton',
    answeredBy: SMALL_ENDPOINT,
    binaryRefusal: expect.stringContaining('binary tensor data is not supported'),
    strangerRefusal: expect.stringContaining('nobody-released-this'),
  });
  expect(answer).toHaveProperty('model', {
    name: SMALL_ENDPOINT,
    versions: ['1'],
    platform: 'onnx_onnxv1',
    inputs: [
      { name: 'origin', datatype: 'BYTES', shape: [-1] },
      { name: 'distance', datatype: 'INT64', shape: [-1] },
    ],
    outputs: [{ name: 'probability', datatype: 'FP32', shape: [-1] }],
  });
  const { outputs } = await system.millrace.predict(SMALL_ENDPOINT, COLUMNS);
  const expected = outputs['probability']?.map((value) => expect.closeTo(Number(value), 6));
  expect(answer.probabilities).toEqual(expected);
  expect(answer.probabilities.filter((value) => !(value >= 0 && value <= 1))).toEqual([]);
  expect(answer.probabilities[1]).toBeGreaterThan(answer.probabilities[0] ?? 1);
});
