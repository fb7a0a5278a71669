import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Column } from '@millrace/contracts';
import { beginLakehouse, expireFiles, findSnapshot, queryTables } from '@millrace/lakehouse';
import { SegmentEncoder, type PredictionRows } from '@millrace/prediction-segment';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DeltaOutcomeTables } from './delta-outcome-tables.ts';

const APRIL = Date.UTC(2001, 3, 1);
const PLACE = { workspaceId: 'ws_1', endpointId: 'ep_1' };

let root: string;
let tables: DeltaOutcomeTables;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'millrace-segments-'));
  await beginLakehouse(root, { holdsRows: false });
  tables = new DeltaOutcomeTables({ root, workFolder: join(root, '.work'), limits: { threads: 1 } });
});
afterEach(() => rm(root, { recursive: true }));

function segmentOf(chunks: readonly PredictionRows[]): Buffer {
  const encoder = new SegmentEncoder();
  const head = Buffer.from(encoder.head({ endpointId: 'ep_1', endpoint: 'flights', windowSeconds: 3600 }));
  return Buffer.concat([head, encoder.rows(chunks).bytes]);
}

function rowsOf(features: PredictionRows['features'], overrides: Partial<PredictionRows> = {}): PredictionRows {
  return {
    modelVersionId: 'mv_1',
    rows: 3,
    ids: ['r'],
    spans: Int32Array.of(3),
    times: Float64Array.of(APRIL, APRIL + 1, -62_135_596_800_000),
    scores: Float64Array.of(0.5, Number.NaN, -0.25),
    features,
    ...overrides,
  };
}

const column = (name: string, type: Column['type']): Column => ({ name, type, nullable: true });
const read = (sql: string) => queryTables({ tables: { p: { path: join(root, 'ws_1', '__predictions__ep_1') } }, sql });

it('every value comes through to the table exactly', async () => {
  const features: PredictionRows['features'] = [
    { name: 'f32', datatype: 'FP32', width: 1, values: Float32Array.of(0.1, Number.NaN, Number.POSITIVE_INFINITY) },
    { name: 'f64', datatype: 'FP64', width: 1, values: Float64Array.of(0.1, -0, 1e308) },
    { name: 'whole', datatype: 'FP32', width: 1, values: Float32Array.of(16_777_216, Number.NaN, -1) },
    { name: 'i64', datatype: 'INT64', width: 1, values: BigInt64Array.of(9_007_199_254_740_993n, -9_223_372_036_854_775_808n, 0n) },
    { name: 'flag', datatype: 'BOOL', width: 1, values: Uint8Array.of(1, 0, 1) },
    { name: 'flag as a number', datatype: 'FP32', width: 1, values: Float32Array.of(1, Number.NaN, 0) },
    { name: 'text', datatype: 'BYTES', width: 1, values: ['', 'a\0b\u{1F600}', '"\\\n'] },
    { name: 'half', datatype: 'FP16', width: 1, values: Uint16Array.of(0x3c00, 0x7e00, 0xc000) },
    { name: 'list', datatype: 'INT64', width: 2, values: BigInt64Array.of(1n, 9_007_199_254_740_993n, 3n, 4n, 5n, 6n) },
    { name: 'Mixed "Case"', datatype: 'UINT8', width: 1, values: Uint8Array.of(1, 2, 255) },
    { name: 'unknown to the model', datatype: 'FP32', width: 1, values: new Float32Array(3) },
    { name: 'score', datatype: 'FP32', width: 1, values: Float32Array.of(9, 9, 9) },
  ];
  const columns = [
    column('f32', 'double'),
    column('f64', 'double'),
    column('whole', 'long'),
    column('i64', 'long'),
    column('flag', 'boolean'),
    column('flag as a number', 'boolean'),
    column('text', 'string'),
    column('half', 'double'),
    column('list', 'string'),
    column('Mixed "Case"', 'long'),
    column('not given', 'string'),
  ];
  const segment = { segmentId: 'seg_1', rows: 3, content: segmentOf([rowsOf(features)]) };
  await tables.appendPredictions(PLACE, segment, columns);
  await tables.appendPredictions(PLACE, segment, columns);
  const rows = await read(
    `SELECT * REPLACE (f32::VARCHAR AS f32, f64::VARCHAR AS f64, i64::VARCHAR AS i64, half::VARCHAR AS half, event_time::VARCHAR AS event_time) FROM p ORDER BY event_id`,
  );
  expect(rows).toEqual([
    expect.objectContaining({ event_id: 'r/0', event_time: '2001-04-01 00:00:00+00', endpoint: 'flights', model_version_id: 'mv_1', score: 0.5 }),
    expect.objectContaining({ event_id: 'r/1', event_time: '2001-04-01 00:00:00.001+00', score: null }),
    expect.objectContaining({ event_id: 'r/2', event_time: '0001-01-01 00:00:00+00', score: -0.25 }),
  ]);
  expect(rows).toMatchObject([
    {
      f32: '0.10000000149011612',
      f64: '0.1',
      whole: 16_777_216,
      i64: '9007199254740993',
      flag: true,
      'flag as a number': true,
      text: '',
      half: '1.0',
      list: '[1,9007199254740993]',
      'Mixed "Case"': 1,
      'not given': null,
    },
    {
      f32: 'nan',
      f64: '-0.0',
      whole: null,
      i64: '-9223372036854775808',
      flag: false,
      'flag as a number': null,
      text: 'a\0b\u{1F600}',
      half: 'nan',
      list: '[3,4]',
      'Mixed "Case"': 2,
    },
    { f32: 'inf', f64: '1e+308', whole: -1, i64: '0', flag: true, 'flag as a number': false, text: '"\\\n', half: '-2.0', list: '[5,6]', 'Mixed "Case"': 255 },
  ]);
});

const number = (values: Float32Array) => [{ name: 'x', datatype: 'FP32' as const, width: 1, values }];

it('blocks of other versions and shapes are one table, and a time that no calendar has is null', async () => {
  const content = segmentOf([
    rowsOf(number(Float32Array.of(1, 2, 3))),
    rowsOf([], { modelVersionId: "mv_'2", times: Float64Array.of(APRIL, Number.NaN, 1e18) }),
    rowsOf([{ name: 'x', datatype: 'BYTES', width: 1, values: ['7', 'seven', ''] }]),
    rowsOf(number(Float32Array.of(4, 5, 6))),
  ]);
  await tables.appendPredictions(PLACE, { segmentId: 'seg_1', rows: 12, content }, [column('x', 'double')]);
  expect(
    await read(`SELECT model_version_id AS v, count(*) AS n, count(x) AS xs, sum(x) AS sum, count(event_time) AS times FROM p GROUP BY ALL ORDER BY v`),
  ).toEqual([
    { v: "mv_'2", n: 3, xs: 0, sum: null, times: 1 },
    { v: 'mv_1', n: 9, xs: 7, sum: 28, times: 9 },
  ]);
});

it('a value that its column cannot hold is never another one: it is null, and counted', async () => {
  const features: PredictionRows['features'] = [
    { name: 'fraction', datatype: 'FP64', width: 1, values: Float64Array.of(2.5, Number.NaN, 3) },
    { name: 'large', datatype: 'UINT64', width: 1, values: BigUint64Array.of(2n ** 63n, 2n ** 63n - 1n, 2n ** 64n - 1n) },
    { name: 'far', datatype: 'FP32', width: 1, values: Float32Array.of(1e30, Number.POSITIVE_INFINITY, -1) },
    { name: 'text', datatype: 'BYTES', width: 1, values: ['7', 'seven', '7.5'] },
    { name: 'fits', datatype: 'UINT32', width: 1, values: Uint32Array.of(1, 2, 4_294_967_295) },
  ];
  const columns = features.map(({ name }) => column(name, 'long'));
  const segment = { segmentId: 'seg_1', rows: 3, content: segmentOf([rowsOf(features)]) };
  expect(await tables.appendPredictions(PLACE, segment, columns)).toEqual({ fraction: 1, large: 2, far: 2, text: 2 });
  expect(await tables.appendPredictions(PLACE, segment, columns)).toEqual({});
  expect(await read(`SELECT fraction, large::VARCHAR AS large, far, fits FROM p ORDER BY event_id`)).toEqual([
    { fraction: null, large: null, far: null, fits: 1 },
    { fraction: null, large: '9223372036854775807', far: null, fits: 2 },
    { fraction: 3, large: null, far: -1, fits: 4_294_967_295 },
  ]);
});

it('the index lets go of the events whose rows were kept long enough, and of no others', async () => {
  const labels = ['old/0', 'old/1', 'old/2', 'new/0', 'new/1', 'new/2'].map((event) => ({ event_id: event, value: 1 as const }));
  for (const [id, times] of Object.entries({
    old: Float64Array.of(APRIL, APRIL + 60_000, APRIL + 120_000),
    new: Float64Array.of(APRIL + 120_001, APRIL + 120_001, APRIL + 120_001),
  }))
    await tables.appendPredictions(PLACE, { segmentId: id, rows: 3, content: segmentOf([rowsOf([], { ids: [id], times })]) }, []);
  await tables.appendLabels(PLACE, 'lb_1', { labels, rejected: [] });
  const unmatched = async () => (await tables.countUnmatched(PLACE, ['lb_1'])).get('lb_1');
  expect(await unmatched()).toBe(0);
  const table = join(root, 'ws_1', '__predictions__ep_1');
  const times = [...((await findSnapshot(table))?.files.values() ?? [])].map(({ modificationTime }) => modificationTime);
  expect(await expireFiles(table, new Date(Math.min(...times) + 1))).toBe(1);
  await tables.maintain(PLACE, () => Promise.resolve([]));
  // The third minute is one that rows are left in.
  expect(await unmatched()).toBe(2);
});

it('many rows come through in order of their columns', async () => {
  const rows = 10_000;
  const chunk = rowsOf([{ name: 'x', datatype: 'INT32', width: 1, values: Int32Array.from({ length: rows }, (_, i) => i) }], {
    rows,
    spans: Int32Array.of(rows),
    times: new Float64Array(rows).fill(APRIL),
    scores: Float64Array.from({ length: rows }, (_, i) => i),
  });
  await tables.appendPredictions(PLACE, { segmentId: 'seg_1', rows, content: segmentOf([chunk]) }, [column('x', 'long')]);
  expect(await read(`SELECT count(*) AS n, count(*) FILTER (x = score AND event_id = 'r/' || x) AS same FROM p`)).toEqual([{ n: rows, same: rows }]);
});

it('a segment that is not whole, or has other rows than it was recorded with, is refused, and nothing is committed', async () => {
  const content = segmentOf([rowsOf([])]);
  for (const segment of [
    { segmentId: 'seg_1', rows: 3, content: content.subarray(0, content.length - 8) },
    { segmentId: 'seg_1', rows: 4, content },
    { segmentId: 'seg_1', rows: 3, content: Buffer.from('{"event_id":"a"}\n') },
  ])
    await expect(tables.appendPredictions(PLACE, segment, [])).rejects.toMatchObject({ code: 'SOURCE_CORRUPT' });
  await expect(read('SELECT 1')).rejects.toMatchObject({ code: 'NOT_FOUND' });
});
