import { Job, LabelBatch, Monitor } from '@millrace/db';
import { openStorage } from '@millrace/storage';
import {
  buildEndpoint,
  buildLabelBatch,
  buildMetric,
  buildModelVersion,
  buildMonitorWindow,
  buildPredictionSegment,
  temporaryFolder,
  type TemporaryFolder,
} from '@millrace/testing';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestControlPlane, type TestClient, type TestControlPlane } from '../../fixtures/control-plane.fixture.ts';

let plane: TestControlPlane;
let team: TestClient;
let folder: TemporaryFolder;
beforeAll(async () => {
  folder = await temporaryFolder();
  plane = await startTestControlPlane({ STORAGE_URL: pathToFileURL(folder.path).href });
  team = await plane.workspace();
});
afterAll(async () => {
  await plane.close();
  await folder.remove();
});

const SET = 'mutation ($input: SetMonitorInput!) { setMonitor(input: $input) { id definition pending labels { received matched unmatched } } }';
const CLOSE = 'mutation ($input: CloseMonitorWindowsInput!) { closeMonitorWindows(input: $input) { id name queue } }';
const LABELS = 'mutation ($input: RecordLabelsInput!) { recordLabels(input: $input) { id rows job { id status queue } } }';
interface Set {
  setMonitor: { id: string; definition: object };
}

describe('a monitor', () => {
  it('is one per endpoint: setting it again replaces its definition whole', async () => {
    const endpoint = await buildEndpoint(team.workspace);
    await buildMetric(team.workspace, { useCaseId: endpoint.useCaseId, name: 'live auc', source: 'LIVE' });
    const set = async (definition: object): Promise<Set['setMonitor']> =>
      (await team.send<Set>(SET, { input: { endpointId: endpoint.id, definition } })).setMonitor;
    const first = await set({ liveMetrics: [{ metric: 'live auc', measure: 'auc' }], windowSeconds: 3600 });
    expect(first.definition).toMatchObject({
      windowSeconds: 3600,
      falseAlarmRate: 0.005,
      minimumPsi: 0.005,
      conditions: [
        { on: 'FEATURES', share: 0, windows: 1 },
        { on: 'SCORE', windows: 1 },
      ],
    });
    const second = await set({ windowSeconds: 7200 });
    expect(second).toMatchObject({ id: first.id, definition: { windowSeconds: 7200, liveMetrics: [] } });
  });

  it('refuses metrics that its use case does not have with that source, and numbers out of range', async () => {
    const endpoint = await buildEndpoint(team.workspace);
    await buildMetric(team.workspace, { useCaseId: endpoint.useCaseId, name: 'pushed', source: 'BUSINESS' });
    const refusal = (definition: object): Promise<object> => team.refusal(SET, { input: { endpointId: endpoint.id, definition } });
    expect(await refusal({ liveMetrics: [{ metric: 'pushed', measure: 'auc' }] })).toMatchObject({
      code: 'BAD_INPUT',
      fields: { path: 'input.definition.liveMetrics.0.metric' },
    });
    expect(await refusal({ costMetric: { metric: 'none', falsePositiveCost: 1, falseNegativeCost: 1 } })).toMatchObject({
      code: 'BAD_INPUT',
      fields: { path: 'input.definition.costMetric.metric' },
    });
    expect(await refusal({ windowSeconds: 1 })).toMatchObject({ code: 'BAD_INPUT', fields: { path: 'input.definition.windowSeconds' } });
    expect(await refusal({ windowSeconds: 2 ** 53 - 1 })).toMatchObject({ code: 'BAD_INPUT', fields: { path: 'input.definition.windowSeconds' } });
    expect(await refusal({ labelCoverage: 1.5 })).toMatchObject({ code: 'BAD_INPUT', fields: { path: 'input.definition.labelCoverage' } });
  });

  it('refuses conditions that can never hold, with the way out', async () => {
    const version = await buildModelVersion(team.workspace);
    const endpoint = await buildEndpoint(team.workspace, { traffic: [{ modelVersionId: version.id, weight: 100 }] });
    const refusal = (definition: object): Promise<object> => team.refusal(SET, { input: { endpointId: endpoint.id, definition } });
    expect(await refusal({ conditions: [{ on: 'SCORE' }, { on: 'FEATURES', features: ['distanse'] }] })).toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringContaining('They have: distance.'),
      fields: { path: 'input.definition.conditions.1.features', feature: 'distanse' },
    });
    expect(await refusal({ conditions: [{ on: 'SCORE', windows: 3, outOf: 2 }] })).toMatchObject({ code: 'BAD_INPUT' });
    expect(await refusal({ conditions: [{ on: 'METRIC', measure: 'auc' }] })).toMatchObject({ code: 'BAD_INPUT' });
    expect(await refusal({ psiThreshold: 0.25 })).toMatchObject({ code: 'BAD_INPUT' });
  });

  it('that has windows keeps their length', async () => {
    const window = await buildMonitorWindow(team.workspace);
    const { endpointId } = await plane.dataSource.manager.findOneByOrFail(Monitor, { id: window.monitorId });
    expect(await team.refusal(SET, { input: { endpointId, definition: { windowSeconds: 60 } } })).toMatchObject({ code: 'CONFLICT' });
    await team.send(SET, { input: { endpointId, definition: { minimumPsi: 0.1 } } });
  });

  it('says what has arrived and is not taken in yet, and how many labels found their prediction', async () => {
    const { id: endpointId } = await buildEndpoint(team.workspace);
    await buildPredictionSegment(team.workspace, { endpointId });
    await buildLabelBatch(team.workspace, { endpointId, rows: 100 });
    await buildLabelBatch(team.workspace, { endpointId, rows: 50, unmatched: 10, status: 'INGESTED' });
    const { setMonitor } = await team.send<{ setMonitor: object }>(SET, { input: { endpointId, definition: {} } });
    expect(setMonitor).toMatchObject({ pending: 2, labels: { received: 150, matched: 40, unmatched: 110 } });
  });

  it('closes windows by hand up to a time, and never back', async () => {
    const { monitorId } = await buildMonitorWindow(team.workspace);
    const { closeMonitorWindows } = await team.send<{ closeMonitorWindows: object }>(CLOSE, { input: { monitorId, upTo: '2001-07-01T00:00:00Z' } });
    expect(closeMonitorWindows).toMatchObject({ name: 'evaluate-monitor', queue: 'monitoring' });
    await team.send(CLOSE, { input: { monitorId, upTo: '2001-06-01T00:00:00Z' } });
    expect(await plane.dataSource.manager.findOneBy(Monitor, { id: monitorId })).toMatchObject({ closeUpTo: new Date('2001-07-01T00:00:00Z') });
  });
});

describe('labels', () => {
  it('are stored as they came, one per line, and taken in by a job', async () => {
    const { name } = await buildEndpoint(team.workspace);
    const labels = [
      { eventId: 'flight "1"', value: 1, eventTime: '2001-04-01T10:00:00+02:00' },
      { eventId: 'flight 2', value: 0 },
    ];
    const { recordLabels } = await team.send<{ recordLabels: { id: string; rows: number; job: { id: string } } }>(LABELS, {
      input: { endpoint: name, labels },
    });
    expect(recordLabels).toMatchObject({ rows: 2, job: { status: 'QUEUED', queue: 'monitoring' } });
    const batch = await plane.dataSource.manager.findOneByOrFail(LabelBatch, { id: recordLabels.id });
    const lines = Buffer.from(await openStorage(pathToFileURL(folder.path).href).read(batch.artifactDigest))
      .toString()
      .trim()
      .split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { event_id: 'flight "1"', value: 1, event_time: '2001-04-01T08:00:00.000Z' },
      { event_id: 'flight 2', value: 0 },
    ]);
    expect(await plane.dataSource.manager.findOneBy(Job, { id: recordLabels.job.id })).toMatchObject({ payload: { labelBatchId: batch.id } });
  });

  it('come ten thousand at a time and no more', async () => {
    const { name } = await buildEndpoint(team.workspace);
    const labels = Array.from({ length: 10_001 }, (_, index) => ({ eventId: `e${index}`, value: index % 2 }));
    await team.send(LABELS, { input: { endpoint: name, labels: labels.slice(1) } });
    expect(await team.refusal(LABELS, { input: { endpoint: name, labels } })).toMatchObject({ code: 'BAD_INPUT', fields: { path: 'input.labels' } });
  });

  it.each([
    [{ eventId: '', value: 1 }, 'input.labels.1.eventId'],
    [{ eventId: 'a\uD800', value: 1 }, 'input.labels.1.eventId'],
    [{ eventId: 'a', value: 2 }, 'input.labels.1.value'],
    [{ eventId: 'a', value: 0.5 }, 'input.labels.1.value'],
    [{ eventId: 'a', value: 'yes' }, 'input.labels.1.value'],
    [{ eventId: 'a', value: 1, eventTime: '2001-13-01T00:00:00Z' }, 'input.labels.1.eventTime'],
    [{ eventId: 'a', value: 1, eventTime: '2001-02-30T00:00:00Z' }, 'input.labels.1.eventTime'],
    [{ eventId: 'a', value: 1, eventTime: '9999-12-31T23:59:59-14:00' }, 'input.labels.1.eventTime'],
    [{ eventId: 'a', value: 1, eventTime: '0001-01-01T00:00:00+01:00' }, 'input.labels.1.eventTime'],
  ])('%o is refused at %s', async (label, path) => {
    const { name } = await buildEndpoint(team.workspace);
    expect(await team.refusal(LABELS, { input: { endpoint: name, labels: [{ eventId: 'good', value: 1 }, label] } })).toMatchObject({
      code: 'BAD_INPUT',
      fields: { path },
    });
  });
});
