import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatasetVersion } from '@millrace/db';
import { findSnapshot, type Snapshot } from '@millrace/lakehouse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPipelineRuns, type PipelineRuns } from './fixtures/pipeline-runs.fixture.ts';
import { reconcileLakehouse } from './reconcile/reconcile-lakehouse.ts';

let runs: PipelineRuns;
beforeAll(async () => {
  runs = await openPipelineRuns();
});
afterAll(() => runs.close());

/** Commits to the log of a table as another engine does. */
async function commitByOthers(table: string, changesOf: (snapshot: Snapshot) => readonly object[]): Promise<void> {
  const path = runs.pathOf(table);
  const snapshot = await findSnapshot(path);
  if (snapshot === undefined) throw new Error(`There is no table ${table}.`);
  const lines = changesOf(snapshot).map((action) => JSON.stringify(action));
  await writeFile(join(path, '_delta_log', `${String(snapshot.version + 1).padStart(20, '0')}.json`), lines.join('\n'));
}
const constraint = ({ metaData }: Snapshot) => [{ metaData: { ...metaData, configuration: { 'delta.constraints.none': 'false' } } }];
const vectors = () => [{ protocol: { minReaderVersion: 3, minWriterVersion: 7, readerFeatures: ['deletionVectors'], writerFeatures: ['deletionVectors'] } }];
/** The same file by another name, without its mark. */
const rewriting = ({ files }: Snapshot) =>
  [...files.values()].flatMap((file) => [
    { add: { ...file, tags: {}, path: `./${file.path}`, dataChange: false } },
    { remove: { ...file, deletionTimestamp: Date.now(), extendedFileMetadata: true, dataChange: false } },
  ]);

describe('a pipeline run whose table another engine changes', () => {
  it.each([
    ['its constraint', constraint, 'TABLE_UNSUPPORTED'],
    ['a rewriting', rewriting, 'CONFLICT'],
  ] as const)('by %s when its commit begins fails, and both tables are as they were', async (_, change, code) => {
    const pipeline = await runs.pipelineOf();
    const first = await runs.startRun(pipeline);
    expect(await runs.toTheEnd(first)).toBe('SUCCEEDED');
    const second = await runs.startRun(pipeline, 2);
    const context = await runs.begin(second);
    const outcome = await runs.attempt({
      ...context,
      beginCommit: async () => {
        await context.beginCommit();
        await commitByOthers(second.dataset, change);
      },
    });
    expect(outcome).toMatchObject({ code });
    expect(await runs.toTheEnd(second)).toBe('FAILED');
    expect([await runs.rowsOf(first.dataset), await runs.rowsOf(`${first.dataset}__quarantine`)]).toEqual([17, 3]);
    expect(await runs.manager().countBy(DatasetVersion, { pipelineRunId: second.run.id })).toBe(0);
  });

  it('into one that nobody here can read ends all the same', async () => {
    const pipeline = await runs.pipelineOf();
    expect(await runs.toTheEnd(await runs.startRun(pipeline))).toBe('SUCCEEDED');
    const second = await runs.startRun(pipeline, 2);
    const context = await runs.begin(second);
    await runs.attempt({
      ...context,
      beginCommit: async () => {
        await context.beginCommit();
        await commitByOthers(second.dataset, vectors);
      },
    });
    expect(await runs.toTheEnd(second)).toBe('FAILED');
    expect((await runs.jobOf(second)).error).toMatchObject({ code: 'TABLE_UNSUPPORTED', message: expect.stringContaining('deletionVectors') });
    // The other tables are compared all the same.
    const logger = { warn: () => undefined, error: () => undefined };
    const found = await reconcileLakehouse({ dataSource: runs.database.dataSource, lakehouseFolder: join(runs.folder.path, 'lakehouse'), logger });
    expect(found).toEqual({ commitsWithoutVersion: 0, versionsWithoutCommit: 0, quarantineWithoutLoad: 0 });
  });

  it('is told by the interval column of its definition', async () => {
    const transform = 'SELECT n, $interval_start + to_days(n::INTEGER * 0) AS at FROM numbers';
    const pipeline = await runs.pipelineOf({ transform, intervalColumn: 'at' });
    const first = await runs.startRun(pipeline);
    expect(await runs.toTheEnd(first)).toBe('SUCCEEDED');
    await commitByOthers(first.dataset, rewriting);
    await commitByOthers(`${first.dataset}__quarantine`, rewriting);
    const second = await runs.startRun(pipeline, 2);
    expect(await runs.toTheEnd(second)).toBe('SUCCEEDED');
    await runs.expectAgreement(second, 'SUCCEEDED');
  });
});
