import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Expectation } from '@millrace/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSnapshot } from '../delta/snapshot.ts';
import { DEPARTURES, openLake, runOf, type Lake, type RunOptions } from '../lake.fixture.ts';
import { queryTables } from '../tables/query-tables.ts';
import { intervalKeyOf } from './interval-run.ts';
import { runInterval } from './run-interval.ts';

let lake: Lake;
let uri: string;
beforeAll(async () => {
  lake = await openLake();
  uri = await lake.parquet('departures.parquet', DEPARTURES);
});
afterAll(() => lake.close());

const run = (options: Partial<RunOptions> & { dataset: string }) => runInterval(runOf(lake, { uri, ...options }), { engine: lake.engine });
const count = async (dataset: string, where = 'true'): Promise<unknown> =>
  (await queryTables({ tables: { t: { path: join(lake.tables, dataset) } }, sql: `SELECT count(*) AS n FROM t WHERE ${where}` }))[0]?.['n'];
const dataFiles = async (dataset: string): Promise<string[]> =>
  (await readdir(join(lake.tables, dataset), { recursive: true })).filter((name) => name.endsWith('.parquet') && !name.includes('_delta_log'));

const POSITIVE: Expectation = { name: 'distance_positive', kind: 'expression', sql: 'distance > 0', severity: 'QUARANTINE' };
const HAS_ORIGIN: Expectation = { name: 'has_origin', kind: 'notNull', column: 'origin', severity: 'WARN' };
const JANUARY = 372;

describe('a pipeline run', () => {
  it('loads the rows of its interval and no others', async () => {
    expect(await run({ dataset: 'plain' })).toMatchObject({
      rowsExtracted: JANUARY,
      rowsLoaded: JANUARY,
      rowsQuarantined: 0,
      deltaVersion: 0,
      recovered: false,
    });
    expect(await run({ dataset: 'plain', month: 1 })).toMatchObject({ rowsLoaded: 328, deltaVersion: 1, table: { rows: 700 } });
    expect(await count('plain', "date < TIMESTAMPTZ '2001-02-01'")).toBe(JANUARY);
  });

  it('moves rows that violate an expectation to quarantine with the reason, counts warnings, keeps the rest', async () => {
    const sane: Expectation = { name: 'delay_sane', kind: 'between', column: 'delay', maximum: 50, severity: 'QUARANTINE' };
    const result = await run({ dataset: 'judged', expectations: [POSITIVE, sane, HAS_ORIGIN] });
    expect(result).toMatchObject({ rowsExtracted: JANUARY, rowsQuarantined: 85, rowsLoaded: 287, rowsWarned: 54 });
    expect(result.expectations).toEqual([
      { name: 'distance_positive', kind: 'expression', severity: 'QUARANTINE', violations: 37 },
      { name: 'delay_sane', kind: 'between', severity: 'QUARANTINE', violations: 54 },
      { name: 'has_origin', kind: 'notNull', severity: 'WARN', violations: 54 },
    ]);
    const rows = await queryTables({
      tables: { q: { path: join(lake.tables, 'judged__quarantine') } },
      sql: "SELECT reasons, count(*) AS n, min(pipeline_run_id) AS run, min(row->>'distance') AS d FROM q GROUP BY reasons ORDER BY reasons",
    });
    expect(rows.map(({ reasons, n }) => [reasons, n])).toEqual([
      ['delay_sane', 48],
      ['distance_positive', 31],
      ['distance_positive,delay_sane', 6],
    ]);
    expect(rows[1]).toMatchObject({ run: 'prun_0_1', d: '-1' });
  });

  it('finds a value that is no number within no bounds', async () => {
    const transform = "SELECT date, CASE WHEN delay = 1 THEN 'nan'::DOUBLE ELSE delay END AS delay FROM flights WHERE date < $interval_end";
    const positive: Expectation = { name: 'positive', kind: 'between', column: 'delay', minimum: 0, severity: 'QUARANTINE' };
    expect(await run({ dataset: 'no_number', transform, expectations: [positive] })).toMatchObject({ rowsQuarantined: 7, rowsLoaded: JANUARY - 7 });
  });

  it('of the same interval replaces its rows, in the dataset and in quarantine', async () => {
    await run({ dataset: 'again', expectations: [POSITIVE] });
    await run({ dataset: 'again', expectations: [POSITIVE], month: 1 });
    const rerun = await run({
      dataset: 'again',
      sequence: 2,
      transform: 'SELECT * FROM flights WHERE date >= $interval_start AND date < $interval_end AND delay >= 30',
      expectations: [POSITIVE],
    });
    expect(rerun).toMatchObject({ rowsExtracted: 180, rowsQuarantined: 18, deltaVersion: 2 });
    expect(await count('again')).toBe(180 - 18 + 328 - 33);
    expect(await count('again__quarantine')).toBe(18 + 33);
    expect(await run({ dataset: 'again', sequence: 3 })).toMatchObject({ rowsQuarantined: 0 });
    expect(await count('again__quarantine')).toBe(33);
  });

  it('that is delivered twice loads once, and the second delivery learns what the first did', async () => {
    const first = await run({ dataset: 'twice', expectations: [POSITIVE, HAS_ORIGIN] });
    const second = await run({ dataset: 'twice', expectations: [POSITIVE, HAS_ORIGIN], attempt: 2 });
    expect(second).toEqual({ ...first, recovered: true });
    expect((await readSnapshot(join(lake.tables, 'twice'))).version).toBe(0);
  });

  it('that runs twice at the same time loads once and leaves no stray file', async () => {
    const results = await Promise.all([run({ dataset: 'race', attempt: 1 }), run({ dataset: 'race', attempt: 2 })]);
    expect(results.filter(({ recovered }) => recovered)).toHaveLength(1);
    expect(await count('race')).toBe(JANUARY);
    expect(await dataFiles('race')).toHaveLength((await readSnapshot(join(lake.tables, 'race'))).files.size);
  });

  it('and a newer run of the same interval at the same time end with the rows of the newer', async () => {
    const settled = await Promise.allSettled([1, 2].map((sequence) => run({ dataset: 'both', sequence })));
    expect(settled[1]?.status).toBe('fulfilled');
    expect(await count('both')).toBe(JANUARY);
    expect((await readSnapshot(join(lake.tables, 'both'))).transactions.get(intervalKeyOf(runOf(lake, { uri })))).toBe(2);
  });

  it('cannot put older rows back over those of a newer run', async () => {
    await run({ dataset: 'newer', sequence: 2 });
    await expect(run({ dataset: 'newer', sequence: 1 })).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('cannot load rows of an interval that overlaps another', async () => {
    await run({ dataset: 'overlap' });
    const half = runOf(lake, { uri, dataset: 'overlap' });
    await expect(
      runInterval({ ...half, interval: { ...half.interval, start: new Date('2001-01-15T00:00:00Z') } }, { engine: lake.engine }),
    ).rejects.toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('2001-02-01') });
  });

  it('of two intervals that overlap, at the same time, loads one', async () => {
    const whole = runOf(lake, { uri, dataset: 'collide' });
    const half = { ...whole, interval: { ...whole.interval, start: new Date('2001-01-15T00:00:00Z') } };
    const settled = await Promise.allSettled([whole, half].map((request) => runInterval(request, { engine: lake.engine })));
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(settled.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'CONFLICT' } });
    expect(await dataFiles('collide')).toHaveLength(1);
  });

  it('of different intervals at the same time all land', async () => {
    await Promise.all([0, 1].map((month) => run({ dataset: 'parallel', month, expectations: [POSITIVE] })));
    expect(await count('parallel')).toBe(630);
  });

  it('that violates a FAIL expectation commits nothing and leaves no file', async () => {
    const enough: Expectation = { name: 'enough_rows', kind: 'rowCount', minimum: 1000, severity: 'FAIL' };
    await expect(run({ dataset: 'failing', expectations: [enough, POSITIVE] })).rejects.toMatchObject({
      code: 'EXPECTATION_FAILED',
      message: expect.stringContaining('enough_rows'),
      fields: { rowsExtracted: JANUARY },
    });
    expect(await readdir(join(lake.tables, 'failing'))).toEqual([]);
    expect(await readdir(join(lake.tables, 'failing__quarantine'))).toEqual([]);
  });

  it('whose load cannot be committed leaves its quarantine readable and no stray file', async () => {
    await run({ dataset: 'clash', expectations: [POSITIVE] });
    const transform = 'SELECT * REPLACE (delay::VARCHAR AS delay) FROM flights WHERE date >= $interval_start AND date < $interval_end';
    await expect(run({ dataset: 'clash', month: 1, transform, expectations: [POSITIVE] })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    expect(await count('clash__quarantine', "pipeline_run_id = 'prun_0_1'")).toBe(37);
    expect(await count('clash')).toBe(JANUARY - 37);
    expect(await dataFiles('clash')).toHaveLength((await readSnapshot(join(lake.tables, 'clash'))).files.size);
  });

  it('cannot load into a table that is not its own, nor read two sources of one name', async () => {
    for (const dataset of ['__labels__endp_1', 'clash__quarantine', '../elsewhere'])
      await expect(run({ dataset })).rejects.toMatchObject({ code: 'BAD_INPUT', fields: { dataset } });
    const request = runOf(lake, { uri, dataset: 'doubled' });
    const sources = request.sources.flatMap((source) => [source, { ...source, name: 'Flights' }]);
    await expect(runInterval({ ...request, sources }, { engine: lake.engine })).rejects.toMatchObject({ code: 'BAD_INPUT', fields: { source: 'flights' } });
  });

  it('with too few rows by a QUARANTINE expectation sends the whole batch there', async () => {
    const result = await run({ dataset: 'held', expectations: [{ name: 'enough_rows', kind: 'rowCount', minimum: 1000, severity: 'QUARANTINE' }] });
    expect(result).toMatchObject({ rowsLoaded: 0, rowsQuarantined: JANUARY });
    expect(await count('held__quarantine', "reasons = 'enough_rows'")).toBe(JANUARY);
  });

  it('with nothing in its interval commits an empty load', async () => {
    expect(await run({ dataset: 'nothing', month: 6, partitionBy: ['origin'] })).toMatchObject({ rowsLoaded: 0, table: { rows: 0 } });
    expect(await count('nothing')).toBe(0);
  });

  it('partitions by one value per batch or many, with nulls and odd characters', async () => {
    const transform =
      "SELECT date, delay, date_trunc('month', date)::DATE AS month, CASE WHEN delay = 5 THEN NULL WHEN delay < 30 THEN 'a/b=c é' ELSE 'later' END AS band FROM flights WHERE date >= $interval_start AND date < $interval_end";
    await run({ dataset: 'by_month', transform, partitionBy: ['month'] });
    await run({ dataset: 'by_both', transform, partitionBy: ['month', 'band'] });
    for (const dataset of ['by_month', 'by_both']) {
      expect(await count(dataset, "month = DATE '2001-01-01'")).toBe(JANUARY);
      expect(await count(dataset, 'band IS NULL')).toBe(7);
      expect(await count(dataset, "band = 'a/b=c é'")).toBe(185);
    }
    const files = [...(await readSnapshot(join(lake.tables, 'by_both'))).files.values()];
    expect(new Set(files.map(({ partitionValues }) => partitionValues['band']))).toEqual(new Set(['a/b=c é', 'later', null]));
  });

  it.each([["'infinity'::TIMESTAMP"], ["'-infinity'::TIMESTAMPTZ"], ["'infinity'::DATE"]])(
    'refuses %s, which would become null or a day of another age',
    async (infinite) => {
      const transform = `SELECT date, CASE WHEN delay = 3 THEN ${infinite} END AS shipped FROM flights`;
      await expect(run({ dataset: 'infinite', transform })).rejects.toMatchObject({
        code: 'SQL_INVALID',
        message: expect.stringContaining('"shipped" of the transform has an infinite time'),
      });
    },
  );

  it('stores types that Delta has no counterpart for as the nearest one', async () => {
    const transform =
      "SELECT sum(delay) AS total, 'x'::ENUM('x') AS e, 200::UTINYINT AS u, uuid() AS id, TIME '10:00' AS t, min(date) AS first, 1.5::DECIMAL(9,2) AS d, [1, 2] AS l FROM flights";
    const { table } = await run({ dataset: 'types', transform });
    expect(table.columns.map(({ type }) => type)).toEqual(['decimal', 'string', 'short', 'string', 'string', 'timestamp', 'decimal', 'array']);
    expect(await queryTables({ tables: { t: { path: join(lake.tables, 'types') } }, sql: 'SELECT total::BIGINT AS total, first, l FROM t' })).toEqual([
      { total: 20_250, first: new Date('2001-01-01T00:00:00Z'), l: [1, 2] },
    ]);
  });
});

describe('SQL of a pipeline', () => {
  it.each([
    ['SELECT delay,\n  nope FROM flights', 'SQL_INVALID', 'transform, line 2, column 3'],
    ["SELECT 'é' AS a,\n CAST(origin AS INTEGER) AS b FROM flights", 'SQL_INVALID', 'transform, line 2, column 2'],
    ['SELECT sum(delay), origin FROM flights', 'SQL_INVALID', 'transform, line 1, column 20'],
    ['SELECT delay, DELAY FROM flights', 'SQL_INVALID', 'line 1, column 15: There are two columns'],
    ['SELECT *, false AS __millrace_violation_0 FROM flights', 'SQL_INVALID', '__millrace_violation_0'],
    ["SELECT * FROM read_csv('/etc/passwd')", 'SQL_FORBIDDEN', 'transform, line 1, column 15'],
    ["COPY flights TO '/tmp/stolen.csv'", 'SQL_FORBIDDEN', 'only SELECT'],
  ])('%j is %s', async (transform, code, message) => {
    await expect(run({ dataset: 'sql', transform })).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });

  it('of an expectation is judged in the same way, in its own lines', async () => {
    const expecting = (sql: string) => run({ dataset: 'sql', expectations: [{ name: 'odd', kind: 'expression', sql, severity: 'WARN' }] });
    await expect(expecting('delay > 0\n AND nope > 1')).rejects.toMatchObject({
      code: 'SQL_INVALID',
      message: expect.stringContaining('expectation "odd", line 2, column 6'),
    });
    await expect(expecting("delay IN (SELECT 1 FROM read_csv('/x'))")).rejects.toMatchObject({ code: 'SQL_FORBIDDEN' });
    await expect(run({ dataset: 'sql', expectations: [{ name: 'gone', kind: 'notNull', column: 'gate', severity: 'WARN' }] })).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringContaining('gate'),
    });
    expect(
      (await run({ dataset: 'bounds', expectations: [{ name: 'in', kind: 'expression', sql: 'date >= $interval_start', severity: 'WARN' }] })).rowsWarned,
    ).toBe(0);
    await expect(run({ dataset: 'sql', partitionBy: ['month'] })).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });
});
