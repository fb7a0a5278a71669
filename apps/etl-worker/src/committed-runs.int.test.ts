import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MillraceError, pipelineDefinitionSchema, type JobResult, type JobStatus } from '@millrace/contracts';
import { Dataset, DatasetVersion, Job, JobLedger, PipelineRun, Sweep, type LeasedJob, type Pipeline } from '@millrace/db';
import { beginLakehouse, findSnapshot, queryTables, SqlEngine } from '@millrace/lakehouse';
import type { JobContext } from '@millrace/queue';
import {
  attemptOf,
  buildDataSource,
  buildPipeline,
  buildPipelineRun,
  createTestDatabase,
  seedWorkspace,
  temporaryFolder,
  type TemporaryFolder,
  type TestDatabase,
  type TestWorkspace,
} from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runPipelineProcessor } from './processors/run-pipeline.processor.ts';
import { reconcileLakehouse, sweepReconcile } from './reconcile/reconcile-lakehouse.ts';
import { SourceFolders } from './source-folders.ts';

/*
 * After its commit to the Delta table a run can only succeed; a run that did not succeed has no row in the table or in quarantine, and
 * never gets one. The handler is called attempt by attempt, as the worker would, and things happen to the job at each of its awaits.
 */

let database: TestDatabase;
let folder: TemporaryFolder;
let workspace: TestWorkspace;
let engine: SqlEngine;
let ledger: JobLedger;
let dataSourceId: string;
beforeAll(async () => {
  [database, folder] = await Promise.all([createTestDatabase(), temporaryFolder()]);
  workspace = await seedWorkspace(database.dataSource);
  ledger = new JobLedger(database);
  const sources = join(folder.path, 'sources');
  await Promise.all([mkdir(sources), beginLakehouse(join(folder.path, 'lakehouse'), { holdsRows: false })]);
  await writeFile(join(sources, 'values.csv'), `n\n${Array.from({ length: 20 }, (_, n) => n).join('\n')}\n`);
  dataSourceId = (await buildDataSource(workspace, { format: 'CSV', uri: join(sources, 'values.csv') })).id;
  engine = new SqlEngine({
    memoryLimit: '256MB',
    threads: 1,
    temporaryFolder: join(folder.path, 'spill'),
    temporaryLimit: '1GB',
    timeoutMilliseconds: 60_000,
    jobsPerProcess: 50,
  });
});
afterAll(async () => {
  engine.close();
  await Promise.all([database.drop(), folder.remove()]);
});

const manager = () => database.dataSource.manager;

interface Started {
  readonly run: PipelineRun;
  readonly dataset: string;
  readonly jobId: string;
}

let datasets = 0;
function pipelineOf(overrides: { readonly dataset?: string; readonly transform?: string } = {}): Promise<Pipeline> {
  const dataset = overrides.dataset ?? `numbers_${++datasets}`;
  const definition = pipelineDefinitionSchema.parse({
    sources: [{ name: 'numbers', dataSourceId }],
    transform: overrides.transform ?? 'SELECT n FROM numbers',
    expectations: [{ name: 'small', kind: 'between', column: 'n', maximum: 16, severity: 'QUARANTINE' }],
    dataset,
  });
  return buildPipeline(workspace, { name: dataset, definition });
}

async function startRun(pipeline: Pipeline, sequence = 1): Promise<Started> {
  const run = await buildPipelineRun(workspace, { pipelineId: pipeline.id, sequence });
  return { run, dataset: pipeline.definition.dataset, jobId: run.jobId };
}

const jobOf = ({ jobId }: Started): Promise<Job> => manager().findOneByOrFail(Job, { id: jobId });

const ignore = (): void => undefined;

/** Begins an attempt; `seconds` below zero: its lease has run out already. */
async function begin({ run, jobId }: Started, overrides: Partial<JobContext<'run-pipeline'>> = {}, seconds = 60): Promise<JobContext<'run-pipeline'>> {
  const leased = await ledger.lease(jobId, `worker-${Math.random()}`, seconds);
  if (leased === undefined) throw new Error(`The job ${jobId} is not given out.`);
  const { retriedAfter, tries, settling }: LeasedJob = leased;
  return {
    ...attemptOf(database.dataSource, leased.lease),
    retriedAfter,
    tries,
    settling,
    workspaceId: workspace.id,
    payload: { pipelineRunId: run.id },
    signal: new AbortController().signal,
    log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    progress: ignore,
    ...overrides,
  };
}

/** The process is gone between the commit and the rows of the database. */
function dieWhenProfiled(_fraction: number, note?: string): void {
  if (note === 'profiling') throw new MillraceError('STALE_ATTEMPT', 'The process is gone.');
}

/** Runs an attempt and writes its outcome, as the worker does. */
async function attempt(context: JobContext<'run-pipeline'>): Promise<JobResult<'run-pipeline'> | MillraceError> {
  const process = runPipelineProcessor({
    dataSource: database.dataSource,
    engine,
    lakehouseFolder: join(folder.path, 'lakehouse'),
    sourceFolders: SourceFolders.parse(`*=${join(folder.path, 'sources')}`) as SourceFolders,
  });
  try {
    const result = await process(context);
    await ledger.succeed(context.lease, result);
    return result;
  } catch (thrown) {
    const error = MillraceError.wrap(thrown);
    if (error.code === 'STALE_ATTEMPT') return error;
    if (error.code === 'JOB_CANCELLED') await ledger.cancel(context.lease);
    else await ledger.fail(context.lease, error.toJSON(), error.retryable ? 0 : undefined);
    return error;
  }
}

/** Attempt after attempt until the job has ended. */
async function toTheEnd(started: Started): Promise<JobStatus> {
  for (let attempts = 0; attempts < 10; attempts++) {
    const { status } = await jobOf(started);
    if (status !== 'QUEUED') return status;
    await attempt(await begin(started));
  }
  throw new Error(`The job ${started.jobId} does not end.`);
}

async function rowsOf(table: string): Promise<number> {
  const path = join(folder.path, 'lakehouse', workspace.id, table);
  const snapshot = await findSnapshot(path);
  if (snapshot === undefined || snapshot.columns.length === 0) return 0;
  return Number((await queryTables({ tables: { t: { path } }, sql: 'SELECT count(*) AS n FROM t' }))[0]?.['n']);
}

/** Job, tables and dataset versions say the same. */
async function expectAgreement(started: Started, status: JobStatus, earlierRows = 0): Promise<void> {
  const { dataset, run } = started;
  const [job, rows, quarantined] = [await jobOf(started), await rowsOf(dataset), await rowsOf(`${dataset}__quarantine`)];
  const stored = await manager().findOneByOrFail(PipelineRun, { id: run.id });
  const versions = await manager().countBy(DatasetVersion, { pipelineRunId: run.id });
  const succeeded = status === 'SUCCEEDED';
  expect({ status: job.status, rows, quarantined, versions, named: stored.datasetVersionId !== null, begun: job.commitBegunAt }).toEqual({
    status,
    rows: succeeded ? 17 : earlierRows,
    quarantined: succeeded ? 3 : 0,
    versions: succeeded ? 1 : 0,
    named: succeeded,
    begun: null,
  });
}

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
    const started = await startRun(await pipelineOf());
    const context = await begin(started);
    const asked: Promise<unknown>[] = [];
    const cancel = (moment: string): void => {
      if (moment === when) asked.push(ledger.requestCancel(started.jobId));
    };
    const beginCommit = async (): Promise<void> => {
      if (before) cancel('beginCommit');
      await Promise.all(asked);
      await context.beginCommit();
      if (!before) cancel('beginCommit');
      await Promise.all(asked);
    };
    const write = (message: string): void => cancel(message);
    await attempt({
      ...context,
      beginCommit,
      log: { debug: write, info: write, warn: write, error: write },
      progress: (_fraction, note = '') => cancel(note),
    });
    expect(asked).toHaveLength(1);
    await Promise.all(asked);
    await expectAgreement(started, when === 'beginCommit' && before ? 'CANCELLED' : 'SUCCEEDED');
  });

  it.each([
    ['its handler is stopped without heeding the commit', (context: JobContext<'run-pipeline'>) => ledger.cancel(context.lease)],
    ['its worker fails', (context: JobContext<'run-pipeline'>) => ledger.fail(context.lease, new MillraceError('SQL_INVALID', 'x').toJSON(), undefined)],
  ])('after its commit, and %s, succeeds with the next attempt', async (_name, end) => {
    const started = await startRun(await pipelineOf());
    const context = await begin(started, {
      progress: (_fraction, note) => {
        if (note === 'profiling') throw new MillraceError('STALE_ATTEMPT', 'The process is gone.');
      },
    });
    await attempt(context);
    await ledger.requestCancel(started.jobId);
    await end(context);
    expect(await toTheEnd(started)).toBe('SUCCEEDED');
    await expectAgreement(started, 'SUCCEEDED');
  });

  it('after its worker died before it could commit ends cancelled, and the dead worker that wakes up commits nothing', async () => {
    const started = await startRun(await pipelineOf());
    const sleeper = await begin(started, {}, -1);
    let woken: Promise<unknown> = Promise.resolve();
    const asleep = new Promise<void>((wake) => {
      woken = attempt({
        ...sleeper,
        beginCommit: async () => {
          await sleeper.beginCommit();
          await ledger.requestCancel(started.jobId);
          await ledger.sweep();
          expect(await toTheEnd(started)).toBe('CANCELLED');
          wake();
        },
      });
    });
    await asleep;
    await woken;
    await expectAgreement(started, 'CANCELLED');
  });

  it('can be run again by hand, whatever was given up before', async () => {
    const started = await startRun(await pipelineOf());
    const context = await begin(started, {}, -1);
    await context.beginCommit();
    await ledger.requestCancel(started.jobId);
    await ledger.sweep();
    expect(await toTheEnd(started)).toBe('CANCELLED');
    await ledger.retry(started.jobId);
    expect(await toTheEnd(started)).toBe('SUCCEEDED');
    await expectAgreement(started, 'SUCCEEDED');
  });
});

describe('a pipeline run that died after its commit', () => {
  const dying = { progress: dieWhenProfiled };

  it('is repaired by the next attempt, and an attempt that was overtaken records nothing', async () => {
    const started = await startRun(await pipelineOf());
    const overtaken = await begin(started, {}, -1);
    const current = await begin({ ...started });
    // The overtaken one may not even begin to commit.
    expect(await attempt(overtaken)).toMatchObject({ code: 'STALE_ATTEMPT' });
    expect(await rowsOf(started.dataset)).toBe(0);
    expect(await attempt(current)).toMatchObject({ rowsLoaded: 17, rowsQuarantined: 3 });
    await expectAgreement(started, 'SUCCEEDED');
  });

  it('succeeds although a newer run of the interval has loaded meanwhile, whose rows stand', async () => {
    const pipeline = await pipelineOf();
    const older = await startRun(pipeline);
    const context = await begin(older, dying, -1);
    expect(await attempt(context)).toMatchObject({ code: 'STALE_ATTEMPT' });
    await ledger.sweep();
    const newer = await startRun(pipeline, 2);
    expect(newer.run.createdAt.getTime()).toBeGreaterThan(older.run.createdAt.getTime());
    expect(await toTheEnd(newer)).toBe('SUCCEEDED');
    expect(await toTheEnd(older)).toBe('SUCCEEDED');
    const { id } = await manager().findOneByOrFail(Dataset, { workspaceId: workspace.id, name: older.dataset });
    const versions = await manager().find(DatasetVersion, { where: { datasetId: id }, order: { deltaVersion: 'ASC' } });
    expect(versions.map(({ pipelineRunId, rows }) => ({ pipelineRunId, rows }))).toEqual([
      { pipelineRunId: older.run.id, rows: 17 },
      { pipelineRunId: newer.run.id, rows: 17 },
    ]);
    expect(await rowsOf(older.dataset)).toBe(17);
    expect(await rowsOf(`${older.dataset}__quarantine`)).toBe(3);
  });

  it('in its last attempt succeeds with one more', async () => {
    const started = await startRun(await pipelineOf());
    const fault = new MillraceError('UNAVAILABLE', 'The database is away.').toJSON();
    for (let earlier = 0; earlier < 2; earlier++) await ledger.fail((await begin(started)).lease, fault, 0);
    await attempt(await begin(started, dying, -1));
    await ledger.sweep();
    expect(await toTheEnd(started)).toBe('SUCCEEDED');
    await expectAgreement(started, 'SUCCEEDED');
  });

  it('succeeds although its source is gone, and although its SQL can no longer run', async () => {
    const source = await buildDataSource(workspace, { format: 'CSV', uri: join(folder.path, 'sources', 'values.csv') });
    const dataset = `numbers_${++datasets}`;
    const definition = pipelineDefinitionSchema.parse({
      sources: [{ name: 'numbers', dataSourceId: source.id }],
      transform: 'SELECT n FROM numbers',
      expectations: [{ name: 'small', kind: 'between', column: 'n', maximum: 16, severity: 'QUARANTINE' }],
      dataset,
    });
    const started = await startRun(await buildPipeline(workspace, { name: dataset, definition }));
    await attempt(await begin(started, dying, -1));
    await manager().query('UPDATE data_source SET uri = $2 WHERE id = $1', [source.id, join(folder.path, 'sources', 'gone.csv')]);
    await ledger.sweep();
    expect(await toTheEnd(started)).toBe('SUCCEEDED');
    await expectAgreement(started, 'SUCCEEDED');
  });
});

describe('a pipeline run that fails', () => {
  it('while it commits has no row in quarantine, and none in the table', async () => {
    const pipeline = await pipelineOf();
    const first = await startRun(pipeline);
    expect(await toTheEnd(first)).toBe('SUCCEEDED');
    const clash = await buildPipeline(workspace, {
      name: `${pipeline.name} again`,
      definition: pipelineDefinitionSchema.parse({
        ...pipeline.definition,
        transform: "SELECT CASE WHEN n > 16 THEN 'many' ELSE 'few' END AS n FROM numbers",
        expectations: [{ name: 'few', kind: 'oneOf', column: 'n', values: ['few'], severity: 'QUARANTINE' }],
      }),
    });
    const second = await startRun(clash);
    expect(await toTheEnd(second)).toBe('FAILED');
    expect((await jobOf(second)).error).toMatchObject({ code: 'BAD_INPUT' });
    expect(await rowsOf(pipeline.definition.dataset)).toBe(17);
    expect(await rowsOf(`${pipeline.definition.dataset}__quarantine`)).toBe(3);
  });
});

describe('the sweep over commits and versions', () => {
  const told: string[] = [];
  const tell = (message: string): void => void told.push(message);
  const sweep = () =>
    reconcileLakehouse({ dataSource: database.dataSource, lakehouseFolder: join(folder.path, 'lakehouse'), logger: { warn: tell, error: tell } });

  it('is done by one worker of all that are due, and leaves what it found for the metrics', async () => {
    const options = {
      dataSource: database.dataSource,
      lakehouseFolder: join(folder.path, 'lakehouse'),
      logger: { warn: tell, error: tell },
      everySeconds: 3600,
    };
    const sweeps = await Promise.all(['one', 'two'].map((holder) => sweepReconcile({ ...options, holder })));
    expect(sweeps).toEqual([0, 0]);
    const rows = await manager().findBy(Sweep, { name: 'reconcile' });
    expect(rows).toMatchObject([{ result: { commitsWithoutVersion: 0, versionsWithoutCommit: 0, quarantineWithoutLoad: 0 } }]);
  });

  it('finds nothing where everything agrees', async () => {
    const started = await startRun(await pipelineOf());
    expect(await toTheEnd(started)).toBe('SUCCEEDED');
    expect(await sweep()).toEqual({ commitsWithoutVersion: 0, versionsWithoutCommit: 0, quarantineWithoutLoad: 0 });
  });

  it.each(['CANCELLED', 'FAILED'] as const)('begins a run again that is %s although its commit stands, and it succeeds', async (status) => {
    const started = await startRun(await pipelineOf());
    await attempt(await begin(started, { progress: dieWhenProfiled }));
    await manager().update(Job, { id: started.jobId }, { status, commitBegunAt: null, cancelRequestedAt: status === 'CANCELLED' ? new Date() : null });
    expect(await sweep()).toMatchObject({ commitsWithoutVersion: 1 });
    expect(await toTheEnd(started)).toBe('SUCCEEDED');
    await expectAgreement(started, 'SUCCEEDED');
    expect(await sweep()).toMatchObject({ commitsWithoutVersion: 0 });
  });

  it('tells of a commit from before its run was begun anew by hand, and begins nothing in vain', async () => {
    const started = await startRun(await pipelineOf());
    await attempt(await begin(started, { progress: dieWhenProfiled }));
    await manager().update(Job, { id: started.jobId }, { status: 'FAILED', attempt: 2, retriedAfter: 1, commitBegunAt: null });
    for (let sweeps = 0; sweeps < 2; sweeps++) {
      expect(await sweep()).toMatchObject({ commitsWithoutVersion: 1 });
      expect(await jobOf(started)).toMatchObject({ status: 'FAILED', attempt: 2 });
    }
    await ledger.retry(started.jobId);
    expect(await toTheEnd(started)).toBe('SUCCEEDED');
    await expectAgreement(started, 'SUCCEEDED');
  });

  it('tells of a version whose commit is lost', async () => {
    const started = await startRun(await pipelineOf());
    expect(await toTheEnd(started)).toBe('SUCCEEDED');
    await rename(join(folder.path, 'lakehouse', workspace.id, started.dataset), join(folder.path, 'lost'));
    await mkdir(join(folder.path, 'lakehouse', workspace.id, started.dataset));
    told.length = 0;
    expect(await sweep()).toMatchObject({ versionsWithoutCommit: 1, quarantineWithoutLoad: 1 });
    expect(told).toContain('a dataset version has no commit in the lakehouse');
  });
});
