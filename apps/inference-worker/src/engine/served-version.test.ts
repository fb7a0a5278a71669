import type { AssignedVersion, ServingOptions } from '@millrace/contracts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { flightModel, slowModel, type FixtureModel } from '../fixtures/models.fixture.ts';
import { recordingLogger } from '../fixtures/recording-logger.fixture.ts';
import { MORTAL_VALUE } from '../fixtures/mortal-session.fixture.ts';
import { ServedVersion, type LoadOptions } from './served-version.ts';
import type { NamedTensors } from './tensor/tensor.ts';

let folder: string;
const loaded: ServedVersion[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-version-'));
});
afterEach(async () => {
  await Promise.all(loaded.splice(0).map((version) => version.drainAndRelease()));
  await rm(folder, { recursive: true });
});

async function load(model: FixtureModel, options: Partial<LoadOptions> = {}, serving: Partial<ServingOptions> = {}): Promise<ServedVersion> {
  const path = join(folder, 'model.onnx');
  await writeFile(path, model.bytes);
  const assigned: AssignedVersion = { ...model.version, serving: { ...model.version.serving, ...serving } };
  const version = await ServedVersion.load(assigned, path, { provider: 'cpu', limits: { maximumBatchRows: 16, maximumQueuedRows: 200 }, ...options });
  loaded.push(version);
  return version;
}

const row = (distance: number): { inputs: NamedTensors; rows: number } => ({
  inputs: {
    distance: { datatype: 'FP32', shape: [1, 1], data: Float32Array.of(distance) },
    origin: { datatype: 'BYTES', shape: [1, 1], data: ['SFO'] },
    flight: { datatype: 'INT64', shape: [1, 1], data: BigInt64Array.of(1n) },
  },
  rows: 1,
});
const score = (outputs: NamedTensors): unknown => outputs['score']?.data[0];

const sessionEntry = new URL('../fixtures/mortal-session.fixture.ts', import.meta.url);

test('a session thread that dies fails what it was running, what waits is answered by the next thread', async () => {
  const version = await load(flightModel(1), { sessionEntry }, { maximumBatchRows: 1 });
  const answers = await Promise.allSettled([version.infer(row(1)), version.infer(row(MORTAL_VALUE)), version.infer(row(2)), version.infer(row(3))]);
  expect(answers.map((answer) => (answer.status === 'fulfilled' ? score(answer.value) : answer.reason))).toEqual([
    2,
    expect.objectContaining({ code: 'UNAVAILABLE', retryable: true }),
    3,
    4,
  ]);
  expect(version).toMatchObject({ hasDied: false, isIdle: true });
});

test('a thread that dies with every request is replaced as long as another request can be run in between', async () => {
  const version = await load(flightModel(1), { sessionEntry, restarts: { attempts: 1, firstBackoffMilliseconds: 1 } }, { maximumBatchRows: 1 });
  for (let i = 0; i < 3; i++) {
    await expect(version.infer(row(MORTAL_VALUE))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(score(await version.infer(row(i)))).toBe(i + 1);
  }
}, 20_000);

test('one of two instances serves on while the other is replaced', async () => {
  const version = await load(flightModel(1), { sessionEntry }, { maximumBatchRows: 1, instances: 2 });
  const answers = await Promise.allSettled([version.infer(row(MORTAL_VALUE)), ...Array.from({ length: 20 }, (_, i) => version.infer(row(i)))]);
  expect(answers.filter(({ status }) => status === 'rejected')).toHaveLength(1);
});

test('a version can be released while its thread is being replaced', async () => {
  const version = await load(flightModel(1), { sessionEntry }, { maximumBatchRows: 1 });
  await expect(version.infer(row(MORTAL_VALUE))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  await version.drainAndRelease();
  await expect(version.infer(row(1))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});

test('a version whose threads end again and again is given up and says so', async () => {
  const version = await load(flightModel(1), { sessionEntry, restarts: { attempts: 2, firstBackoffMilliseconds: 1 } }, { maximumBatchRows: 1 });
  const answers = await Promise.allSettled([1, 2, 3, 4].map(() => version.infer(row(MORTAL_VALUE))));
  expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected', 'rejected']);
  expect(version.hasDied).toBe(true);
  await expect(version.infer(row(1))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});

test('the requests of a batch keep their own arrays', async () => {
  const version = await load(flightModel(1));
  const requests = [row(1), row(2), row(3)];
  await Promise.all(requests.map((request) => version.infer(request)));
  expect(requests.map(({ inputs }) => [inputs['distance']?.data, inputs['flight']?.data])).toEqual(
    [1, 2, 3].map((i) => [Float32Array.of(i), BigInt64Array.of(1n)]),
  );
});

test('a model whose tensors have a fixed first dimension is served unbatched and says why', async () => {
  const version = await load(slowModel(4));
  expect(version).toMatchObject({ batchable: false, maximumBatchRows: 1, unbatchedReason: 'input "x" has no open first dimension: [1,1]' });
});

test('the size of a batch is the one that the model asks for, or is found by a sweep within the limit of the node', async () => {
  expect((await load(flightModel(0), {}, { maximumBatchRows: 3 })).maximumBatchRows).toBe(3);
  const { maximumBatchRows } = await load(flightModel(0));
  expect(maximumBatchRows).toBeGreaterThanOrEqual(1);
  expect(maximumBatchRows).toBeLessThanOrEqual(16);
});

test('a batch size that was found before is not looked for again', async () => {
  const kept: unknown[] = [];
  const batchSizes = { find: () => 5, keep: (...found: unknown[]) => kept.push(found) };
  expect((await load(flightModel(0), { batchSizes })).maximumBatchRows).toBe(5);
  expect(kept).toEqual([]);
  const sweeping = await load(flightModel(0), { batchSizes: { ...batchSizes, find: () => undefined } });
  expect(kept).toEqual([[{ artifactDigest: flightModel(0).version.artifactDigest, provider: 'cpu', maximumRows: 16 }, sweeping.maximumBatchRows]]);
});

test('a preferred provider that does not work here falls back to the next, a required one is refused with both names', async () => {
  const fallen = await load(flightModel(0), {}, { providers: ['cuda', 'cpu'] });
  expect(fallen.provider).toBe('cpu');
  await expect(load(flightModel(0), {}, { providers: ['cuda', 'cpu'], requireProvider: true })).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    retryable: false,
    fields: { wanted: 'cuda', available: ['cpu'] },
  });
});

test('a provider that is said to work but cannot load the model falls back with a word, and where it is required it does not', async () => {
  const messages: string[] = [];
  const options = { workingProviders: ['tensorrt', 'cpu'], logger: recordingLogger(messages) } as const;
  expect((await load(flightModel(0), options, { providers: ['tensorrt'] })).provider).toBe('cpu');
  expect(messages).toEqual(['execution provider cannot run this version', 'version runs']);
  await expect(load(flightModel(0), options, { providers: ['tensorrt'], requireProvider: true })).rejects.toMatchObject({
    code: 'MODEL_INVALID',
    fields: { provider: 'tensorrt' },
  });
});
