import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { JOB_CATALOG, MillraceError } from '@millrace/contracts';
import { Alert, judgeAlerts, Job, JobLedger, LabelBatch, Monitor, MonitorWindow } from '@millrace/db';
import { queryTables } from '@millrace/lakehouse';
import { createTestDatabase, temporaryFolder, type TemporaryFolder, type TestDatabase } from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { APRIL, DAY, MonitoredEndpoint, predictionsOf } from './fixtures/monitoring.fixture.ts';

let database: TestDatabase;
let folder: TemporaryFolder;
let ledger: JobLedger;
beforeAll(async () => {
  database = await createTestDatabase({ poolSize: 4 });
  folder = await temporaryFolder();
  ledger = new JobLedger(database);
});
afterAll(async () => {
  await database.drop();
  await folder.remove();
});

let endpoints = 0;
async function monitored(): Promise<{ endpoint: MonitoredEndpoint; lakehouse: string }> {
  const own = join(folder.path, String(++endpoints));
  return { endpoint: await MonitoredEndpoint.build(database.dataSource, own), lakehouse: join(own, 'lakehouse') };
}

const jobOf = (id: string): Promise<Job> => database.dataSource.manager.findOneByOrFail(Job, { id });
const windowsOf = ({ monitor }: MonitoredEndpoint) => database.dataSource.manager.findBy(MonitorWindow, { monitorId: monitor.id });
const alertsOf = ({ monitor }: MonitoredEndpoint) => database.dataSource.manager.findBy(Alert, { monitorId: monitor.id, cause: 'parked' });
const alertsMoved = (): Promise<number> => database.dataSource.transaction((manager) => judgeAlerts(manager));

/** One attempt that ends as the worker would end it. */
async function attempt(endpoint: MonitoredEndpoint, jobId: string): Promise<void> {
  const { name } = await jobOf(jobId);
  const context = await endpoint.lease(jobId);
  try {
    await ledger.succeed(context.lease, await endpoint.handle(name, context));
  } catch (thrown) {
    await ledger.fail(context.lease, MillraceError.wrap(thrown).toJSON(), 0);
  }
}

async function untilParked(endpoint: MonitoredEndpoint, jobId: string): Promise<Job> {
  for (let tries = 0; tries <= JOB_CATALOG['ingest-segment'].attempts; tries++) {
    const job = await jobOf(jobId);
    if (job.parkedAt !== null) return job;
    await attempt(endpoint, jobId);
  }
  throw new Error(`The job ${jobId} is not parked.`);
}

describe('accepted data while the lakehouse is away', () => {
  it('is parked and alerted, no window closes without it, and all of it is there afterwards', async () => {
    const { endpoint, lakehouse } = await monitored();
    const first = predictionsOf(0, 60, { prefix: 'first' });
    await endpoint.uploadSegment(first);
    await endpoint.settle();
    await rename(lakehouse, `${lakehouse}.away`);
    const late = predictionsOf(0, 40, { prefix: 'late' });
    const segment = await endpoint.uploadSegment(late);
    const labels = await endpoint.uploadLabels(Object.fromEntries([...first, ...late].map(({ id, score }) => [id, score >= 0.5 ? 1 : 0])));
    for (const { jobId } of [segment, labels])
      expect(await untilParked(endpoint, jobId)).toMatchObject({ status: 'QUEUED', error: { code: 'STORAGE_UNAVAILABLE', retryable: true } });

    expect(await alertsMoved()).toBe(1);
    expect(await alertsMoved()).toBe(0);
    expect(await alertsOf(endpoint)).toMatchObject([{ status: 'OPEN', detail: { jobs: 2, rows: 140 }, title: expect.stringContaining('is not there') }]);

    await rename(`${lakehouse}.away`, lakehouse);
    await database.dataSource.manager.update(Monitor, { id: endpoint.monitor.id }, { closeUpTo: new Date(APRIL + DAY) });
    const context = await endpoint.lease((await endpoint.requestEvaluation()).id);
    await ledger.succeed(context.lease, await endpoint.handle('evaluate-monitor', context));
    expect(await windowsOf(endpoint)).toMatchObject([{ status: 'OPEN', rows: 60 }]);

    for (const { jobId } of [segment, labels]) {
      await ledger.retry(jobId);
      await attempt(endpoint, jobId);
      expect(await jobOf(jobId)).toMatchObject({ status: 'SUCCEEDED', parkedAt: null });
    }
    await endpoint.settle();
    expect(await windowsOf(endpoint)).toMatchObject([{ status: 'CLOSED', rows: 100, performance: { labels: 100 } }]);
    expect(await alertsMoved()).toBe(1);
    expect(await alertsOf(endpoint)).toMatchObject([{ status: 'RESOLVED' }]);
  });

  it('that is itself bad holds up no window, and opens it again should it come after all', async () => {
    const { endpoint } = await monitored();
    await endpoint.uploadSegment(predictionsOf(0, 60, { prefix: 'good' }));
    await endpoint.settle();
    const bad = await endpoint.uploadSegment(predictionsOf(0, 40, { prefix: 'bad' }));
    const { lease } = await endpoint.lease(bad.jobId);
    await ledger.fail(lease, new MillraceError('ARTIFACT_CORRUPT', 'The artifact is damaged.').toJSON(), 60);
    await database.dataSource.manager.update(Monitor, { id: endpoint.monitor.id }, { closeUpTo: new Date(APRIL + DAY) });
    const context = await endpoint.lease((await endpoint.requestEvaluation()).id);
    await ledger.succeed(context.lease, await endpoint.handle('evaluate-monitor', context));
    expect(await windowsOf(endpoint)).toMatchObject([{ status: 'CLOSED', rows: 60 }]);
    await ledger.retry(bad.jobId);
    await attempt(endpoint, bad.jobId);
    await endpoint.settle();
    expect(await windowsOf(endpoint)).toMatchObject([{ status: 'CLOSED', rows: 100 }]);
  });
});

it('a label batch with one bad row takes in the 499 good ones, and sets the bad one aside with its reason, once', async () => {
  const { endpoint, lakehouse } = await monitored();
  const predictions = predictionsOf(0, 499);
  await endpoint.uploadSegment(predictions);
  const lines = predictions.map(({ id, score }) => JSON.stringify({ event_id: id, value: score >= 0.5 ? 1 : 0 }));
  const bad = '{"event_id":"far","value":1,"event_time":"9999-12-31T23:59:59-14:00"}';
  const batch = await endpoint.uploadLabelLines([...lines.slice(0, 250), bad, ...lines.slice(250)]);
  // The first attempt is lost before its commits to the tables; the second finds them.
  const lost = await endpoint.lease(batch.jobId, 'lost', -1);
  await ledger.sweep();
  await expect(endpoint.handle('ingest-labels', lost)).rejects.toMatchObject({ code: 'STALE_ATTEMPT' });
  await endpoint.settle();
  expect(await jobOf(batch.jobId)).toMatchObject({ status: 'SUCCEEDED', result: { rows: 499, rejected: 1 } });
  expect(await database.dataSource.manager.findOneByOrFail(LabelBatch, { id: batch.id })).toMatchObject({ status: 'INGESTED', rejected: 1, unmatched: 0 });
  const table = (suffix: string): string => join(lakehouse, endpoint.workspace.id, `__labels__${endpoint.endpoint.id}${suffix}`);
  expect(await queryTables({ tables: { labels: { path: table('') } }, sql: 'SELECT count(*) AS n FROM labels' })).toEqual([{ n: 499 }]);
  expect(await queryTables({ tables: { q: { path: table('__quarantine') } }, sql: 'SELECT line, text, reason, label_batch_id FROM q' })).toEqual([
    { line: 251, text: bad, reason: 'event_time lies outside the years 1 to 9999', label_batch_id: batch.id },
  ]);
});
