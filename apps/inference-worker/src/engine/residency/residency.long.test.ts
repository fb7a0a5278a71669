import { servingOptionsSchema, type ServingOptions } from '@millrace/contracts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { flightModel, slowModel, type FixtureModel } from '../../fixtures/models.fixture.ts';
import { InferenceEngine } from '../inference-engine.ts';
import { MemoryBudget } from '../memory/memory-budget.ts';
import { ModelSizes } from '../memory/model-sizes.ts';
import { RememberedNumbers } from '../memory/remembered-numbers.ts';
import type { NamedTensors } from '../tensor/tensor.ts';

/** Every model of these tests counts as 8 MiB and its few bytes, because resident memory seems never to grow. */
const ROOM_FOR_TWO = 20 * 2 ** 20;

let folder: string;
let engine: InferenceEngine;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-residency-'));
  engine = engineWith(ROOM_FOR_TWO);
});
afterEach(async () => {
  await engine.close();
  await rm(folder, { recursive: true });
});

function engineWith(budgetBytes: number): InferenceEngine {
  const budget = new MemoryBudget({ budgetBytes, residentBytes: () => 0 });
  return new InferenceEngine({ provider: 'cpu', limits: { maximumBatchRows: 16, maximumQueuedRows: 10 }, budget });
}

const pathOf = ({ version }: FixtureModel): string => join(folder, version.modelVersionId);

async function load(model: FixtureModel): Promise<void> {
  await writeFile(pathOf(model), model.bytes);
  await engine.load(model.version, pathOf(model));
}

function numbered(number: number, serving: Partial<ServingOptions> = {}): FixtureModel {
  return flightModel(number, { modelVersionId: `mv_${number}`, version: number, serving: servingOptionsSchema.parse(serving) });
}

const row = (distance: number): NamedTensors => ({
  distance: { datatype: 'FP32', shape: [1, 1], data: new Float32Array([distance]) },
  origin: { datatype: 'BYTES', shape: [1, 1], data: ['SFO'] },
  flight: { datatype: 'INT64', shape: [1, 1], data: new BigInt64Array([1n]) },
});

async function score(number: number, distance = 0): Promise<number | bigint | string | undefined> {
  return (await engine.infer(`mv_${number}`, { inputs: row(distance), rows: 1 }))['score']?.data[0];
}

const residences = (): Record<string, string> => Object.fromEntries(engine.held().map(({ assigned, residence }) => [assigned.modelVersionId, residence]));

test('the version that was used longest ago goes, and is loaded again by the next request for it', async () => {
  await load(numbered(1));
  await load(numbered(2));
  expect(await score(1)).toBe(1);
  await load(numbered(3));
  expect(residences()).toEqual({ mv_1: 'loaded', mv_2: 'evicted', mv_3: 'loaded' });
  expect(await score(2)).toBe(2);
  expect(residences()).toEqual({ mv_1: 'evicted', mv_2: 'loaded', mv_3: 'loaded' });
  expect(engine.find('mv_1')).toMatchObject({ canAnswer: true, provider: 'cpu', maximumBatchRows: 16, residentBytes: 0 });
});

test('one load answers all who wait for an evicted version, and its counts go on', async () => {
  for (const number of [1, 2, 3]) await load(numbered(number));
  expect(residences()).toMatchObject({ mv_1: 'evicted' });
  expect(await Promise.all([10, 20, 30].map((distance) => score(1, distance)))).toEqual([11, 21, 31]);
  await score(1);
  await engine.unloadNow('mv_1');
  await score(1);
  expect(engine.find('mv_1')?.counts).toEqual({ requests: 5, errors: 0, rows: 5 });
  expect(engine.find('mv_1')?.statistics()).toMatchObject({ inferenceCount: 5, success: { count: 5 }, fail: { count: 0 } });
});

test('a version that is pinned stays, and a load that only its eviction would let in is refused with the numbers', async () => {
  await load(numbered(1, { pinned: true }));
  await load(numbered(2));
  await load(numbered(3));
  expect(residences()).toEqual({ mv_1: 'loaded', mv_2: 'evicted', mv_3: 'loaded' });
  await engine.close();
  engine = engineWith(ROOM_FOR_TWO);
  await load(numbered(1, { pinned: true }));
  await load(numbered(2, { pinned: true }));
  await expect(load(numbered(3))).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    retryable: true,
    fields: { modelVersionId: 'mv_3', budgetBytes: ROOM_FOR_TWO, needBytes: expect.any(Number), heldBytes: expect.any(Number) },
  });
  expect(engine.find('mv_3')).toBeUndefined();
  await expect(engine.unloadNow('mv_1')).rejects.toMatchObject({ code: 'CONFLICT' });
  expect(engine.find('mv_1')?.needsOtherSession(numbered(1, { predictionLogShare: 10, required: false, responseCacheBytes: 10 }).version)).toBe(false);
  // Unpinning needs no new session, and makes room.
  await load(numbered(1));
  await load(numbered(3));
  expect(residences()).toEqual({ mv_1: 'evicted', mv_2: 'loaded', mv_3: 'loaded' });
});

test('versions that are asked all the time give way to one another, and nobody gets an error', async () => {
  engine = engineWith(ROOM_FOR_TWO / 2);
  for (const number of [1, 2, 3]) await load(numbered(number));
  const clients = [1, 2, 3, 1, 2, 3].map(async (number) => {
    const answers: unknown[] = [];
    for (let i = 0; i < 40; i++) answers.push(await score(number));
    return answers.every((answer) => answer === number);
  });
  expect(await Promise.all(clients)).toEqual(clients.map(() => true));
}, 60_000);

test('waiting for a load counts against the deadline and the bounds of the queue', async () => {
  for (const number of [1, 2, 3]) await load(numbered(number));
  const late = engine.infer('mv_1', { inputs: row(0), rows: 1, timeoutMicroseconds: 1 });
  const patient = engine.infer('mv_1', { inputs: row(0), rows: 1, timeoutMicroseconds: Number.MAX_SAFE_INTEGER });
  const gone = engine.infer('mv_1', { inputs: row(0), rows: 1, client: { gone: true } });
  const waits = engine.infer('mv_1', { inputs: row(0), rows: 7 });
  await expect(engine.infer('mv_1', { inputs: row(0), rows: 3 })).rejects.toMatchObject({ code: 'UNAVAILABLE', fields: { maximumQueuedRows: 10 } });
  await expect(late).rejects.toMatchObject({ code: 'TIMEOUT' });
  await expect(gone).rejects.toMatchObject({ code: 'CANCELLED' });
  expect((await patient)['score']?.data[0]).toBe(1);
  await waits.catch(() => undefined);
  expect(engine.find('mv_1')?.statistics().sheds).toMatchObject({ queue_full_rows: 1, timeout: 1, client_gone: 1 });
});

test('a version whose artifact was lost while it was evicted says so, and serves when the artifact is back', async () => {
  for (const number of [1, 2, 3]) await load(numbered(number));
  const lost = numbered(1);
  await rm(pathOf(lost));
  await expect(score(1)).rejects.toMatchObject({ code: 'UNAVAILABLE', cause: { code: 'ARTIFACT_MISSING' } });
  expect(engine.find('mv_1')).toMatchObject({ canAnswer: false, reloadFailure: { error: { code: 'ARTIFACT_MISSING' } } });
  await expect(score(1)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  await load(lost);
  expect(await score(1)).toBe(1);
  expect(engine.find('mv_1')).toMatchObject({ counts: { requests: 3, errors: 2, rows: 1 } });
  expect(engine.find('mv_1')?.statistics()).toMatchObject({ success: { count: 1 }, fail: { count: 2 } });
});

test('a load on demand that other serving options overtook does not bring back the old ones', async () => {
  engine = engineWith(2 * ROOM_FOR_TWO);
  await load(numbered(1));
  await engine.unloadNow('mv_1');
  const changed = numbered(1, { maximumBatchRows: 2 });
  const swapped = engine.load(changed.version, pathOf(changed));
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  const answer = score(1);
  await swapped;
  expect(await answer).toBe(1);
  // Loads follow one another.
  await load(numbered(2));
  expect(engine.find('mv_1')).toMatchObject({ maximumBatchRows: 2, residence: 'loaded', counts: { requests: 1, errors: 0, rows: 1 } });
  expect(residences()).toEqual({ mv_1: 'loaded', mv_2: 'loaded' });
});

test('a copy of the artifact that was lost or damaged is fetched again, once', async () => {
  const model = numbered(1);
  let fetched = 0;
  const refetch = async (): Promise<void> => {
    fetched++;
    await writeFile(pathOf(model), model.bytes);
  };
  await writeFile(pathOf(model), 'damaged');
  await engine.load(model.version, pathOf(model), refetch);
  await engine.unloadNow('mv_1');
  await rm(pathOf(model));
  expect(await score(1)).toBe(1);
  expect(fetched).toBe(2);
});

test('other serving options take over in one step; requests before and after are answered', async () => {
  await load(numbered(1));
  const before = Array.from({ length: 10 }, () => score(1));
  await load(numbered(1, { maximumBatchRows: 2 }));
  expect(engine.find('mv_1')).toMatchObject({ maximumBatchRows: 2, counts: { requests: 10 } });
  expect(await score(1)).toBe(1);
  expect(await Promise.all(before)).toEqual(before.map(() => 1));
});

test('where two forms of a version do not fit at once, requests wait for the new one', async () => {
  engine = engineWith(ROOM_FOR_TWO / 2);
  await load(numbered(1, { pinned: true }));
  const swapped = load(numbered(1, { pinned: true, maximumBatchRows: 2 }));
  const answers = Array.from({ length: 8 }, () => score(1));
  await swapped;
  expect(await Promise.all(answers)).toEqual(answers.map(() => 1));
  expect(engine.find('mv_1')).toMatchObject({ maximumBatchRows: 2, residence: 'loaded' });
});

test('a version that is held stays until it is let go, also when it was evicted', async () => {
  for (const number of [1, 2, 3]) await load(numbered(number));
  const held = engine.find('mv_1');
  const letGo = held?.hold();
  const unloaded = engine.unload('mv_1');
  expect(engine.find('mv_1')).toBeUndefined();
  expect((await held?.infer({ inputs: row(0), rows: 1 }))?.['score']?.data[0]).toBe(1);
  letGo?.();
  await unloaded;
  await expect(held?.infer({ inputs: row(0), rows: 1 })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});

test('answers that were kept need no run, count as requests, and go with an eviction', async () => {
  await load(numbered(1, { responseCacheBytes: 10_000 }));
  for (let i = 0; i < 3; i++) expect(await score(1, 5)).toBe(6);
  expect(engine.find('mv_1')?.statistics()).toMatchObject({ executionCount: 1, success: { count: 3 }, cacheHit: { count: 2 }, cacheMiss: { count: 1 } });
  expect(engine.find('mv_1')?.counts).toEqual({ requests: 3, errors: 0, rows: 3 });
  await engine.unloadNow('mv_1');
  expect(await score(1, 5)).toBe(6);
  expect(engine.find('mv_1')?.statistics()).toMatchObject({ executionCount: 2, success: { count: 4 }, cacheMiss: { count: 2 } });
  await load(numbered(1, { responseCacheBytes: 20_000 }));
  await load(numbered(1));
  expect(engine.find('mv_1')?.statistics()).toMatchObject({ success: { count: 4 }, cacheHit: { count: 2 }, cacheMiss: { count: 2 } });
  expect(engine.find('mv_1')?.counts).toEqual({ requests: 4, errors: 0, rows: 4 });
});

test('a request that holds a version on its way out does not keep others from being loaded', async () => {
  engine = engineWith(ROOM_FOR_TWO / 2);
  await load(numbered(1, { pinned: true }));
  const held = engine.find('mv_1');
  const letGo = held?.hold();
  const unloaded = engine.unload('mv_1');
  await load(numbered(2));
  expect((await held?.infer({ inputs: row(0), rows: 1 }))?.['score']?.data[0]).toBe(1);
  expect(await score(2)).toBe(2);
  letGo?.();
  await unloaded;
});

test('the index of the repository names every state, and only assigned versions can be loaded and unloaded', async () => {
  const slow = slowModel(50, { modelVersionId: 'mv_9', version: 9 });
  await load(numbered(1));
  await engine.unloadNow('mv_1');
  const loading = load(slow);
  await Promise.resolve();
  await loading;
  expect(engine.repositoryIndex()).toEqual([
    { modelVersionId: 'mv_1', model: 'fixture', version: 1, state: 'UNAVAILABLE', reason: 'evicted from memory; the next request loads it again' },
    { modelVersionId: 'mv_9', model: 'fixture', version: 9, state: 'READY', reason: '' },
  ]);
  await engine.loadNow('mv_1');
  expect(residences()).toMatchObject({ mv_1: 'loaded' });
  await expect(engine.loadNow('mv_7')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(engine.unloadNow('mv_7')).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('sizes are measured, bounded against noise, and known after a restart', async () => {
  const path = join(folder, 'sizes.json');
  const numbers = await RememberedNumbers.open(path);
  const version = { ...numbered(1).version, artifactBytes: 32 * 2 ** 20 };
  const sizes = new ModelSizes(numbers);
  expect(sizes.expected(version)).toBe(48 * 2 ** 20);
  expect(sizes.measured(version, 100 * 2 ** 20)).toBe(100 * 2 ** 20);
  expect(sizes.measured(version, 0)).toBe(85 * 2 ** 20);
  await numbers.written();
  expect(new ModelSizes(await RememberedNumbers.open(path)).expected(version)).toBe(85 * 2 ** 20);
  await writeFile(path, '{"half');
  expect(new ModelSizes(await RememberedNumbers.open(path)).expected(version)).toBe(48 * 2 ** 20);
  expect(new ModelSizes(RememberedNumbers.inMemory()).measured(version, 2 ** 40)).toBe(160 * 2 ** 20);
});
