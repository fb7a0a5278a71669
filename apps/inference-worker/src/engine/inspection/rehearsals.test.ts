import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MillraceError } from '@millrace/contracts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { gatherModel, greedyModel } from '../../fixtures/faulty-models.fixture.ts';
import type { FixtureModel } from '../../fixtures/models.fixture.ts';
import { RememberedNumbers } from '../memory/remembered-numbers.ts';
import { ServedVersion } from '../served-version.ts';
import { sessionProcessIds } from '../session/process-link.ts';
import { Rehearsals } from './rehearsals.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-rehearsals-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function load(model: FixtureModel, rehearsals: Rehearsals): Promise<ServedVersion> {
  const path = join(folder, 'model.onnx');
  await writeFile(path, model.bytes);
  const limits = { maximumBatchRows: 16, maximumQueuedRows: 200 };
  return ServedVersion.load(model.version, path, { provider: 'cpu', limits, rehearsals, memoryLimitBytes: 300 * 2 ** 20 });
}

it('a model that takes more memory for one row than models have gets a process, where each run of it fails alone', async () => {
  const version = await load(greedyModel(), new Rehearsals(RememberedNumbers.inMemory()));
  try {
    expect(version.isolation).toBe('process');
    expect(version.isolationReason).toMatch(/tried in a process first, and there the model failed on these inputs: .*(bad_alloc|memory)/i);
    const x = { datatype: 'FP32' as const, shape: [1, 1], data: Float32Array.of(1) };
    await expect(version.infer({ inputs: { x }, rows: 1 })).rejects.toMatchObject({ code: 'MODEL_INVALID', fields: { isOfMemory: true } });
  } finally {
    await version.drainAndRelease();
  }
});

it('a model that passes lives in a thread, and nothing is left of its process', async () => {
  const version = await load(gatherModel(), new Rehearsals(RememberedNumbers.inMemory()));
  expect([version.isolation, sessionProcessIds()]).toEqual(['thread', []]);
  await version.drainAndRelease();
});

it('what passed is not tried again, also after a restart; what failed is', async () => {
  const path = join(folder, 'rehearsed.json');
  const passed = await RememberedNumbers.open(path);
  const asked: string[] = [];
  const faultOf = (rehearsals: Rehearsals, digest: string, outcome: MillraceError): Promise<string | undefined> =>
    rehearsals.faultOf(digest, async () => {
      asked.push(digest);
      throw outcome;
    });
  const [ended, refused] = [new MillraceError('UNAVAILABLE', 'ended by SIGSEGV'), new MillraceError('MODEL_INVALID', 'takes no made-up inputs')];
  for (let i = 0; i < 2; i++) {
    expect(await faultOf(new Rehearsals(passed), 'ends', ended)).toMatch('there ended by SIGSEGV');
    expect(await faultOf(new Rehearsals(passed), 'refuses', refused)).toBeUndefined();
  }
  await passed.written();
  expect(await faultOf(new Rehearsals(await RememberedNumbers.open(path)), 'refuses', ended)).toBeUndefined();
  expect(asked).toEqual(['ends', 'refuses', 'ends']);
  const late = new MillraceError('TIMEOUT', 'the model was not loaded in time');
  await expect(faultOf(new Rehearsals(passed), 'late', late)).rejects.toBe(late);
});
