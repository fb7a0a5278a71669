import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { MillraceError, pipelineDefinitionSchema } from '@millrace/contracts';
import { Dataset, DatasetVersion, Job, Sweep } from '@millrace/db';
import type { JobContext } from '@millrace/queue';
import { buildDataSource, buildPipeline } from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dieWhenProfiled, openPipelineRuns, type PipelineRuns } from './fixtures/pipeline-runs.fixture.ts';
import { reconcileLakehouse, sweepReconcile } from './reconcile/reconcile-lakehouse.ts';

/*
 * After its commit to the Delta table a run can only succeed; a run that did not succeed has no row in the table or in quarantine, and
 * never gets one. The handler is called attempt by attempt, as the worker would, and things happen to the job at each of its awaits.
 */

let runs: PipelineRuns;
beforeAll(async () => {
  runs = await openPipelineRuns();
});
afterAll(() => runs.close());

describe('a pipeline run that is cancelled', () => {
  /** What happens at an await of the attempt, told by the moment that its context or its log sees. */
  const MOMENTS = {
    'before its commit begins': { when: 'beginCommit', before: true },
    'right after its commit has begun': { when: 'beginCommit', before: false },
    'when the load is told of': { when: 'interval loaded', before: true },
    'when it is profiled': { when: 'profiling', before: true },
    'when its version is recorded': { when: 'dataset version recorded', before: true },
  } as const;

  it.each(Object.entries(MOMENTS))('%s ends as its tables say', async (_name, { when, before }) => {
    const started = await runs.startRun(await runs.pipelineOf());
    const context = await runs.begin(started);
    const asked: Promise<unknown>[] = [];
    const cancel = (moment: string): void => {
      if (moment === when) asked.push(runs.ledger.requestCancel(started.jobId));
    };
    const beginCommit = async (): Promise<void> => {
      if (before) cancel('beginCommit');
      await Promise.all(asked);
      await context.beginCommit();
      if (!before) cancel('beginCommit');
      await Promise.all(asked);
    };
    const write = (message: string): void => cancel(message);
    await runs.attempt({
      ...context,
      beginCommit,
      log: { debug: write, info: write, warn: write, error: write },
      progress: (_fraction, note = '') => cancel(note),
    });
    expect(asked).toHaveLength(1);
    await Promise.all(asked);
    await runs.expectAgreement(started, when === 'beginCommit' && before ? 'CANCELLED' : 'SUCCEEDED');
  });

  it.each([
    ['its handler is stopped without heeding the commit', (context: JobContext<'run-pipeline'>) => runs.ledger.cancel(context.lease)],
    ['its worker fails', (context: JobContext<'run-pipeline'>) => runs.ledger.fail(context.lease, new MillraceError('SQL_INVALID', 'x').toJSON(), undefined)],
  ])('after its commit, and %s, succeeds with the next attempt', async (_name, end) => {
    const started = await runs.startRun(await runs.pipelineOf());
    const context = await runs.begin(started, {
      progress: (_fraction, note) => {
        if (note === 'profiling') throw new MillraceError('STALE_ATTEMPT', 'The process is gone.');
      },
    });
    await runs.attempt(context);
    await runs.ledger.requestCancel(started.jobId);
    await end(context);
    expect(await runs.toTheEnd(started)).toBe('SUCCEEDED');
    await runs.expectAgreement(started, 'SUCCEEDED');
  });

  it('after its worker died before it could commit ends cancelled, and the dead worker that wakes up commits nothing', async () => {
    const started = await runs.startRun(await runs.pipelineOf());
    const sleeper = await runs.begin(started, {}, -1);
    let woken: Promise<unknown> = Promise.resolve();
    const asleep = new Promise<void>((wake) => {
      woken = runs.attempt({
        ...sleeper,
        beginCommit: async () => {
          await sleeper.beginCommit();
          await runs.ledger.requestCancel(started.jobId);
          await runs.ledger.sweep();
          expect(await runs.toTheEnd(started)).toBe('CANCELLED');
          wake();
        },
      });
    });
    await asleep;
    await woken;
    await runs.expectAgreement(started, 'CANCELLED');
  });

  it('can be run again by hand, whatever was given up before', async () => {
    const started = await runs.startRun(await runs.pipelineOf());
    const context = await runs.begin(started, {}, -1);
    await context.beginCommit();
    await runs.ledger.requestCancel(started.jobId);
    await runs.ledger.sweep();
    expect(await runs.toTheEnd(started)).toBe('CANCELLED');
    await runs.ledger.retry(started.jobId);
    expect(await runs.toTheEnd(started)).toBe('SUCCEEDED');
    await runs.expectAgreement(started, 'SUCCEEDED');
  });
});

describe('a pipeline run that died after its commit', () => {
  const dying = { progress: dieWhenProfiled };

  it('is repaired by the next attempt, and an attempt that was overtaken records nothing', async () => {
    const started = await runs.startRun(await runs.pipelineOf());
    const overtaken = await runs.begin(started, {}, -1);
    const current = await runs.begin({ ...started });
    // The overtaken one may not even begin to commit.
    expect(await runs.attempt(overtaken)).toMatchObject({ code: 'STALE_ATTEMPT' });
    expect(await runs.rowsOf(started.dataset)).toBe(0);
    expect(await runs.attempt(current)).toMatchObject({ rowsLoaded: 17, rowsQuarantined: 3 });
    await runs.expectAgreement(started, 'SUCCEEDED');
  });

  it('succeeds although a newer run of the interval has loaded meanwhile, whose rows stand', async () => {
    const pipeline = await runs.pipelineOf();
    const older = await runs.startRun(pipeline);
    const context = await runs.begin(older, dying, -1);
    expect(await runs.attempt(context)).toMatchObject({ code: 'STALE_ATTEMPT' });
    await runs.ledger.sweep();
    const newer = await runs.startRun(pipeline, 2);
    expect(newer.run.createdAt.getTime()).toBeGreaterThan(older.run.createdAt.getTime());
    expect(await runs.toTheEnd(newer)).toBe('SUCCEEDED');
    expect(await runs.toTheEnd(older)).toBe('SUCCEEDED');
    const { id } = await runs.manager().findOneByOrFail(Dataset, { workspaceId: runs.workspace.id, name: older.dataset });
    const versions = await runs.manager().find(DatasetVersion, { where: { datasetId: id }, order: { deltaVersion: 'ASC' } });
    expect(versions.map(({ pipelineRunId, rows }) => ({ pipelineRunId, rows }))).toEqual([
      { pipelineRunId: older.run.id, rows: 17 },
      { pipelineRunId: newer.run.id, rows: 17 },
    ]);
    expect(await runs.rowsOf(older.dataset)).toBe(17);
    expect(await runs.rowsOf(`${older.dataset}__quarantine`)).toBe(3);
  });

  it('in its last attempt succeeds with one more', async () => {
    const started = await runs.startRun(await runs.pipelineOf());
    const fault = new MillraceError('UNAVAILABLE', 'The database is away.').toJSON();
    for (let earlier = 0; earlier < 2; earlier++) await runs.ledger.fail((await runs.begin(started)).lease, fault, 0);
    await runs.attempt(await runs.begin(started, dying, -1));
    await runs.ledger.sweep();
    expect(await runs.toTheEnd(started)).toBe('SUCCEEDED');
    await runs.expectAgreement(started, 'SUCCEEDED');
  });

  it('succeeds although its source is gone, and although its SQL can no longer run', async () => {
    const source = await buildDataSource(runs.workspace, { format: 'CSV', uri: join(runs.folder.path, 'sources', 'values.csv') });
    const dataset = 'source_is_gone';
    const definition = pipelineDefinitionSchema.parse({
      sources: [{ name: 'numbers', dataSourceId: source.id }],
      transform: 'SELECT n FROM numbers',
      expectations: [{ name: 'small', kind: 'between', column: 'n', maximum: 16, severity: 'QUARANTINE' }],
      dataset,
    });
    const started = await runs.startRun(await buildPipeline(runs.workspace, { name: dataset, definition }));
    await runs.attempt(await runs.begin(started, dying, -1));
    await runs.manager().query('UPDATE data_source SET uri = $2 WHERE id = $1', [source.id, join(runs.folder.path, 'sources', 'gone.csv')]);
    await runs.ledger.sweep();
    expect(await runs.toTheEnd(started)).toBe('SUCCEEDED');
    await runs.expectAgreement(started, 'SUCCEEDED');
  });
});

describe('a pipeline run that fails', () => {
  it('while it commits has no row in quarantine, and none in the table', async () => {
    const pipeline = await runs.pipelineOf();
    const first = await runs.startRun(pipeline);
    expect(await runs.toTheEnd(first)).toBe('SUCCEEDED');
    const clash = await buildPipeline(runs.workspace, {
      name: `${pipeline.name} again`,
      definition: pipelineDefinitionSchema.parse({
        ...pipeline.definition,
        transform: "SELECT CASE WHEN n > 16 THEN 'many' ELSE 'few' END AS n FROM numbers",
        expectations: [{ name: 'few', kind: 'oneOf', column: 'n', values: ['few'], severity: 'QUARANTINE' }],
      }),
    });
    const second = await runs.startRun(clash);
    expect(await runs.toTheEnd(second)).toBe('FAILED');
    expect((await runs.jobOf(second)).error).toMatchObject({ code: 'BAD_INPUT' });
    expect(await runs.rowsOf(pipeline.definition.dataset)).toBe(17);
    expect(await runs.rowsOf(`${pipeline.definition.dataset}__quarantine`)).toBe(3);
  });
});

describe('the sweep over commits and versions', () => {
  const told: string[] = [];
  const tell = (message: string): void => void told.push(message);
  const sweep = () =>
    reconcileLakehouse({ dataSource: runs.database.dataSource, lakehouseFolder: join(runs.folder.path, 'lakehouse'), logger: { warn: tell, error: tell } });

  it('is done by one worker of all that are due, and leaves what it found for the metrics', async () => {
    const options = {
      dataSource: runs.database.dataSource,
      lakehouseFolder: join(runs.folder.path, 'lakehouse'),
      logger: { warn: tell, error: tell },
      everySeconds: 3600,
    };
    const sweeps = await Promise.all(['one', 'two'].map((holder) => sweepReconcile({ ...options, holder })));
    expect(sweeps).toEqual([0, 0]);
    const rows = await runs.manager().findBy(Sweep, { name: 'reconcile' });
    expect(rows).toMatchObject([{ result: { commitsWithoutVersion: 0, versionsWithoutCommit: 0, quarantineWithoutLoad: 0 } }]);
  });

  it('finds nothing where everything agrees', async () => {
    const started = await runs.startRun(await runs.pipelineOf());
    expect(await runs.toTheEnd(started)).toBe('SUCCEEDED');
    expect(await sweep()).toEqual({ commitsWithoutVersion: 0, versionsWithoutCommit: 0, quarantineWithoutLoad: 0 });
  });

  it.each(['CANCELLED', 'FAILED'] as const)('begins a run again that is %s although its commit stands, and it succeeds', async (status) => {
    const started = await runs.startRun(await runs.pipelineOf());
    await runs.attempt(await runs.begin(started, { progress: dieWhenProfiled }));
    await runs.manager().update(Job, { id: started.jobId }, { status, commitBegunAt: null, cancelRequestedAt: status === 'CANCELLED' ? new Date() : null });
    expect(await sweep()).toMatchObject({ commitsWithoutVersion: 1 });
    expect(await runs.toTheEnd(started)).toBe('SUCCEEDED');
    await runs.expectAgreement(started, 'SUCCEEDED');
    expect(await sweep()).toMatchObject({ commitsWithoutVersion: 0 });
  });

  it('tells of a commit from before its run was begun anew by hand, and begins nothing in vain', async () => {
    const started = await runs.startRun(await runs.pipelineOf());
    await runs.attempt(await runs.begin(started, { progress: dieWhenProfiled }));
    await runs.manager().update(Job, { id: started.jobId }, { status: 'FAILED', attempt: 2, retriedAfter: 1, commitBegunAt: null });
    for (let sweeps = 0; sweeps < 2; sweeps++) {
      expect(await sweep()).toMatchObject({ commitsWithoutVersion: 1 });
      expect(await runs.jobOf(started)).toMatchObject({ status: 'FAILED', attempt: 2 });
    }
    await runs.ledger.retry(started.jobId);
    expect(await runs.toTheEnd(started)).toBe('SUCCEEDED');
    await runs.expectAgreement(started, 'SUCCEEDED');
  });

  it('tells of a version whose commit is lost', async () => {
    const started = await runs.startRun(await runs.pipelineOf());
    expect(await runs.toTheEnd(started)).toBe('SUCCEEDED');
    await rename(join(runs.folder.path, 'lakehouse', runs.workspace.id, started.dataset), join(runs.folder.path, 'lost'));
    await mkdir(join(runs.folder.path, 'lakehouse', runs.workspace.id, started.dataset));
    told.length = 0;
    expect(await sweep()).toMatchObject({ versionsWithoutCommit: 1, quarantineWithoutLoad: 1 });
    expect(told).toContain('a dataset version has no commit in the lakehouse');
  });
});
