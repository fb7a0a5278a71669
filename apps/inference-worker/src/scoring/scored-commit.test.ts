import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commit, type AddAction } from '@millrace/lakehouse';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findScored, giveUpScoring, transactionOf, type ScoringTarget } from './scored-commit.ts';

let root: string;
let target: ScoringTarget;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'millrace-scored-'));
  target = { scoringRunId: 'srun_1', table: join(root, 'scores'), retriedAfter: 0 };
});
afterEach(() => rm(root, { recursive: true }));

const FILE: AddAction = { path: 'srun_1-a.parquet', partitionValues: {}, size: 1, modificationTime: 1, dataChange: true, stats: '{"numRecords":3}' };
const files = () => ({ prefix: 'srun_1-', stagingFolder: join(root, 'staging') });
const score = (of: ScoringTarget = target) =>
  commit({
    table: of.table,
    fields: [{ name: 'score', type: 'double', nullable: true, metadata: {} }],
    partitionColumns: [],
    add: [FILE],
    transaction: transactionOf(of),
    info: { scoringRunId: of.scoringRunId, rows: 3, rejected: 1, bytes: 1 },
  });

it('a run that is to end after it committed is found, and keeps its rows', async () => {
  await score();
  expect(await giveUpScoring(target, files())).toEqual({ deltaVersion: 0, rows: 3, rejected: 1, bytes: 1 });
  expect(await findScored(target)).toMatchObject({ rows: 3 });
});

it('a run that was given up commits nothing any more, whatever an attempt that wakes up does, and leaves no file', async () => {
  expect(await giveUpScoring(target, files())).toBeUndefined();
  await writeFile(join(target.table, FILE.path), 'rows of an attempt that was lost');
  expect(await score()).toMatchObject({ status: 'SKIPPED' });
  await expect(findScored(target)).rejects.toMatchObject({ code: 'CONFLICT' });
  expect(await giveUpScoring(target, files())).toBeUndefined();
  expect((await readdir(target.table)).filter((name) => name.endsWith('.parquet'))).toEqual([]);
});

it('a run that is begun again by hand commits, whatever was given up before', async () => {
  await giveUpScoring(target, files());
  const again = { ...target, retriedAfter: 3 };
  expect(await findScored(again)).toBeUndefined();
  expect(await score(again)).toMatchObject({ status: 'COMMITTED' });
  expect(await findScored(again)).toMatchObject({ rows: 3, rejected: 1 });
});
