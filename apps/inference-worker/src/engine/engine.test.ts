import { digestOf } from '@millrace/storage';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { divisionModel } from '../fixtures/faulty-models.fixture.ts';
import { everyDatatypeModel, flightModel, slowModel, type FixtureModel } from '../fixtures/models.fixture.ts';
import { InferenceEngine } from './inference-engine.ts';
import type { NamedTensors } from './tensor/tensor.ts';

let folder: string;
let engine: InferenceEngine;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-engine-'));
  engine = new InferenceEngine({ provider: 'cpu', limits: { maximumBatchRows: 64, maximumQueuedRows: 200 } });
});
afterEach(async () => {
  await engine.close();
  await rm(folder, { recursive: true });
});

async function put(model: FixtureModel, bytes = model.bytes): Promise<string> {
  const path = join(folder, 'model.onnx');
  await writeFile(path, bytes);
  return path;
}

const row = (distance: number): NamedTensors => ({
  distance: { datatype: 'FP32', shape: [1, 1], data: new Float32Array([distance]) },
  origin: { datatype: 'BYTES', shape: [1, 1], data: ['SFO'] },
  flight: { datatype: 'INT64', shape: [1, 1], data: new BigInt64Array([9_007_199_254_740_993n]) },
});

test('every request of a batch gets its own rows back', async () => {
  const model = flightModel(0.5);
  await engine.load(model.version, await put(model));
  const answers = await Promise.all(Array.from({ length: 100 }, (_, i) => engine.infer('mv_1', { inputs: row(i), rows: 1 })));
  expect(answers.map((outputs) => outputs['score']?.data[0])).toEqual(Array.from({ length: 100 }, (_, i) => i + 0.5));
  expect(answers[7]?.['origin_out']?.data).toEqual(['SFO']);
  expect(answers[7]?.['flight_out']?.data[0]).toBe(9_007_199_254_740_993n);
});

test('an artifact whose bytes have another digest is refused', async () => {
  const model = flightModel(0);
  await expect(engine.load(model.version, await put(model, model.bytes.slice(0, -1)))).rejects.toMatchObject({
    code: 'ARTIFACT_CORRUPT',
    fields: { digest: model.version.artifactDigest },
  });
});

test('a missing artifact is refused', async () => {
  await expect(engine.load(flightModel(0).version, join(folder, 'absent'))).rejects.toMatchObject({ code: 'ARTIFACT_MISSING' });
});

test('bytes that are not ONNX are refused though their digest is right', async () => {
  const good = flightModel(0);
  const bytes = new TextEncoder().encode('not a model');
  const version = { ...good.version, artifactDigest: digestOf(bytes) };
  await expect(engine.load(version, await put({ ...good, version }, bytes))).rejects.toMatchObject({ code: 'MODEL_INVALID' });
});

test('a model with another signature is refused and the tensor is named', async () => {
  const model = flightModel(0);
  const path = await put(model);
  const inputs = model.version.signature.inputs.map((input) => (input.name === 'distance' ? { ...input, datatype: 'FP64' as const } : input));
  await expect(engine.load({ ...model.version, signature: { ...model.version.signature, inputs } }, path)).rejects.toMatchObject({
    code: 'SIGNATURE_MISMATCH',
    message: 'input "distance": the signature has FP64 [-1,1], the model has FP32 [-1,1]',
  });
  const outputs = model.version.signature.outputs.slice(0, 2);
  await expect(engine.load({ ...model.version, signature: { ...model.version.signature, outputs } }, path)).rejects.toMatchObject({
    code: 'SIGNATURE_MISMATCH',
    message: 'output "flight_out": the signature has nothing, the model has INT64 [-1,1]',
  });
});

test('half-precision tensors travel as their raw bits', async () => {
  const model = everyDatatypeModel(['FP32', 'FP16']);
  await engine.load(model.version, await put(model));
  const bits = [0x3c00, 0xc000, 0x7c00, 0x7e01, 0x0001];
  const fp32 = { datatype: 'FP32', shape: [1, 1], data: new Float32Array(1) } as const;
  const requests = bits.map((bit) => ({ inputs: { fp32, fp16: { datatype: 'FP16', shape: [1, 1], data: Uint16Array.of(bit) } as const }, rows: 1 }));
  const answers = await Promise.all(requests.map((request) => engine.infer('mv_1', request)));
  expect(answers.map((outputs) => outputs['fp16_out'])).toEqual(bits.map((bit) => ({ datatype: 'FP16', shape: [1, 1], data: Uint16Array.of(bit) })));
});

test('a full queue refuses further rows and keeps what it has', async () => {
  const model = slowModel(400);
  await engine.load(model.version, await put(model));
  const input = { x: { datatype: 'FP32', shape: [1, 1], data: new Float32Array([1e-4]) } } as const;
  const accepted = Promise.all(Array.from({ length: 4 }, () => engine.infer('mv_1', { inputs: input, rows: 50 })));
  await expect(engine.infer('mv_1', { inputs: input, rows: 50 })).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable: true });
  expect(await accepted).toHaveLength(4);
});

test('the event loop turns while a model runs', async () => {
  const model = slowModel(1000);
  await engine.load(model.version, await put(model));
  const order: string[] = [];
  const run = engine
    .infer('mv_1', { inputs: { x: { datatype: 'FP32', shape: [1, 1], data: new Float32Array([1e-4]) } }, rows: 1 })
    .then(() => order.push('run'));
  for (let i = 0; i < 5; i++)
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  order.push('event loop');
  await run;
  expect(order).toEqual(['event loop', 'run']);
});

test('unloading answers what was submitted before', async () => {
  const model = flightModel(1);
  await engine.load(model.version, await put(model));
  const submitted = Promise.all(Array.from({ length: 50 }, (_, i) => engine.infer('mv_1', { inputs: row(i), rows: 1 })));
  const unloaded = engine.unload('mv_1');
  expect(await submitted).toHaveLength(50);
  await unloaded;
  await expect(engine.infer('mv_1', { inputs: row(1), rows: 1 })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});

const numeric = (edge: number): unknown => ({ kind: 'numeric', edges: [edge], counts: [1], nulls: 0, sum: 0, sumOfSquares: 0, min: 0, max: 0 });

test('a definition whose session ends as it is loaded does not cost the one that serves', async () => {
  const serving = flightModel(0.5);
  await engine.load(serving.version, await put(serving));
  // The model adds one to y, and the least integer divided by -1 traps.
  const trap = divisionModel({ referenceProfile: { rows: 1, features: { x: numeric(-(2 ** 63)), y: numeric(-2) } } as never });
  const path = join(folder, 'trap.onnx');
  await writeFile(path, trap.bytes);
  await expect(engine.load({ ...trap.version, modelVersionId: 'mv_1' }, path)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(engine.find('mv_1')?.residence).toBe('loaded');
});
