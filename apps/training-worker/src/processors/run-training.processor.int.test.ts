import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { trainingSpecSchema, type Column, type TrainingSpecInput } from '@millrace/contracts';
import { enqueueJob, Job, JobLedger, JobLogLine, Outbox, TrainingMetric, TrainingRun } from '@millrace/db';
import { appendRows, beginLakehouse } from '@millrace/lakehouse';
import { startOutboxRelay } from '@millrace/queue';
import { createLogger } from '@millrace/service-kit';
import { openStorage } from '@millrace/storage';
import {
  attemptOf,
  buildDataset,
  buildDatasetVersion,
  buildExperiment,
  buildTrainingRun,
  createEmptyDatabase,
  createTestDatabase,
  seedWorkspace,
  temporaryFolder,
  type TemporaryFolder,
  type TestDatabase,
  type TestWorkspace,
} from '@millrace/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTrainingWorker } from '../composition.ts';
import { runTrainingProcessor } from './run-training.processor.ts';

const ROWS = 4000;
const DAY = 86_400_000;
const SCHEMA: readonly Column[] = [
  { name: 'departed_at', type: 'timestamp', nullable: true },
  { name: 'hour', type: 'integer', nullable: true },
  { name: 'origin', type: 'string', nullable: true },
  { name: 'late', type: 'integer', nullable: true },
];
const SPEC: TrainingSpecInput = {
  trainer: 'gradient-boosted-trees',
  parameters: { trees: 40 },
  features: ['hour', 'origin'],
  label: 'late',
  split: { kind: 'time', timeColumn: 'departed_at', validationStart: '2001-01-25T00:00:00Z', end: '2001-02-01T00:00:00Z' },
};

let database: TestDatabase;
let queue: { url: string; drop(): Promise<void> };
let folder: TemporaryFolder;
let workspace: TestWorkspace;
let datasetVersionId: string;
beforeAll(async () => {
  [database, queue, folder] = await Promise.all([createTestDatabase(), createEmptyDatabase(), temporaryFolder()]);
  workspace = await seedWorkspace(database.dataSource);
  const dataset = await buildDataset(workspace, { schema: [...SCHEMA] });
  const file = join(folder.path, 'flights.ndjson');
  await writeFile(file, Array.from({ length: ROWS }, (_, i) => JSON.stringify(flight(i))).join('\n'));
  await beginLakehouse(join(folder.path, 'lakehouse'), { holdsRows: false });
  const { version } = await appendRows({
    table: join(folder.path, 'lakehouse', dataset.location),
    files: [file],
    columns: SCHEMA,
    transaction: { appId: 'test', version: 1 },
  });
  datasetVersionId = (await buildDatasetVersion(workspace, { datasetId: dataset.id, deltaVersion: version, schema: [...SCHEMA], rows: ROWS })).id;
});
afterAll(async () => {
  await Promise.all([database.drop(), queue.drop(), folder.remove()]);
});

/** January and February 2001, with evening flights late more often. */
function flight(i: number): Record<string, unknown> {
  const hour = (i * 7) % 24;
  const chance = (i * 2_654_435_761) % 1000;
  return {
    departed_at: new Date(Date.UTC(2001, 0, 1) + (i / ROWS) * 40 * DAY).toISOString(),
    hour,
    origin: i % 11 === 0 ? null : `AP${i % 5}`,
    late: i % 100 === 0 ? null : Number(chance < (hour > 16 ? 600 : 150)),
  };
}

async function startRun(spec: TrainingSpecInput = SPEC): Promise<{ run: TrainingRun; jobId: string }> {
  const run = await buildTrainingRun(workspace, {
    experimentId: (await buildExperiment(workspace)).id,
    datasetVersionId,
    spec: trainingSpecSchema.parse(spec),
  });
  const job = await enqueueJob(database.dataSource.manager, { workspaceId: workspace.id, name: 'run-training', payload: { trainingRunId: run.id } });
  await database.dataSource.manager.update(TrainingRun, { id: run.id }, { jobId: job.id });
  return { run, jobId: job.id };
}

async function untilEnded(jobId: string): Promise<Job> {
  for (;;) {
    const job = await database.dataSource.manager.findOneByOrFail(Job, { id: jobId });
    if (job.status !== 'QUEUED' && job.status !== 'RUNNING') return job;
    await new Promise(setImmediate);
  }
}

async function untilMetrics(trainingRunId: string): Promise<void> {
  while ((await database.dataSource.manager.countBy(TrainingMetric, { trainingRunId })) === 0) await new Promise(setImmediate);
}

it('a queued run ends with a stored artifact, metrics on the way, and everything that a model version needs', async () => {
  const logger = createLogger({ service: 'test', level: 'error' });
  const worker = await startTrainingWorker(
    {
      databaseUrl: database.url,
      queueUrl: queue.url,
      storageUrl: `file://${folder.path}/artifacts`,
      lakehouseUrl: `file://${folder.path}/lakehouse`,
      leaseSeconds: 30,
      concurrency: 1,
      holder: 'training-worker@test',
    },
    logger,
  );
  const relay = await startOutboxRelay({ queueUrl: queue.url, outbox: new Outbox(database), logger });
  try {
    const { run, jobId } = await startRun();
    const job = await untilEnded(jobId);
    expect(job).toMatchObject({ status: 'SUCCEEDED', error: null });
    const done = await database.dataSource.manager.findOneByOrFail(TrainingRun, { id: run.id });
    expect(done.metrics?.['auc']).toBeGreaterThan((done.baselineMetrics?.['auc'] ?? 1) + 0.1);
    expect(done.signature?.inputs).toEqual([
      { name: 'hour', datatype: 'FP64', shape: [-1] },
      { name: 'origin', datatype: 'BYTES', shape: [-1] },
    ]);
    expect(done).toMatchObject({ scoreOutput: 'probability', threshold: expect.any(Number), referenceProfile: { features: { hour: { kind: 'numeric' } } } });
    expect(done.modelCard).toContain('validation');
    expect(done.description).toMatchObject({ trainer: 'gradient-boosted-trees', data: { validationPeriod: { from: '2001-01-25T00:14:24.000Z' } } });
    const artifact = await openStorage(`file://${folder.path}/artifacts`).read(done.artifactDigest ?? '');
    expect(artifact.length).toBe(done.artifactBytes);
    const metrics = await database.dataSource.manager.find(TrainingMetric, {
      where: { trainingRunId: run.id, name: 'validationLogLoss' },
      order: { step: 'ASC' },
    });
    expect(metrics.map(({ step }) => step)).toEqual(metrics.map((_, i) => i + 1));
    expect(metrics.length).toBeGreaterThan(5);

    const failing = await startRun({ ...SPEC, features: ['hour', 'wind'] });
    expect(await untilEnded(failing.jobId)).toMatchObject({
      status: 'FAILED',
      attempt: 1,
      error: { code: 'TRAINING_DATA_UNUSABLE', fields: { missing: ['wind'] } },
    });
    const lines = await database.dataSource.manager.findBy(JobLogLine, { jobId: failing.jobId, level: 'ERROR' });
    expect(lines[0]?.message).toContain('has no column "wind"');

    const endless = await startRun({ ...SPEC, parameters: { trees: 5000, earlyStoppingRounds: 0, leaves: 2 } });
    await untilMetrics(endless.run.id);
    await new JobLedger(database).requestCancel(endless.jobId);
    expect(await untilEnded(endless.jobId)).toMatchObject({ status: 'CANCELLED' });
  } finally {
    await Promise.all([worker.close(), relay.close()]);
  }
});

it('an attempt that was overtaken writes nothing on the run', async () => {
  const { run, jobId } = await startRun();
  const ledger = new JobLedger(database);
  const leased = await ledger.lease(jobId, 'slow worker', -1);
  await ledger.lease(jobId, 'fast worker', 30);
  if (leased === undefined) throw new Error('The job could not be leased.');
  const process = runTrainingProcessor({
    dataSource: database.dataSource,
    artifacts: openStorage(`file://${folder.path}/artifacts`),
    lakehouseFolder: join(folder.path, 'lakehouse'),
  });
  const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  const context = {
    ...attemptOf(database.dataSource, leased.lease),
    workspaceId: workspace.id,
    payload: { trainingRunId: run.id },
    signal: new AbortController().signal,
    log: silent,
    progress: () => {},
  };
  await expect(process(context)).rejects.toMatchObject({ code: 'STALE_ATTEMPT' });
  expect(await database.dataSource.manager.findOneByOrFail(TrainingRun, { id: run.id })).toMatchObject({ artifactDigest: null, metrics: null });
});
