import { createWriteStream } from 'node:fs';
import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { pipelineDefinitionSchema, type PipelineDefinition } from '@millrace/contracts';
import {
  AvailabilityAssessment,
  ChangeFeed,
  Dataset,
  DatasetVersion,
  enqueueJob,
  Job,
  JobLedger,
  JobLogLine,
  Outbox,
  PipelineRun,
  type Pipeline,
} from '@millrace/db';
import { queryTables } from '@millrace/lakehouse';
import { startOutboxRelay } from '@millrace/queue';
import { createLogger } from '@millrace/service-kit';
import {
  buildAvailabilityAssessment,
  buildDataRequirement,
  buildDataSource,
  buildPipeline,
  buildPipelineRun,
  createEmptyDatabase,
  createTestDatabase,
  deferred,
  seedWorkspace,
  temporaryFolder,
  type TemporaryFolder,
  type TestDatabase,
  type TestWorkspace,
} from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEtlWorker } from './composition.ts';
import { SourceFolders } from './source-folders.ts';

const TRANSFORM = 'SELECT date, delay, delay >= 15 AS late FROM flights WHERE date >= $interval_start AND date < $interval_end';
const SANE = { name: 'delay_sane', kind: 'between', column: 'delay', maximum: 58, severity: 'QUARANTINE' } as const;

let database: TestDatabase;
let queue: { url: string; drop(): Promise<void> };
let folder: TemporaryFolder;
let workspace: TestWorkspace;
let dataSourceId: string;
let sources: string;
let feed: ChangeFeed;
let stop: () => Promise<void>;
beforeAll(async () => {
  [database, queue, folder] = await Promise.all([createTestDatabase(), createEmptyDatabase(), temporaryFolder()]);
  workspace = await seedWorkspace(database.dataSource);
  sources = join(folder.path, 'sources');
  await mkdir(sources);
  await writeFlights(join(sources, 'flights.csv'), 1500);
  dataSourceId = (await buildDataSource(workspace, { format: 'CSV', uri: join(sources, 'flights.csv') })).id;
  const logger = createLogger({ service: 'test', level: 'error' });
  const worker = await startEtlWorker(
    {
      databaseUrl: database.url,
      queueUrl: queue.url,
      lakehouseUrl: `file://${folder.path}/lakehouse`,
      sourceFolders: SourceFolders.parse(`${workspace.id}=${sources}`) as SourceFolders,
      spillRoot: join(folder.path, 'spill'),
      leaseSeconds: 30,
      reconcileSeconds: 3600,
      concurrency: 2,
      engineMemoryMegabytes: 256,
      engineThreads: 1,
      holder: 'etl-worker@test',
    },
    logger,
  );
  const relay = await startOutboxRelay({ queueUrl: queue.url, outbox: new Outbox(database), logger });
  feed = new ChangeFeed(database);
  await feed.start();
  stop = async () => {
    await feed.close();
    await relay.close();
    await worker.close();
  };
});
afterAll(async () => {
  await stop();
  await Promise.all([database.drop(), queue.drop(), folder.remove()]);
});

/** One flight an hour from 1 January 2001; the delay goes from 0 to 59 minutes and starts again. */
async function writeFlights(path: string, hours: number): Promise<void> {
  const file = createWriteStream(path);
  file.write('date,delay\n');
  for (let hour = 0; hour < hours; hour++) file.write(`${new Date(Date.UTC(2001, 0, 1, hour)).toISOString().slice(0, 19).replace('T', ' ')},${hour % 60}\n`);
  file.end();
  await finished(file);
}

function definition(overrides: Partial<PipelineDefinition> = {}): PipelineDefinition {
  return pipelineDefinitionSchema.parse({
    sources: [{ name: 'flights', dataSourceId }],
    transform: TRANSFORM,
    expectations: [SANE],
    dataset: 'flights',
    ...overrides,
  });
}

async function startRun(pipeline: Pipeline, month = 0, sequence = 1): Promise<{ runId: string; jobId: string }> {
  const { manager } = database.dataSource;
  const run = await buildPipelineRun(workspace, {
    pipelineId: pipeline.id,
    sequence,
    intervalStart: new Date(Date.UTC(2001, month, 1)),
    intervalEnd: new Date(Date.UTC(2001, month + 1, 1)),
  });
  const job = await enqueueJob(manager, { workspaceId: workspace.id, name: 'run-pipeline', payload: { pipelineRunId: run.id } });
  await manager.update(PipelineRun, { id: run.id }, { jobId: job.id });
  return { runId: run.id, jobId: job.id };
}

/** Waits for the change feed to tell of a state of the job. */
async function untilJob(jobId: string, reached: (job: Job) => boolean): Promise<Job> {
  for (;;) {
    const { promise, resolve } = deferred();
    const unsubscribe = feed.subscribe({
      onChange: ({ id }) => {
        if (id === jobId) resolve();
      },
      onGap: resolve,
    });
    const job = await database.dataSource.manager.findOneByOrFail(Job, { id: jobId });
    if (reached(job)) {
      unsubscribe();
      return job;
    }
    await promise;
    unsubscribe();
  }
}

const untilEnded = (jobId: string): Promise<Job> => untilJob(jobId, ({ status }) => status !== 'QUEUED' && status !== 'RUNNING');
const runToEnd = async (pipeline: Pipeline, month = 0, sequence = 1): Promise<Job> => untilEnded((await startRun(pipeline, month, sequence)).jobId);
const rowsIn = async (dataset: string): Promise<unknown> =>
  (await queryTables({ tables: { t: { path: join(folder.path, 'lakehouse', workspace.id, dataset) } }, sql: 'SELECT count(*) AS n FROM t' }))[0]?.['n'];
const versionsOf = async (dataset: string): Promise<DatasetVersion[]> => {
  const { manager } = database.dataSource;
  const { id } = await manager.findOneByOrFail(Dataset, { workspaceId: workspace.id, name: dataset });
  return manager.find(DatasetVersion, { where: { datasetId: id }, order: { deltaVersion: 'ASC' } });
};

async function assess(
  subject: { dataSourceId?: string; datasetVersionId?: string },
  minimumRows: number,
  owner: TestWorkspace = workspace,
): Promise<{ job: Job; assessment: AvailabilityAssessment }> {
  const { manager } = database.dataSource;
  const requirement = await buildDataRequirement(owner, {
    definition: { columns: [{ name: 'delay', type: 'long' }], label: 'delay', minimumRows, timeColumn: 'date', historyDays: 20 },
  });
  const made = await buildAvailabilityAssessment(owner, { dataRequirementId: requirement.id, ...subject });
  const queued = await enqueueJob(manager, { workspaceId: owner.id, name: 'assess-availability', payload: { availabilityAssessmentId: made.id } });
  const job = await untilEnded(queued.id);
  return { job, assessment: await manager.findOneByOrFail(AvailabilityAssessment, { id: made.id }) };
}

describe('a pipeline run', () => {
  it('ends with a dataset version, its lineage and profile, the figures of the run, and a log that tells what was set aside', async () => {
    const pipeline = await buildPipeline(workspace, { definition: definition() });
    const { runId, jobId } = await startRun(pipeline);
    const job = await untilEnded(jobId);
    expect(job).toMatchObject({ status: 'SUCCEEDED', progress: 1, result: { rowsLoaded: 732, rowsQuarantined: 12 } });
    const [version] = await versionsOf('flights');
    expect(version).toMatchObject({
      deltaVersion: 0,
      rows: 732,
      pipelineRunId: runId,
      schema: [
        { name: 'date', type: 'timestamp' },
        { name: 'delay', type: 'long' },
        { name: 'late', type: 'boolean' },
      ],
      lineage: { pipelineRunId: runId, transform: TRANSFORM, sources: [{ dataSourceId, uri: join(sources, 'flights.csv') }] },
      profile: { rows: 732, columns: [{ name: 'date' }, { name: 'delay', maximum: '58' }, { name: 'late' }] },
    });
    const run = await database.dataSource.manager.findOneByOrFail(PipelineRun, { id: runId });
    expect(run).toMatchObject({ datasetVersionId: version?.id, rowsLoaded: 732, rowsQuarantined: 12, expectations: [{ name: 'delay_sane', violations: 12 }] });
    const log = await database.dataSource.manager.findBy(JobLogLine, { jobId });
    expect(log.map(({ message }) => message)).toEqual([
      'pipeline run started',
      'source read',
      'expectation violated',
      'rows quarantined',
      'interval loaded',
      'dataset version recorded',
    ]);
  });

  it('reads its source by the definition that is kept with it, and tells what was set aside and what was widened', async () => {
    await writeFile(join(sources, 'orders.csv'), 'id;amount;at\n007;1,50;02.01.2001\n008;abc;03.01.2001\n009;2,5;04.01.2001\n');
    const reading = { decimalSeparator: ',', dateFormat: '%d.%m.%Y', columns: [{ name: 'amount', type: 'double' }], onBadValue: 'QUARANTINE' } as const;
    const source = await buildDataSource(workspace, {
      format: 'CSV',
      uri: join(sources, 'orders.csv'),
      reading: { ...reading, columns: [...reading.columns] },
    });
    const orders = definition({
      sources: [{ name: 'orders', dataSourceId: source.id }],
      transform: 'SELECT * FROM orders',
      expectations: [],
      dataset: 'orders',
    });
    const { jobId } = await startRun(await buildPipeline(workspace, { definition: orders }));
    expect(await untilEnded(jobId)).toMatchObject({ status: 'SUCCEEDED', result: { rowsLoaded: 2, rowsQuarantined: 1 } });
    expect(await rowsIn('orders__quarantine')).toBe(1);
    expect((await versionsOf('orders'))[0]?.schema.map(({ name, type }) => `${name} ${type}`)).toEqual(['id string', 'amount double', 'at date']);
    const { manager } = database.dataSource;
    source.reading = { ...source.reading, columns: [{ name: 'amount', type: 'double' }], onBadValue: 'WIDEN' };
    await manager.save(source);
    const again = await startRun(await buildPipeline(workspace, { definition: { ...orders, dataset: 'orders_widened' } }));
    expect(await untilEnded(again.jobId)).toMatchObject({ status: 'SUCCEEDED', result: { rowsLoaded: 3, rowsQuarantined: 0 } });
    const log = await manager.findBy(JobLogLine, { jobId: again.jobId });
    expect(log.find(({ message }) => message === 'declared column widened')?.fields).toMatchObject({
      column: 'amount',
      declared: 'double',
      line: 3,
      readAs: 'string',
    });
  });

  it('of the same interval replaces its rows, also under a new version of the definition', async () => {
    const first = await buildPipeline(workspace, { name: 'again', definition: definition({ dataset: 'again' }) });
    await runToEnd(first);
    await runToEnd(first, 1);
    const second = await buildPipeline(workspace, {
      name: 'again',
      version: 2,
      definition: definition({ dataset: 'again', transform: `${TRANSFORM} AND delay >= 30` }),
    });
    expect(await runToEnd(second)).toMatchObject({ status: 'SUCCEEDED', result: { rowsLoaded: 348, rowsQuarantined: 12 } });
    expect(await rowsIn('again')).toBe(348 + 661);
    expect((await versionsOf('again')).map(({ rows }) => rows)).toEqual([732, 1393, 1009]);
  });

  it('of many intervals at once all land', async () => {
    const pipeline = await buildPipeline(workspace, { definition: definition({ dataset: 'many', expectations: [] }) });
    const jobs = await Promise.all([0, 1, 2].map((month) => runToEnd(pipeline, month)));
    expect(jobs.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED']);
    expect(await rowsIn('many')).toBe(1500);
    expect(await versionsOf('many')).toHaveLength(3);
  });

  it('is cancelled in the middle of its SQL and leaves nothing', async () => {
    const endless = 'SELECT count(*) AS n FROM flights, range(1000000) a(x), range(1000000) b(y) WHERE (x * y) % 7 = 1';
    const { jobId } = await startRun(
      await buildPipeline(workspace, { definition: definition({ dataset: 'cancelled', transform: endless, expectations: [] }) }),
    );
    await untilJob(jobId, ({ status }) => status === 'RUNNING');
    await new JobLedger(database).requestCancel(jobId);
    expect(await untilEnded(jobId)).toMatchObject({ status: 'CANCELLED' });
    expect(await database.dataSource.manager.countBy(Dataset, { workspaceId: workspace.id, name: 'cancelled' })).toBe(0);
  });

  it.each([
    ['an error in the SQL', { transform: 'SELECT delay,\n  nope FROM flights' }, 'SQL_INVALID', 'transform, line 2, column 3'],
    ['a file outside its sources', { transform: "SELECT * FROM read_csv('/etc/passwd')" }, 'SQL_FORBIDDEN', 'read_csv'],
    ['a column that is not there', { sources: [{ name: 'flights', dataSourceId: '', columns: ['date', 'carrier'] }] }, 'SOURCE_COLUMN_MISSING', '"carrier"'],
    ['an expectation that fails the batch', { expectations: [{ ...SANE, severity: 'FAIL' as const }] }, 'EXPECTATION_FAILED', 'delay_sane (12 of 744 rows)'],
  ])('with %s fails at once with its code, and the reason is in the log', async (_name, overrides, code, message) => {
    const filled = { ...overrides, ...('sources' in overrides ? { sources: overrides.sources?.map((source) => ({ ...source, dataSourceId })) } : {}) };
    const { jobId } = await startRun(await buildPipeline(workspace, { definition: definition({ ...filled, dataset: 'failing' }) }));
    expect(await untilEnded(jobId)).toMatchObject({ status: 'FAILED', attempt: 1, error: { code, message: expect.stringContaining(message) } });
    expect((await database.dataSource.manager.findBy(JobLogLine, { jobId, level: 'ERROR' }))[0]?.message).toContain(message);
    expect(await database.dataSource.manager.countBy(Dataset, { workspaceId: workspace.id, name: 'failing' })).toBe(0);
  });

  it.each([
    ['missing', 'SOURCE_MISSING', async () => undefined],
    ['empty', 'SOURCE_EMPTY', (path: string) => writeFile(path, '')],
    [
      'truncated',
      'SOURCE_CORRUPT',
      async (path: string) => {
        await writeFile(path, Buffer.concat([Buffer.from('PAR1'), Buffer.alloc(500)]));
        await truncate(path, 300);
      },
    ],
  ])('with a source that is %s fails with %s', async (state, code, prepare) => {
    const uri = join(sources, `${state}.parquet`);
    await prepare(uri);
    const source = await buildDataSource(workspace, { format: 'PARQUET', uri });
    expect(
      await runToEnd(await buildPipeline(workspace, { definition: definition({ sources: [{ name: 'flights', dataSourceId: source.id }] }) })),
    ).toMatchObject({ status: 'FAILED', error: { code } });
  });
});

describe('an availability assessment', () => {
  it('of a source and of a dataset version writes the verdict with its findings', async () => {
    expect(await assess({ dataSourceId }, 1500)).toMatchObject({
      job: { status: 'SUCCEEDED', result: { verdict: 'AVAILABLE' } },
      assessment: { verdict: 'AVAILABLE', result: { rows: 1500 } },
    });
    await runToEnd(await buildPipeline(workspace, { definition: definition({ dataset: 'assessed', expectations: [] }) }));
    const [version] = await versionsOf('assessed');
    expect(await assess({ datasetVersionId: version?.id ?? '' }, 1500)).toMatchObject({ assessment: { verdict: 'PARTIAL', result: { rows: 744 } } });
  });

  it('of a source that is gone is MISSING, not an error', async () => {
    const gone = await buildDataSource(workspace, { uri: join(sources, 'gone.parquet') });
    expect(await assess({ dataSourceId: gone.id }, 1)).toMatchObject({
      job: { status: 'SUCCEEDED' },
      assessment: { verdict: 'MISSING', result: { findings: [{ measured: 'SOURCE_MISSING' }] } },
    });
  });

  it('of a source in the folder of another workspace fails', async () => {
    const stranger = await seedWorkspace(database.dataSource);
    const theirs = await buildDataSource(stranger, { format: 'CSV', uri: join(sources, 'flights.csv') });
    const { job } = await assess({ dataSourceId: theirs.id }, 1, stranger);
    expect(job).toMatchObject({ status: 'FAILED', error: { code: 'SOURCE_NOT_ALLOWED', message: expect.stringContaining('none are set') } });
  });

  it('of a source outside the allowed folders fails', async () => {
    const outside = await buildDataSource(workspace, { format: 'CSV', uri: '/etc/passwd' });
    expect(await assess({ dataSourceId: outside.id }, 1)).toMatchObject({ job: { status: 'FAILED', error: { code: 'SOURCE_NOT_ALLOWED' } } });
  });
});
