import { describe, expect, it } from 'vitest';
import { LabelBatch, Monitor, MonitorWindow, type WindowPerformance } from '@millrace/db';
import { auc, confusionAt, logLoss } from '@millrace/statistics';
import { APRIL, DAY, MonitoredEndpoint, type Prediction } from './fixtures/monitoring.fixture.ts';
import { MonitoringRoom } from './fixtures/monitoring-room.fixture.ts';

const room = MonitoringRoom.open();

/** Mulberry32: the same numbers for the same seed. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

/** What was said of events so far, by which everything can be counted anew. */
interface Told {
  readonly predictions: Prediction[];
  readonly batches: { readonly id: string; readonly labels: Readonly<Record<string, 0 | 1>> }[];
}

const EVENTS = 60;
const DAYS = 4;

/** Of what was taken in, all is settled. */
const allOf = async (_kind: string, ids: readonly string[]): Promise<readonly string[]> => ids;

/** One thing that the outside does. Events come again on other days and in one, labels early, late, corrected, and for nothing. */
async function act(endpoint: MonitoredEndpoint, told: Told, random: (below: number) => number): Promise<void> {
  const what = random(10);
  if (what < 4) {
    const day = random(DAYS);
    const predictions = Array.from({ length: 1 + random(20) }, () => ({
      id: `event-${random(EVENTS)}`,
      // No two at one time: of those it would not be said which is the last.
      at: APRIL + day * DAY + told.predictions.length * 40_000 + random(30) * 1_000_000,
      distance: random(100) / 100,
      score: random(21) / 20,
    }));
    const times = new Set(told.predictions.map(({ at }) => at));
    const fresh = predictions.filter(({ at }) => !times.has(at) && times.add(at));
    if (fresh.length === 0) return;
    told.predictions.push(...fresh);
    await endpoint.uploadSegment(fresh);
  } else if (what < 8) {
    const labels = Object.fromEntries(
      Array.from({ length: 1 + random(15) }, () => [random(8) === 0 ? `nothing-${random(1000)}` : `event-${random(EVENTS)}`, random(2) === 1 ? 1 : 0] as const),
    );
    const { id } = await endpoint.uploadLabels(labels);
    told.batches.push({ id, labels });
  } else if (random(2) === 0) await endpoint.settle();
  else await endpoint.services.tables.maintain({ workspaceId: endpoint.workspace.id, endpointId: endpoint.endpoint.id }, allOf);
}

/** The performance of a day, counted from all that was said. */
function expectedOf(told: Told, day: number): Partial<WindowPerformance> | null {
  const last = new Map<string, Prediction>();
  for (const prediction of told.predictions.filter(({ at }) => Math.floor((at - APRIL) / DAY) === day).toSorted((a, b) => a.at - b.at))
    last.set(prediction.id, prediction);
  if (last.size === 0) return null;
  const truth = new Map(told.batches.toSorted((a, b) => (a.id < b.id ? -1 : 1)).flatMap(({ labels }) => Object.entries(labels)));
  const judged = [...last.values()].filter(({ id }) => truth.has(id));
  const [scores, labels] = [judged.map(({ score }) => score), judged.map(({ id }) => truth.get(id) ?? 0)];
  const isBoth = labels.includes(0) && labels.includes(1);
  return {
    labels: judged.length,
    coverage: judged.length / last.size,
    ...confusionAt(scores, labels, 0.5),
    auc: isBoth ? (expect.closeTo(auc(scores, labels), 12) as number) : null,
    logLoss: judged.length === 0 ? null : (expect.closeTo(logLoss(scores, labels), 9) as number),
  };
}

async function expectAsCountedAnew(endpoint: MonitoredEndpoint, told: Told): Promise<void> {
  const windows = await room.dataSource.manager.find(MonitorWindow, { where: { monitorId: endpoint.monitor.id }, order: { windowStart: 'ASC' } });
  expect(windows.length).toBeGreaterThan(0);
  for (const { status, windowStart, performance } of windows) {
    expect(status).toBe('CLOSED');
    const expected = expectedOf(told, (windowStart.getTime() - APRIL) / DAY);
    if (expected === null) expect(performance).toBeNull();
    else expect(performance).toMatchObject(expected);
  }
  const predicted = new Set(told.predictions.map(({ id }) => id));
  const batches = await room.dataSource.manager.findBy(LabelBatch, { endpointId: endpoint.endpoint.id });
  for (const { id, labels } of told.batches)
    expect(batches.find((batch) => batch.id === id)).toMatchObject({
      status: 'INGESTED',
      unmatched: Object.keys(labels).filter((event) => !predicted.has(event)).length,
    });
}

async function closeAll(endpoint: MonitoredEndpoint): Promise<void> {
  await room.dataSource.manager.update(Monitor, { id: endpoint.monitor.id }, { closeUpTo: new Date(APRIL + 400 * DAY) });
  // A label for nothing asks for an evaluation.
  await endpoint.uploadLabels({ 'nothing-at-all': 1 });
  await endpoint.settle();
}

describe('evaluation joins only what is new, and ends where counting everything anew ends', () => {
  it.each([1, 2])('whatever comes in whatever order (seed %i)', async (seed) => {
    const endpoint = await MonitoredEndpoint.build(room.dataSource, room.path, { minimumRows: 1 });
    const told: Told = { predictions: [], batches: [] };
    const random = randomOf(seed);
    for (let step = 0; step < 24; step++) await act(endpoint, told, random);
    await closeAll(endpoint);
    await expectAsCountedAnew(endpoint, told);
    for (let step = 0; step < 10; step++) await act(endpoint, told, random);
    await closeAll(endpoint);
    await expectAsCountedAnew(endpoint, told);
  });

  it('also where it is not known any more what was joined before', async () => {
    const endpoint = await MonitoredEndpoint.build(room.dataSource, room.path, { minimumRows: 1 });
    const told: Told = { predictions: [], batches: [] };
    const random = randomOf(5);
    for (let step = 0; step < 24; step++) await act(endpoint, told, random);
    await closeAll(endpoint);
    await room.dataSource.query('DELETE FROM label_window WHERE monitor_id = $1', [endpoint.monitor.id]);
    await room.dataSource.manager.update(Monitor, { id: endpoint.monitor.id }, { joined: null });
    for (let step = 0; step < 10; step++) await act(endpoint, told, random);
    await closeAll(endpoint);
    await expectAsCountedAnew(endpoint, told);
  });
});
