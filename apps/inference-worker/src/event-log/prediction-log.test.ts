import { MillraceError, SEGMENT_SUMMARY_LIMITS } from '@millrace/contracts';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { appendFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSegment } from '@millrace/prediction-segment';
import { MemoryControlPlane } from '../fixtures/memory-control-plane.fixture.ts';
import { flightModel } from '../fixtures/models.fixture.ts';
import { recordingLogger } from '../fixtures/recording-logger.fixture.ts';
import { FLIGHT_PROFILE } from '../fixtures/reference-profile.fixture.ts';
import { endpointOf } from '../fixtures/serving.fixture.ts';
import type { PredictionBatch } from './prediction-batch.ts';
import { PredictionLog } from './prediction-log.ts';
import { SegmentFolder } from './segment-folder.ts';
import { SegmentUploader } from './segment-uploader.ts';

const DAY = 86_400_000;
const APRIL = Date.UTC(2001, 3, 1);
const { version } = flightModel(0, { referenceProfile: FLIGHT_PROFILE });
const profileOf = () => FLIGHT_PROFILE;

vi.setConfig({ testTimeout: 60_000 });
const logs: PredictionLog[] = [];
let path: string;
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'millrace-log-'));
});
afterEach(async () => {
  await Promise.all(logs.splice(0).map((log) => log.stop()));
  await rm(path, { recursive: true });
});

function batch(ids: string[], times: number[], distances: number[], overrides: Partial<PredictionBatch> = {}): PredictionBatch {
  const shape = [ids.length, 1];
  return {
    endpoint: endpointOf('flights', 'mv_1'),
    version,
    rows: ids.length,
    requestId: 'r',
    eventIds: ids,
    eventTimes: times,
    inputs: {
      distance: { datatype: 'FP32', shape, data: Float32Array.from(distances) },
      origin: { datatype: 'BYTES', shape, data: ids.map(() => 'SFO') },
      flight: { datatype: 'INT64', shape, data: BigInt64Array.from(ids, () => 9_007_199_254_740_993n) },
    },
    outputs: { score: { datatype: 'FP32', shape, data: Float32Array.from(distances) } },
    ...overrides,
  };
}

/** Of the clock by which segments are tried again, in milliseconds. */
let clock = 0;

async function openLog(segmentRows = 20_000, backlogRows = 1000) {
  const folder = new SegmentFolder(path, Date.UTC(2026, 10, 24));
  await folder.repair();
  const client = new MemoryControlPlane();
  const messages: string[] = [];
  const logger = recordingLogger(messages);
  const log = new PredictionLog({ folder, logger, onClosed: () => undefined, limits: { segmentRows, segmentMilliseconds: 3_600_000, backlogRows } });
  logs.push(log);
  return {
    folder,
    client,
    messages,
    log,
    uploader: new SegmentUploader({ folder, client, logger, closeAgain: (sequence, atLeast) => log.closeAgain(sequence, atLeast), now: () => clock }),
  };
}

test('a segment carries every row and the summaries of its windows, and is gone once it is recorded', async () => {
  const { log, client, uploader } = await openLog();
  log.append(batch(['a', 'b'], [APRIL, APRIL + DAY], [50, Number.NaN]));
  log.append(batch(['c'], [APRIL + 1], [600]));
  await log.closeSegments();
  expect(await uploader.uploadClosed('node_1')).toBe(true);

  const [segment] = client.segments.values();
  expect(segment).toMatchObject({
    nodeId: 'node_1',
    endpointId: 'ep_flights',
    rows: 3,
    minEventTime: '2001-04-01T00:00:00.000Z',
    maxEventTime: '2001-04-02T00:00:00.000Z',
  });
  expect(client.rows()).toEqual([
    {
      event_id: 'a',
      event_time: '2001-04-01T00:00:00.000Z',
      endpoint: 'flights',
      model_version_id: 'mv_1',
      distance: 50,
      origin: 'SFO',
      flight: 9_007_199_254_740_993n,
      score: 50,
    },
    {
      event_id: 'b',
      event_time: '2001-04-02T00:00:00.000Z',
      endpoint: 'flights',
      model_version_id: 'mv_1',
      distance: Number.NaN,
      origin: 'SFO',
      flight: 9_007_199_254_740_993n,
      score: null,
    },
    {
      event_id: 'c',
      event_time: '2001-04-01T00:00:00.001Z',
      endpoint: 'flights',
      model_version_id: 'mv_1',
      distance: 600,
      origin: 'SFO',
      flight: 9_007_199_254_740_993n,
      score: 600,
    },
  ]);
  expect(segment?.summaries).toMatchObject([
    {
      modelVersionId: 'mv_1',
      windowStart: '2001-04-01T00:00:00.000Z',
      rows: 2,
      features: { distance: { counts: [1, 0, 1], nulls: 0 }, origin: { counts: [2, 0] } },
      score: { counts: [1, 1] },
    },
    { modelVersionId: 'mv_1', windowStart: '2001-04-02T00:00:00.000Z', rows: 1, features: { distance: { counts: [0, 0, 0], nulls: 1 } }, score: { nulls: 1 } },
  ]);
  expect((await readdir(path)).toSorted()).toEqual(['last-sequence', 'promised-rows']);
});

test('a caller whose every row lies in a window of its own makes no segment that is refused, and keeps nobody out of a window', async () => {
  const { log, client, uploader, messages } = await openLog(100_000, 100_000);
  const rows = 12_000;
  const days = Array.from({ length: rows }, (_, day) => APRIL + day * DAY);
  log.append(
    batch(
      days.map((_, day) => `far-${day}`),
      days,
      days.map(() => 1),
    ),
  );
  await vi.waitFor(() => expect(log.waiting).toBe(0), { timeout: 30_000, interval: 5 });
  log.append(batch(['a'], [APRIL + (rows + 1) * DAY], [1]));
  await log.closeSegments();
  expect(await uploader.uploadClosed('node_1')).toBe(true);

  const [wide, next] = client.segments.values();
  expect(wide?.rows).toBe(rows);
  expect(wide?.summaries.length).toBeLessThanOrEqual(SEGMENT_SUMMARY_LIMITS.windows);
  expect(JSON.stringify(wide?.summaries).length).toBeLessThanOrEqual(SEGMENT_SUMMARY_LIMITS.bytes);
  expect(next).toMatchObject({ rows: 1, summaries: [{ rows: 1 }] });
  expect(messages.filter((message) => message.includes('rows are in no window'))).toHaveLength(1);
});

test('a segment closes when it has its rows, and the next one takes the next number', async () => {
  const { log, folder } = await openLog(2);
  for (const id of ['a', 'b', 'c', 'd', 'e']) {
    log.append(batch([id, `${id}2`], [APRIL, APRIL], [1, 2]));
    await log.closeSegments();
  }
  const closed = await folder.closed();
  expect(closed).toHaveLength(5);
  expect(closed.map((sequence) => sequence - (closed[0] ?? 0))).toEqual([0, 1, 2, 3, 4]);
});

test('a segment that the control plane does not take is kept and handed over later, once', async () => {
  const { log, client, uploader, folder } = await openLog();
  client.away = true;
  log.append(batch(['a'], [APRIL], [1]));
  await log.closeSegments();
  expect(await uploader.uploadClosed('node_1')).toBe(false);
  expect(await folder.closed()).toHaveLength(1);
  client.away = false;
  expect(await uploader.uploadClosed('node_1')).toBe(true);
  expect(client.rows()).toHaveLength(1);
});

test('a segment that was recorded but not yet removed is recorded again without effect', async () => {
  const { log, client, uploader, folder } = await openLog();
  log.append(batch(['a'], [APRIL], [1]));
  await log.closeSegments();
  const remove = folder.removeRecorded.bind(folder);
  folder.removeRecorded = () => Promise.reject(new Error('killed'));
  expect(await uploader.uploadClosed('node_1')).toBe(false);
  folder.removeRecorded = remove;
  clock += 60_000;
  expect(await uploader.uploadClosed('node_1')).toBe(true);
  expect(client.segmentCalls).toBe(2);
  expect(client.segments.size).toBe(1);
});

test('after a crash the unfinished segment is replayed, its torn end dropped and its summaries rebuilt', async () => {
  const crashed = await openLog();
  crashed.log.append(batch(['a', 'b'], [APRIL, APRIL + DAY], [50, 600]));
  await untilCommitted(crashed.folder);
  const [sequence] = await crashed.folder.unfinished();
  if (sequence === undefined) throw new Error('the segment was not opened');
  await appendFile(crashed.folder.dataPath(sequence), 'MLRS and the beginning of a block');

  const { log, client, uploader } = await openLog();
  expect(await log.recover(profileOf)).toBe(2);
  await uploader.uploadClosed('node_1');
  const [segment] = client.segments.values();
  expect(client.rows().map((row) => row['event_id'])).toEqual(['a', 'b']);
  expect(segment?.summaries).toMatchObject([
    { windowStart: '2001-04-01T00:00:00.000Z', rows: 1, features: { distance: { counts: [1, 0, 0] }, origin: { counts: [1, 0] } }, score: { counts: [1, 0] } },
    { windowStart: '2001-04-02T00:00:00.000Z', rows: 1, features: { distance: { counts: [0, 0, 1] } }, score: { counts: [0, 1] } },
  ]);
  log.append(batch(['d'], [APRIL], [1]));
  await log.closeSegments();
  await uploader.uploadClosed('node_1');
  const [replayed = 0, next = 0] = [...client.segments.values()].map((recorded) => recorded.sequence);
  expect(replayed).toBe(sequence);
  expect(next).toBeGreaterThan(replayed);
  await crashed.log.stop();
});

/** Two closed segments, the older one of 2 April: the control plane will not take that one for the reason given. */
async function refuseOldest(reason: MillraceError) {
  const opened = await openLog();
  const { log, client } = opened;
  const record = client.recordPredictionSegment.bind(client);
  client.recordPredictionSegment = (segment) => (segment.maxEventTime.startsWith('2001-04-02') ? Promise.reject(reason) : record(segment));
  for (const [id, time] of [
    ['a', APRIL + DAY],
    ['b', APRIL],
  ] as const) {
    log.append(batch([id], [time], [1]));
    await log.closeSegments();
  }
  return opened;
}

test.each([
  [new MillraceError('BAD_INPUT', 'refused'), 5],
  [new MillraceError('NOT_FOUND', 'there is no endpoint'), 5],
])('a segment that is refused (%s) holds up none, is tried again with pauses, and is set aside after so many refusals', async (reason, refusals) => {
  const { client, uploader, folder, messages } = await refuseOldest(reason);
  const uploads = vi.spyOn(client, 'uploadArtifact');
  expect(await uploader.uploadClosed('node_1')).toBe(false);
  expect(await uploader.uploadClosed('node_1')).toBe(false);
  expect(uploads).toHaveBeenCalledTimes(2);
  expect(client.rows().map((row) => row['event_id'])).toEqual(['b']);
  for (let refusal = 1; refusal < refusals; refusal++) {
    expect(await folder.closed()).toHaveLength(1);
    clock += 600_000;
    await uploader.uploadClosed('node_1');
  }
  expect(await folder.closed()).toEqual([]);
  expect(folder.setAside.segments).toBe(1);
  expect(messages).toContain('segment set aside: it cannot be handed over');
  expect(await uploader.uploadClosed('node_1')).toBe(true);
});

test('a segment that fails for a passing reason is set aside only when others were taken beside it again and again', async () => {
  const { log, client, uploader, folder } = await refuseOldest(new MillraceError('INTERNAL', 'boom'));
  await uploader.uploadClosed('node_1');
  expect(client.rows().map((row) => row['event_id'])).toEqual(['b']);
  for (let round = 0; round < 30; round++) {
    clock += 600_000;
    await uploader.uploadClosed('node_1');
  }
  expect(await folder.closed()).toHaveLength(1);
  for (let round = 0; round < 12; round++) {
    clock += 600_000;
    log.append(batch([`c${round}`], [APRIL], [1]));
    await log.closeSegments();
    await uploader.uploadClosed('node_1');
  }
  expect(await folder.closed()).toEqual([]);
  expect(folder.setAside.segments).toBe(1);
  expect(client.rows()).toHaveLength(13);
});

test.each(['UNAUTHENTICATED', 'FORBIDDEN', 'UNAVAILABLE'] as const)(
  'while every segment is refused with %s none is set aside, and few are tried',
  async (code) => {
    const { log, client, uploader, folder } = await openLog();
    for (const id of ['a', 'b', 'c', 'd']) {
      log.append(batch([id], [APRIL], [1]));
      await log.closeSegments();
    }
    const record = vi.spyOn(client, 'recordPredictionSegment').mockRejectedValue(new MillraceError(code, 'not now'));
    for (let round = 0; round < 20; round++) {
      clock += 600_000;
      expect(await uploader.uploadClosed('node_1')).toBe(false);
    }
    expect(record).toHaveBeenCalledTimes(40);
    expect(await folder.closed()).toHaveLength(4);
    record.mockRestore();
    clock += 600_000;
    expect(await uploader.uploadClosed('node_1')).toBe(true);
    expect(client.rows()).toHaveLength(4);
  },
);

test('a segment whose number the control plane knows with other content gets another number', async () => {
  const { log, client, uploader, folder } = await openLog();
  log.append(batch(['a'], [APRIL], [1]));
  await log.closeSegments();
  const [sequence = 0] = await folder.closed();
  const record = client.recordPredictionSegment.bind(client);
  client.recordPredictionSegment = (segment) =>
    segment.sequence <= sequence + 500
      ? Promise.reject(new MillraceError('CONFLICT', 'known with other content', { fields: { lastSequence: sequence + 500 } }))
      : record(segment);
  expect(await uploader.uploadClosed('node_1')).toBe(false);
  expect(await uploader.uploadClosed('node_1')).toBe(true);
  expect([...client.segments.values()].map((segment) => segment.sequence)).toEqual([sequence + 501]);
  expect(client.rows().map((row) => row['event_id'])).toEqual(['a']);
  log.append(batch(['b'], [APRIL], [1]));
  await log.closeSegments();
  expect(await folder.closed()).toEqual([sequence + 502]);
});

test('rounds that are asked for during a round are one', async () => {
  const { log, client, uploader, folder } = await openLog();
  log.append(batch(['a'], [APRIL], [1]));
  await log.closeSegments();
  const closed = vi.spyOn(folder, 'closed');
  await Promise.all(Array.from({ length: 100 }, () => uploader.uploadClosed('node_1')));
  expect(closed).toHaveBeenCalledTimes(2);
  expect(client.segmentCalls).toBe(1);
});

test('several endpoints take their numbers at once, and a restart goes on after the highest', async () => {
  const { folder } = await openLog();
  const taken = await Promise.all(Array.from({ length: 40 }, () => folder.nextSequence()));
  const reopened = new SegmentFolder(path, Date.UTC(2026, 0, 1));
  expect(await reopened.nextSequence()).toBe(Math.max(...taken) + 1);
});

test('text that UTF-8 cannot carry does not spoil the segment', async () => {
  const { log, client, uploader } = await openLog();
  const origin = { datatype: 'BYTES', shape: [1, 1], data: ['S\uD800'] } as const;
  const base = batch(['e\uD800'], [APRIL], [1]);
  log.append({ ...base, inputs: { ...base.inputs, origin: { ...origin, data: [...origin.data] } } });
  await log.closeSegments();
  await uploader.uploadClosed('node_1');
  expect(client.rows()).toMatchObject([{ event_id: 'e\uFFFD', origin: 'S\uFFFD' }]);
});

test('rows of other widths follow each other, and none loses a value', async () => {
  const { log, client, uploader } = await openLog();
  const base = batch(['-'], [APRIL], [1]);
  for (const width of [2, 2, 3, 1]) {
    const tokens = { datatype: 'INT32', shape: [1, width], data: Int32Array.from({ length: width }, (_, i) => i) } as const;
    const origin = { datatype: 'BYTES', shape: [1, 1], data: [`${width} wide`] } as const;
    log.append({ ...base, requestId: `r${width}`, eventIds: undefined, inputs: { origin: { ...origin, data: [...origin.data] }, tokens } });
  }
  await log.closeSegments();
  await uploader.uploadClosed('node_1');
  expect(client.rows()).toMatchObject([
    { event_id: 'r2/0', origin: '2 wide', tokens: [0, 1] },
    { event_id: 'r2/0', origin: '2 wide', tokens: [0, 1] },
    { event_id: 'r3/0', origin: '3 wide', tokens: [0, 1, 2] },
    { event_id: 'r1/0', origin: '1 wide', tokens: 0 },
  ]);
});

test('rows beyond the backlog are dropped and counted, and nothing is thrown', async () => {
  const { log, messages } = await openLog();
  const ids = Array.from({ length: 600 }, (_, i) => `e${i}`);
  const times = ids.map(() => APRIL);
  log.append(
    batch(
      ids,
      times,
      ids.map(() => 1),
    ),
  );
  log.append(
    batch(
      ids,
      times,
      ids.map(() => 1),
    ),
  );
  expect(log.droppedRows).toBe(600);
  expect(messages).toEqual(['predictions dropped: the disk of the prediction log does not keep up']);
  await log.stop();
});

/** Waits until the first commit is on disk, without closing the segment. */
async function untilCommitted(folder: SegmentFolder): Promise<void> {
  for (;;) {
    const [sequence] = await folder.unfinished();
    if (sequence !== undefined && readSegment(await folder.readRows(sequence)).blocks.length > 0) return;
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}
