import { afterEach, beforeEach, expect, test } from 'vitest';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { droppingModel, gatherModel, halfPrecisionModel, oneRowModel, widthModel } from '../fixtures/faulty-models.fixture.ts';
import { flightModel, type FixtureModel } from '../fixtures/models.fixture.ts';
import { ServedVersion } from './served-version.ts';
import type { NamedTensors, Tensor } from './tensor/tensor.ts';

let folder: string;
const loaded: ServedVersion[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-faults-'));
});
afterEach(async () => {
  await Promise.all(loaded.splice(0).map((version) => version.drainAndRelease()));
  await rm(folder, { recursive: true });
});

async function load(model: FixtureModel): Promise<ServedVersion> {
  const path = join(folder, 'model.onnx');
  await writeFile(path, model.bytes);
  const version = await ServedVersion.load(model.version, path, { provider: 'cpu', limits: { maximumBatchRows: 16, maximumQueuedRows: 200 } });
  loaded.push(version);
  return version;
}

/** The score of each request, or the code of its error. */
async function outcomes(version: ServedVersion, requests: readonly NamedTensors[], rows = 1): Promise<unknown[]> {
  const answers = await Promise.allSettled(requests.map((inputs) => version.infer({ inputs, rows })));
  return answers.map((answer) => (answer.status === 'fulfilled' ? answer.value['score']?.data[0] : (answer.reason as { code?: string }).code));
}

const float = (value: number): Tensor => ({ datatype: 'FP32', shape: [1, 1], data: Float32Array.of(value) });
const half = (bits: number): NamedTensors => ({ x: { datatype: 'FP16', shape: [1, 1], data: Uint16Array.of(bits) } });
const wide = (x: number, width: number): NamedTensors => ({ x: float(x), width: integer(width) });
const twice = (x: number): NamedTensors => ({ x: { datatype: 'FP32', shape: [1, 2], data: Float32Array.of(x, x) } });
const dropped = (x: number, drop: number): NamedTensors => ({
  x: { datatype: 'FP32', shape: [1], data: Float32Array.of(x) },
  drop: { datatype: 'BOOL', shape: [1], data: Uint8Array.of(drop) },
});
const integer = (value: number): Tensor => ({ datatype: 'INT64', shape: [1, 1], data: BigInt64Array.of(BigInt(value)) });

test('a model that throws fails the request that made it throw, no neighbour, and serves on', async () => {
  const version = await load(gatherModel());
  const requests = [0, 1, 99, 2, 3, -50, 0].map((index) => ({ index: integer(index) }));
  expect(await outcomes(version, requests)).toEqual([10, 11, 'MODEL_INVALID', 12, 13, 'MODEL_INVALID', 10]);
  await expect(version.infer({ inputs: { index: integer(99) }, rows: 1 })).rejects.toThrow(/the model failed on these inputs: .*out of data bounds/);
  expect(await outcomes(version, requests.slice(0, 2))).toEqual([10, 11]);
});

test('an output of another shape than the signature declares is answered as it is', async () => {
  const version = await load(widthModel());
  expect(await outcomes(version, [wide(1, 1), wide(2, 5), wide(3, 1), wide(4, 1)])).toEqual([1, 2, 3, 4]);
  const { score } = await version.infer({ inputs: wide(2, 5), rows: 1 });
  expect(score).toMatchObject({ shape: [1, 5], data: Float32Array.of(2, 2, 2, 2, 2) });
});

test('a model that can be asked for any amount of memory has a process; one that asks for more than there is fails that request, and its session serves on', async () => {
  const version = await load(widthModel());
  expect(version.isolation).toBe('process');
  expect(await outcomes(version, [wide(1, 1), wide(2, 1e12), wide(3, 1)])).toEqual([1, 'MODEL_INVALID', 3]);
  expect(await outcomes(version, [wide(4, 1)])).toEqual([4]);
});

test('a model whose number of output rows follows the data is answered, unbatched, with the node named', async () => {
  const version = await load(droppingModel());
  expect(version).toMatchObject({ batchable: false, maximumBatchRows: 1, unbatchedReason: 'node "score" (Compress): its condition comes from the rows' });
  expect(await outcomes(version, [dropped(1, 0), dropped(2, 1), dropped(3, 0)])).toEqual([1, undefined, 3]);
});

test('a graph that can run one row only is served unbatched and says why', async () => {
  const version = await load(oneRowModel());
  expect(version.batchable).toBe(false);
  expect(version.unbatchedReason).toContain('node "score" (Reshape): its shape');
  expect(await outcomes(version, [twice(1), twice(2), twice(3)])).toEqual([1, 2, 3]);
});

test('half-precision values are computed with, not only passed on', async () => {
  const version = await load(halfPrecisionModel());
  // 1 + 1 = 2, -0.5 - 0.5 = -1, 65504 + 65504 = infinity.
  expect(await outcomes(version, [half(0x3c00), half(0xb800), half(0x7bff)])).toEqual([0x4000, 0xbc00, 0x7c00]);
});

test('a model with BF16 tensors is refused and the tensor is named', async () => {
  const { bytes, version } = halfPrecisionModel();
  const inputs = version.signature.inputs.map((input) => ({ ...input, datatype: 'BF16' as const }));
  await expect(load({ bytes, version: { ...version, signature: { ...version.signature, inputs } } })).rejects.toMatchObject({
    code: 'MODEL_INVALID',
    fields: { name: 'x' },
    message: expect.stringContaining('"x" is BF16') as string,
  });
});

test('a missing value is a value, and no row at all gives no row', async () => {
  const version = await load(flightModel(1));
  const inputs: NamedTensors = { distance: float(NaN), origin: { datatype: 'BYTES', shape: [1, 1], data: [''] }, flight: integer(1) };
  expect(await outcomes(version, [inputs])).toEqual([NaN]);
  const none: NamedTensors = {
    distance: { datatype: 'FP32', shape: [0, 1], data: new Float32Array() },
    origin: { datatype: 'BYTES', shape: [0, 1], data: [] },
    flight: { datatype: 'INT64', shape: [0, 1], data: new BigInt64Array() },
  };
  const [first, , last] = await Promise.all([version.infer({ inputs, rows: 1 }), version.infer({ inputs, rows: 1 }), version.infer({ inputs: none, rows: 0 })]);
  expect(first['score']?.shape).toEqual([1, 1]);
  expect(last['score']).toMatchObject({ shape: [0, 1], data: new Float32Array() });
});
