import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { Alert, insertRow, Job, LabelBatch, MonitorWindow, Observation, PredictionSegment, Sweep, takeSweepTurn } from '@millrace/db';
import { appendRows, findSnapshot, queryTables } from '@millrace/lakehouse';
import { buildDataset, buildDatasetVersion, buildTrainingRun } from '@millrace/testing';
import { MonitoredEndpoint, predictionsOf } from '../fixtures/monitoring.fixture.ts';
import { MonitoringRoom } from '../fixtures/monitoring-room.fixture.ts';
import { RETENTION } from '../fixtures/retention.fixture.ts';
import { settledTransactions } from './maintain-lakehouse.ts';
import { sweepRetention } from './retention-sweep.ts';

const room = MonitoringRoom.open();
beforeEach(() => room.dataSource.query('DELETE FROM sweep'));

const ignore = (): void => undefined;
const SILENT = { debug: ignore, info: ignore, warn: ignore, error: ignore, child: () => SILENT };
const OLD = `now() - interval '2 days'`;
const twoDaysAgo = (): Date => new Date(Date.now() - 48 * 3_600_000);

function sweep(endpoint: MonitoredEndpoint, holder = 'test'): Promise<number> {
  return sweepRetention({
    services: endpoint.services,
    retention: RETENTION,
    root: join(room.path, 'lakehouse'),
    limits: { threads: 1 },
    everySeconds: 3600,
    holder,
    logger: SILENT,
  });
}

/** An endpoint with a closed window, labels and an observation, as two days old as everything of it. */
async function agedEndpoint(): Promise<MonitoredEndpoint> {
  const endpoint = await MonitoredEndpoint.build(room.dataSource, room.path);
  const predictions = predictionsOf(0, 50);
  await endpoint.uploadSegment(predictions);
  await endpoint.uploadSegment(predictionsOf(1, 20));
  await endpoint.uploadLabels(Object.fromEntries(predictions.map(({ id }, index) => [id, index % 2 === 0 ? 1 : 0])));
  await endpoint.settle();
  for (const [table, ...columns] of [
    ['prediction_segment', 'created_at', 'updated_at'],
    ['label_batch', 'created_at', 'updated_at'],
    ['job', 'finished_at'],
    ['monitor_window', 'closed_at'],
  ])
    await room.dataSource.query(
      `UPDATE ${table} SET ${columns.map((column) => `${column} = ${OLD}`).join(', ')} WHERE workspace_id = $1 AND ${columns[0]} IS NOT NULL`,
      [endpoint.workspace.id],
    );
  const artifacts = join(room.path, 'artifacts', 'sha256');
  for (const name of await readdir(artifacts, { recursive: true })) await utimes(join(artifacts, name), twoDaysAgo(), twoDaysAgo());
  return endpoint;
}

const countOf = async (table: string, endpoint: MonitoredEndpoint): Promise<number> => {
  const [row] = await room.dataSource.query<{ count: string }[]>(`SELECT count(*) AS count FROM ${table} WHERE workspace_id = $1`, [endpoint.workspace.id]);
  return Number(row?.count);
};

describe('the sweep of what is kept no longer', () => {
  it('removes segments, labels, windows, jobs and artifacts whose time is over, and keeps what was observed', async () => {
    const endpoint = await agedEndpoint();
    const segments = await room.dataSource.manager.findBy(PredictionSegment, { workspaceId: endpoint.workspace.id });
    expect(await endpoint.services.storage.has(segments[0]?.artifactDigest ?? '')).toBe(true);
    expect(await sweep(endpoint)).toBeGreaterThan(0);
    for (const { artifactDigest } of segments) expect(await endpoint.services.storage.has(artifactDigest)).toBe(false);
    for (const table of ['prediction_segment', 'label_batch', 'label_window', 'job']) expect([table, await countOf(table, endpoint)]).toEqual([table, 0]);
    expect(await room.dataSource.manager.findBy(MonitorWindow, { workspaceId: endpoint.workspace.id })).toMatchObject([{ status: 'OPEN' }]);
    expect(await room.dataSource.manager.findBy(Observation, { metricId: endpoint.auc.id })).toMatchObject([{ windowId: null }]);
    const [{ result } = { result: null }] = await room.dataSource.manager.findBy(Sweep, { name: 'retention' });
    expect(result).toMatchObject({ prediction_segment: 2, label_batch: 1, artifacts: 3, monitor_window: 1 });
  });

  it('keeps what is young, what is not taken in yet, and artifacts that something else refers to', async () => {
    const endpoint = await agedEndpoint();
    const young = await MonitoredEndpoint.build(room.dataSource, room.path);
    await young.uploadSegment(predictionsOf(0, 5, { prefix: 'young' }));
    await young.settle();
    const waiting = await endpoint.uploadSegment(predictionsOf(3, 5));
    const [batch] = await room.dataSource.manager.findBy(LabelBatch, { workspaceId: endpoint.workspace.id });
    // The same labels are sent once more, and wait.
    await insertRow(room.dataSource.manager, LabelBatch, {
      workspaceId: endpoint.workspace.id,
      endpointId: endpoint.endpoint.id,
      artifactDigest: batch?.artifactDigest,
      rows: 1,
      jobId: waiting.jobId,
    });
    await room.dataSource.query(`UPDATE prediction_segment SET created_at = ${OLD}, updated_at = ${OLD} WHERE id = $1`, [waiting.id]);
    await sweep(endpoint);
    expect(await endpoint.services.storage.has(waiting.artifactDigest)).toBe(true);
    expect(await endpoint.services.storage.has(batch?.artifactDigest ?? '')).toBe(true);
    expect(await room.dataSource.manager.findBy(PredictionSegment, { workspaceId: endpoint.workspace.id })).toMatchObject([
      { id: waiting.id, status: 'RECEIVED' },
    ]);
    expect(await room.dataSource.manager.findBy(Job, { workspaceId: endpoint.workspace.id })).toMatchObject([{ id: waiting.jobId }]);
    expect(await countOf('prediction_segment', young)).toBe(1);
    expect(await countOf('job', young)).toBeGreaterThan(0);
    await endpoint.settle();
  });

  it('lets no transaction go that an attempt which was overtaken may still commit', async () => {
    const endpoint = await MonitoredEndpoint.build(room.dataSource, room.path);
    const { id } = await endpoint.uploadSegment(predictionsOf(0, 20));
    const batch = await endpoint.uploadLabels({ 'flight-0-0': 1 });
    const settled = settledTransactions(room.dataSource);
    const ofBoth = async (): Promise<readonly string[]> => [...(await settled('segment', [id, 'pseg_gone'])), ...(await settled('labels', [batch.id]))];
    expect(await ofBoth()).toEqual(['pseg_gone']);
    await endpoint.settle();
    expect(await ofBoth()).toEqual(['pseg_gone']);
    for (const table of ['prediction_segment', 'label_batch'])
      await room.dataSource.query(`UPDATE ${table} SET updated_at = ${OLD} WHERE workspace_id = $1`, [endpoint.workspace.id]);
    expect((await ofBoth()).toSorted()).toEqual([id, 'pseg_gone', batch.id].toSorted());
  });

  it('is done by one of many at a time, and not again before its time', async () => {
    const endpoint = await agedEndpoint();
    const removed = await Promise.all(['a', 'b', 'c', 'd'].map((holder) => sweep(endpoint, holder)));
    expect(removed.filter((count) => count > 0)).toHaveLength(1);
    expect(await sweep(endpoint)).toBe(0);
  });

  it('is taken over from a process that died in it', async () => {
    const turn = { name: 'test', everySeconds: 60, leaseSeconds: 60 };
    await room.dataSource.query(`INSERT INTO sweep (name, holder, lease_expires_at) VALUES ('test', 'dead', now() - interval '1 second')`);
    expect(await takeSweepTurn(room.dataSource, { ...turn, holder: 'alive' }, () => Promise.resolve({ rows: 1 }))).toEqual({ rows: 1 });
    await expect(takeSweepTurn(room.dataSource, { ...turn, name: 'other', holder: 'alive' }, () => Promise.reject(new Error('broken')))).rejects.toThrow(
      'broken',
    );
    expect(await takeSweepTurn(room.dataSource, { ...turn, name: 'other', holder: 'next' }, () => Promise.resolve({ rows: 2 }))).toBeDefined();
  });

  it('keeps versions of datasets that a training run rests on, and lets the others go', async () => {
    const endpoint = await MonitoredEndpoint.build(room.dataSource, room.path);
    const dataset = await buildDataset(endpoint.workspace, { location: `${endpoint.workspace.id}/kept` });
    const table = join(room.path, 'lakehouse', dataset.location);
    const columns = [{ name: 'n', type: 'long', nullable: true }] as const;
    await mkdir(room.path, { recursive: true });
    for (let version = 0; version < 30; version++) {
      const file = join(room.path, 'rows.ndjson');
      await writeFile(file, JSON.stringify({ n: version }));
      await appendRows({ table, files: [file], columns, transaction: { appId: 'a', version } });
      if (version % 5 === 0) await buildDatasetVersion(endpoint.workspace, { datasetId: dataset.id, deltaVersion: version });
    }
    await room.dataSource.query(`UPDATE dataset_version SET created_at = ${OLD} WHERE dataset_id = $1`, [dataset.id]);
    const [kept] = await room.dataSource.query<{ id: string }[]>('SELECT id FROM dataset_version WHERE dataset_id = $1 AND delta_version = 15', [dataset.id]);
    await buildTrainingRun(endpoint.workspace, { datasetVersionId: kept?.id ?? '' });
    const old = new Date(Date.now() - 60 * 24 * 3_600_000);
    for (const name of await readdir(table, { recursive: true })) await utimes(join(table, name), old, old);
    await sweep(endpoint);
    expect((await findSnapshot(table))?.files.size).toBe(1);
    const [row] = await queryTables({ tables: { kept: { path: table, version: 15 } }, sql: 'SELECT count(*) AS count, max(n) AS last FROM kept' });
    expect(row).toEqual({ count: 16, last: 15 });
    await expect(findSnapshot(table, 5)).rejects.toThrow(/cleaned up/);
  });

  it('leaves open alerts, and removes resolved ones with their windows', async () => {
    const endpoint = await MonitoredEndpoint.build(room.dataSource, room.path);
    const alert = { workspaceId: endpoint.workspace.id, monitorId: endpoint.monitor.id, title: 'drift', detail: {} };
    await insertRow(room.dataSource.manager, Alert, { ...alert, cause: 'open' });
    await insertRow(room.dataSource.manager, Alert, { ...alert, cause: 'over', status: 'RESOLVED', resolvedAt: twoDaysAgo() });
    await sweep(endpoint);
    expect(await room.dataSource.manager.findBy(Alert, { monitorId: endpoint.monitor.id })).toMatchObject([{ cause: 'open' }]);
  });
});
