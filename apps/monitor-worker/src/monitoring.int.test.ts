import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Alert, Endpoint, LabelBatch, Milestone, Monitor, MonitorWindow, Observation, PredictionSegment, StrategyReview, UseCase } from '@millrace/db';
import { queryTables } from '@millrace/lakehouse';
import { auc, confusionAt, logLoss } from '@millrace/statistics';
import { buildAlert, buildMilestone } from '@millrace/testing';
import type { JobContext } from '@millrace/queue';
import { evaluateMonitor } from './processors/evaluate-monitor.processor.ts';
import type { OutcomeTables } from './tables/outcome-tables.ts';
import { APRIL, DAY, MonitoredEndpoint, predictionsOf, type Prediction } from './fixtures/monitoring.fixture.ts';
import { MonitoringRoom } from './fixtures/monitoring-room.fixture.ts';

const room = MonitoringRoom.open();

const at = (day: number): Date => new Date(APRIL + day * DAY);
const windowsOf = (endpoint: MonitoredEndpoint) =>
  room.dataSource.manager.find(MonitorWindow, { where: { monitorId: endpoint.monitor.id }, order: { windowStart: 'ASC' } });
const observationsOf = (metricId: string) => room.dataSource.manager.find(Observation, { where: { metricId }, order: { observedAt: 'ASC', createdAt: 'ASC' } });
const alertsOf = (endpoint: MonitoredEndpoint) =>
  room.dataSource.manager.find(Alert, { where: { monitorId: endpoint.monitor.id }, order: { openedAt: 'ASC' } });
const reviewsOf = (endpoint: MonitoredEndpoint) => room.dataSource.manager.findBy(StrategyReview, { useCaseId: endpoint.useCase.id });

async function queuedEvaluation(endpoint: MonitoredEndpoint): Promise<string> {
  const [queued] = await room.dataSource.query<{ id: string }[]>(
    `SELECT id FROM job WHERE workspace_id = $1 AND name = 'evaluate-monitor' AND status = 'QUEUED'`,
    [endpoint.workspace.id],
  );
  return queued?.id ?? '';
}

/** True outcomes that follow the score, but not always. */
function outcomesOf(predictions: readonly Prediction[]): Record<string, 0 | 1> {
  return Object.fromEntries(predictions.map(({ id, score }, i) => [id, (i % 5 === 0 ? score < 0.5 : score >= 0.5) ? 1 : 0]));
}

async function rowsIn(endpoint: MonitoredEndpoint, kind: 'predictions' | 'labels'): Promise<number> {
  const path = join(room.path, 'lakehouse', endpoint.workspace.id, `__${kind}__${endpoint.endpoint.id}`);
  const [row] = await queryTables({ tables: { rows: { path } }, sql: 'SELECT count(*) AS count FROM rows' });
  return Number(row?.['count']);
}

/** Predictions that are surer of less. */
const low = (day: number) => predictionsOf(day, 100).map((row) => ({ ...row, score: row.score / 4 }));

describe('ingest-segment', () => {
  it('two deliveries of one segment put its rows and its summaries in once', async () => {
    const endpoint = await MonitoredEndpoint.build(room.dataSource, room.path);
    const segment = await endpoint.uploadSegment(predictionsOf(0, 100));
    const first = await endpoint.lease(segment.jobId, 'first');
    await room.dataSource.query(`UPDATE job SET lease_expires_at = now() - interval '1 second' WHERE id = $1`, [segment.jobId]);
    const second = await endpoint.lease(segment.jobId, 'second');
    await expect(endpoint.handle('ingest-segment', first)).rejects.toMatchObject({ code: 'STALE_ATTEMPT' });
    await endpoint.handle('ingest-segment', second);
    expect(await endpoint.handle('ingest-segment', second)).toEqual({ rows: 100 });
    expect(await rowsIn(endpoint, 'predictions')).toBe(100);
    expect(await windowsOf(endpoint)).toMatchObject([{ status: 'OPEN', rows: 100, windowStart: at(0), windowEnd: at(1) }]);
    expect(await room.dataSource.manager.findOneBy(Monitor, { id: endpoint.monitor.id })).toMatchObject({ watermark: segment.maxEventTime });
  });

  it('segments that arrive out of order lose nothing', async () => {
    const endpoint = await MonitoredEndpoint.build(room.dataSource, room.path);
    const earlier = await endpoint.uploadSegment(predictionsOf(0, 60));
    const later = await endpoint.uploadSegment(predictionsOf(0, 40, { prefix: 'other' }));
    await Promise.all([endpoint.run(later.jobId), endpoint.run(earlier.jobId)]);
    expect(await rowsIn(endpoint, 'predictions')).toBe(100);
    expect(await windowsOf(endpoint)).toMatchObject([{ rows: 100 }]);
  });

  it('a corrupt artifact fails before anything is written', async () => {
    const endpoint = await MonitoredEndpoint.build(room.dataSource, room.path);
    const segment = await endpoint.uploadSegment(predictionsOf(0, 20));
    await room.dataSource.manager.update(PredictionSegment, { id: segment.id }, { artifactDigest: `sha256:${'0'.repeat(64)}` });
    await expect(endpoint.run(segment.jobId)).rejects.toMatchObject({ code: 'ARTIFACT_MISSING' });
    expect(await windowsOf(endpoint)).toEqual([]);
  });
});

describe('evaluate-monitor', () => {
  it('closes a window when the watermark has passed it, and not while a segment of it waits', async () => {
    const endpoint = await MonitoredEndpoint.build(room.dataSource, room.path);
    await endpoint.uploadSegment(predictionsOf(0, 50));
    await endpoint.settle();
    expect(await windowsOf(endpoint)).toMatchObject([{ status: 'OPEN' }]);
    const waiting = await endpoint.uploadSegment(predictionsOf(0, 50, { prefix: 'late' }));
    const passing = await endpoint.uploadSegment(predictionsOf(1, 50));
    await endpoint.run(passing.jobId);
    expect(await endpoint.run(await queuedEvaluation(endpoint))).toEqual({ windowsClosed: 0, observations: 0 });
    await endpoint.run(waiting.jobId);
    await endpoint.settle();
    expect(await windowsOf(endpoint)).toMatchObject([
      { status: 'CLOSED', rows: 100, driftShare: 0 },
      { status: 'OPEN', rows: 50 },
    ]);
  });

  it('states what the statistics package states, from the labels that arrived', async () => {
    const endpoint = await MonitoredEndpoint.build(room.dataSource, room.path);
    const predictions = predictionsOf(0, 200).map((row) => ({ ...row, score: Math.round(row.score * 20) / 20 }));
    const outcomes = outcomesOf(predictions);
    await endpoint.uploadSegment(predictions);
    await endpoint.uploadSegment(predictionsOf(1, 20));
    await endpoint.uploadLabels(outcomes);
    await endpoint.settle();
    const [window] = await windowsOf(endpoint);
    const scores = predictions.map((row) => row.score);
    const labels = predictions.map((row) => outcomes[row.id] ?? 0);
    expect(window?.performance).toMatchObject({ labels: 200, coverage: 1, ...confusionAt(scores, labels, 0.5) });
    expect(window?.performance?.auc).toBeCloseTo(auc(scores, labels), 12);
    expect(window?.performance?.logLoss).toBeCloseTo(logLoss(scores, labels), 9);
    expect(await observationsOf(endpoint.auc.id)).toMatchObject([
      { observedAt: at(1), value: window?.performance?.auc, windowId: window?.id, modelVersionId: endpoint.version.id },
    ]);
    const { fp, fn } = confusionAt(scores, labels, 0.5);
    expect(await observationsOf(endpoint.cost.id)).toMatchObject([{ value: ((fp * 5 + fn * 20) / 200) * 100 }]);
  });

  it('a label before its prediction is kept, counted, and matched when the prediction arrives', async () => {
    const endpoint = await MonitoredEndpoint.build(room.dataSource, room.path);
    const predictions = predictionsOf(0, 50);
    const batch = await endpoint.uploadLabels(outcomesOf(predictions));
    await endpoint.settle();
    expect(await room.dataSource.manager.findOneBy(LabelBatch, { id: batch.id })).toMatchObject({ status: 'INGESTED', unmatched: 50 });
    await endpoint.uploadSegment(predictions);
    await endpoint.uploadSegment(predictionsOf(1, 20));
    await endpoint.settle();
    expect(await room.dataSource.manager.findOneBy(LabelBatch, { id: batch.id })).toMatchObject({ unmatched: 0 });
    expect(await windowsOf(endpoint)).toMatchObject([{ status: 'CLOSED', performance: { labels: 50, coverage: 1 } }, { status: 'OPEN' }]);
    expect(await observationsOf(endpoint.auc.id)).toHaveLength(1);
  });

  it('states no live metric before enough labels are there, and corrects it by a newer observation', async () => {
    const endpoint = await MonitoredEndpoint.build(room.dataSource, room.path);
    const predictions = predictionsOf(0, 100);
    const outcomes = Object.entries(outcomesOf(predictions));
    await endpoint.uploadSegment(predictions);
    await endpoint.uploadSegment(predictionsOf(1, 20));
    await endpoint.uploadLabels(Object.fromEntries(outcomes.slice(0, 79)));
    await endpoint.settle();
    expect(await observationsOf(endpoint.auc.id)).toEqual([]);
    await endpoint.uploadLabels(Object.fromEntries(outcomes.slice(79, 90)));
    await endpoint.settle();
    const [first] = await observationsOf(endpoint.auc.id);
    expect(first).toMatchObject({ detail: { labels: 90 }, supersedes: null });
    await endpoint.uploadLabels(Object.fromEntries(outcomes.slice(90)));
    await endpoint.settle();
    const observations = await observationsOf(endpoint.auc.id);
    expect(observations).toMatchObject([{ id: first?.id }, { observedAt: at(1), detail: { labels: 100, coverage: 1 }, supersedes: first?.id }]);
  });

  it('a label that is corrected later counts as said last', async () => {
    const endpoint = await MonitoredEndpoint.build(room.dataSource, room.path);
    const predictions = predictionsOf(0, 100);
    const outcomes = outcomesOf(predictions);
    await endpoint.uploadSegment(predictions);
    await endpoint.uploadSegment(predictionsOf(1, 20));
    await endpoint.uploadLabels(outcomes);
    await endpoint.settle();
    const id = predictions[99]?.id ?? '';
    await endpoint.uploadLabels({ [id]: outcomes[id] === 1 ? 0 : 1 });
    await endpoint.settle();
    const [window] = await windowsOf(endpoint);
    const labels = predictions.map((row) => (row.id === id ? 1 - (outcomes[row.id] ?? 0) : (outcomes[row.id] ?? 0)));
    expect(window?.performance).toMatchObject({
      labels: 100,
      ...confusionAt(
        predictions.map((row) => row.score),
        labels,
        0.5,
      ),
    });
  });

  it('an event that was predicted twice in one window counts once, as predicted last', async () => {
    const endpoint = await MonitoredEndpoint.build(room.dataSource, room.path);
    const [first, ...others] = predictionsOf(0, 20);
    if (first === undefined) throw new Error('no predictions');
    await endpoint.uploadSegment([{ ...first, score: 0.9 }, ...others, { ...first, at: first.at + 60_000, score: 0.1 }]);
    await endpoint.uploadSegment(predictionsOf(1, 20));
    await endpoint.uploadLabels({ [first.id]: 0 });
    await endpoint.settle();
    expect((await windowsOf(endpoint))[0]?.performance).toMatchObject({ labels: 1, coverage: 1 / 20, tn: 1, fp: 0 });
  });

  it('evaluating twice writes nothing twice', async () => {
    const endpoint = await MonitoredEndpoint.build(room.dataSource, room.path);
    const predictions = predictionsOf(0, 50);
    await endpoint.uploadSegment(predictions);
    await endpoint.uploadSegment(predictionsOf(1, 20));
    await endpoint.uploadLabels(outcomesOf(predictions));
    await endpoint.settle();
    const before = await observationsOf(endpoint.auc.id);
    await endpoint.uploadLabels(outcomesOf(predictions));
    await endpoint.settle();
    expect(before).toHaveLength(1);
    expect(await observationsOf(endpoint.auc.id)).toEqual(before);
  });

  it('late predictions open their window again, and it is judged once more with them', async () => {
    const endpoint = await MonitoredEndpoint.build(room.dataSource, room.path);
    await endpoint.uploadSegment(predictionsOf(0, 50));
    await endpoint.uploadSegment(predictionsOf(1, 20));
    await endpoint.settle();
    await endpoint.uploadSegment(predictionsOf(0, 30, { prefix: 'late' }));
    await endpoint.settle();
    expect(await windowsOf(endpoint)).toMatchObject([
      { status: 'CLOSED', rows: 80 },
      { status: 'OPEN', rows: 20 },
    ]);
  });

  it('windows can be closed by hand at the end of a replay', async () => {
    const endpoint = await MonitoredEndpoint.build(room.dataSource, room.path);
    await endpoint.uploadSegment([...predictionsOf(0, 50), ...predictionsOf(1, 50)]);
    await room.dataSource.manager.update(Monitor, { id: endpoint.monitor.id }, { closeUpTo: at(2) });
    await endpoint.settle();
    expect(await windowsOf(endpoint)).toMatchObject([{ status: 'CLOSED' }, { status: 'CLOSED' }]);
  });

  it('a window with too few rows closes without a word', async () => {
    const endpoint = await MonitoredEndpoint.build(room.dataSource, room.path, { minimumRows: 100 });
    const predictions = predictionsOf(0, 50);
    await endpoint.uploadSegment(predictions);
    await endpoint.uploadSegment(predictionsOf(1, 1));
    await endpoint.uploadLabels(outcomesOf(predictions));
    await endpoint.settle();
    expect((await windowsOf(endpoint))[0]).toMatchObject({ status: 'CLOSED', drift: null, driftShare: null, performance: { labels: 50 } });
    expect(await observationsOf(endpoint.auc.id)).toEqual([]);
  });

  it('drift opens one alert that is updated in place, and the first window without drift resolves it', async () => {
    const endpoint = await MonitoredEndpoint.build(room.dataSource, room.path);
    const shifted = { distance: (share: number) => 0.8 + share / 5 };
    await endpoint.uploadSegment([...predictionsOf(0, 100, shifted), ...predictionsOf(1, 100, shifted), ...predictionsOf(2, 1)]);
    await endpoint.settle();
    const [open, ...others] = await alertsOf(endpoint);
    expect(others).toEqual([]);
    expect(open).toMatchObject({
      status: 'OPEN',
      cause: `drift:${endpoint.version.id}`,
      detail: { since: at(0).toISOString(), windowStart: at(1).toISOString(), driftShare: 1, features: [{ feature: 'distance' }] },
    });
    await endpoint.uploadSegment([...predictionsOf(2, 100, { prefix: 'normal' }), ...predictionsOf(3, 1)]);
    await endpoint.settle();
    expect(await alertsOf(endpoint)).toMatchObject([{ id: open?.id, status: 'RESOLVED', detail: { resolvedBy: at(2).toISOString() } }]);
  });

  it('the score alone, a single feature that matters, and a live metric below its floor alert, each as often as it is asked to', async () => {
    const endpoint = await MonitoredEndpoint.build(room.dataSource, room.path, {
      conditions: [
        { on: 'FEATURES', features: ['distance'] },
        { on: 'SCORE', windows: 2, outOf: 3 },
        { on: 'METRIC', measure: 'auc', floor: 0.99 },
      ],
    });
    const first = low(0);
    await endpoint.uploadSegment([...first, ...predictionsOf(1, 100)]);
    await endpoint.settle();
    expect(await alertsOf(endpoint)).toEqual([]);
    await endpoint.uploadSegment([...low(2), ...predictionsOf(3, 1)]);
    await endpoint.settle();
    expect(await alertsOf(endpoint)).toMatchObject([
      { status: 'OPEN', cause: `score drift:${endpoint.version.id}`, detail: { condition: 'score drift', since: at(0).toISOString(), windows: 2, outOf: 3 } },
    ]);
    // Labels are late by more windows than the condition looks at.
    await endpoint.uploadLabels(outcomesOf(first));
    await endpoint.settle();
    const metric = { cause: `auc:${endpoint.version.id}`, status: 'OPEN', detail: { measure: 'auc', floor: 0.99, windowStart: at(0).toISOString() } };
    expect(await alertsOf(endpoint)).toEqual([expect.anything(), expect.objectContaining({ ...metric, detail: expect.objectContaining(metric.detail) })]);
    await endpoint.uploadLabels(Object.fromEntries(first.map(({ id, score }) => [id, score >= 0.125 ? 1 : 0])));
    await endpoint.settle();
    expect((await alertsOf(endpoint)).map(({ status }) => status)).toEqual(['OPEN', 'RESOLVED']);
  });

  it('an alert that the monitor does not ask for any more resolves, and those of others stay', async () => {
    const endpoint = await MonitoredEndpoint.build(room.dataSource, room.path);
    await endpoint.uploadSegment([...predictionsOf(0, 100, { distance: (share) => 0.8 + share / 5 }), ...predictionsOf(1, 1)]);
    await endpoint.settle();
    await buildAlert(endpoint.workspace, { monitorId: endpoint.monitor.id, cause: 'prediction-log:node_1' });
    const { definition } = endpoint.monitor;
    await room.dataSource.manager.update(Monitor, { id: endpoint.monitor.id }, { definition: { ...definition, conditions: [] } });
    await endpoint.run((await endpoint.requestEvaluation()).id);
    expect(await alertsOf(endpoint)).toMatchObject([
      { status: 'RESOLVED', detail: { resolvedBy: 'the monitor does not ask for this any more' } },
      { status: 'OPEN' },
    ]);
  });

  it('the alert of a version that serves no more resolves, and its last windows open none', async () => {
    const endpoint = await MonitoredEndpoint.build(room.dataSource, room.path);
    const shifted = { distance: (share: number) => 0.8 + share / 5 };
    await endpoint.uploadSegment([...predictionsOf(0, 100, shifted), ...predictionsOf(1, 100, shifted)]);
    await endpoint.settle();
    expect(await alertsOf(endpoint)).toMatchObject([{ status: 'OPEN' }]);
    await room.dataSource.manager.update(Endpoint, { id: endpoint.endpoint.id }, { traffic: [] });
    await endpoint.uploadSegment([...predictionsOf(2, 1)]);
    await endpoint.settle();
    expect(await windowsOf(endpoint)).toMatchObject([{ status: 'CLOSED' }, { status: 'CLOSED' }, { status: 'OPEN' }]);
    expect(await alertsOf(endpoint)).toMatchObject([{ status: 'RESOLVED', detail: { windowStart: at(0).toISOString() } }]);
  });

  it('a missed milestone opens one strategy review, once', async () => {
    const endpoint = await MonitoredEndpoint.build(room.dataSource, room.path);
    const milestone = await buildMilestone(endpoint.workspace, {
      useCaseId: endpoint.useCase.id,
      metricId: endpoint.auc.id,
      comparator: 'GTE',
      threshold: 0.99,
      dueAt: at(1),
    });
    for (const day of [0, 1, 2]) {
      const predictions = predictionsOf(day, 50);
      await endpoint.uploadSegment(predictions);
      await endpoint.uploadLabels(outcomesOf(predictions));
      await endpoint.settle();
    }
    expect(await room.dataSource.manager.findOneBy(Milestone, { id: milestone.id })).toMatchObject({ status: 'MISSED' });
    expect(await reviewsOf(endpoint)).toMatchObject([{ milestoneId: milestone.id, status: 'OPEN' }]);
    expect(await room.dataSource.manager.findOneBy(UseCase, { id: endpoint.useCase.id })).toMatchObject({ status: 'UNDER_REVIEW', statusBeforeReview: 'LIVE' });
    await endpoint.uploadSegment(predictionsOf(3, 50));
    await endpoint.settle();
    expect(await reviewsOf(endpoint)).toHaveLength(1);
  });

  it('evaluations that race write each conclusion once', async () => {
    const endpoint = await MonitoredEndpoint.build(room.dataSource, room.path);
    const predictions = [...predictionsOf(0, 50), ...predictionsOf(1, 50)];
    const segment = await endpoint.uploadSegment([...predictions, ...predictionsOf(2, 1)]);
    const batch = await endpoint.uploadLabels(outcomesOf(predictions));
    await endpoint.run(segment.jobId);
    const first = await endpoint.lease(await queuedEvaluation(endpoint));
    await endpoint.run(batch.jobId);
    const second = await endpoint.lease(await queuedEvaluation(endpoint));
    const results = (await Promise.all([endpoint.handle('evaluate-monitor', first), endpoint.handle('evaluate-monitor', second)])) as {
      windowsClosed: number;
    }[];
    expect(results.map((result) => result.windowsClosed).toSorted((a, b) => a - b)).toEqual([0, 2]);
    expect(await observationsOf(endpoint.auc.id)).toHaveLength(2);
    expect(await windowsOf(endpoint)).toMatchObject([{ performance: { labels: 50 } }, { performance: { labels: 50 } }, { status: 'OPEN' }]);
  });

  it('a window that got rows while it was judged is judged anew', async () => {
    const endpoint = await MonitoredEndpoint.build(room.dataSource, room.path);
    await endpoint.uploadSegment(predictionsOf(0, 50));
    await endpoint.settle();
    const passing = await endpoint.uploadSegment(predictionsOf(1, 50));
    await endpoint.run(passing.jobId);
    const { tables } = endpoint.services;
    let reads = 0;
    const interrupted: OutcomeTables = {
      appendPredictions: (...all) => tables.appendPredictions(...all),
      appendLabels: (...all) => tables.appendLabels(...all),
      join: (...all) => tables.join(...all),
      maintain: (...all) => tables.maintain(...all),
      countUnmatched: (...all) => tables.countUnmatched(...all),
      performance: async (...all) => {
        // As two segments that began in one millisecond do: the time of the last change stays the same.
        if (reads++ === 0) await room.dataSource.query('UPDATE monitor_window SET rows = rows + 1 WHERE monitor_id = $1', [endpoint.monitor.id]);
        return tables.performance(...all);
      },
    };
    const context = await endpoint.lease(await queuedEvaluation(endpoint));
    expect(await evaluateMonitor({ ...endpoint.services, tables: interrupted }, context as JobContext<'evaluate-monitor'>)).toMatchObject({ windowsClosed: 1 });
    expect(reads).toBe(2);
  });

  it('an unknown monitor, segment or batch is not found', async () => {
    const endpoint = await MonitoredEndpoint.build(room.dataSource, room.path);
    const segment = await endpoint.uploadSegment(predictionsOf(0, 1));
    const context = await endpoint.lease(segment.jobId);
    for (const [name, payload] of [
      ['evaluate-monitor', { monitorId: 'mon_x' }],
      ['ingest-segment', { predictionSegmentId: 'seg_x' }],
      ['ingest-labels', { labelBatchId: 'lab_x' }],
    ] as const) {
      await expect(endpoint.handle(name, { ...context, payload })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
  });
});
