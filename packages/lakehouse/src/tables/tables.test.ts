import { join } from 'node:path';
import type { Column } from '@millrace/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLake, runOf, type Lake } from '../lake.fixture.ts';
import { runInterval } from '../pipeline/run-interval.ts';
import { appendRows } from './append-rows.ts';
import { queryTables } from './query-tables.ts';
import { readColumns } from './read-columns.ts';

let lake: Lake;
beforeAll(async () => {
  lake = await openLake();
});
afterAll(() => lake.close());

const COLUMNS: Column[] = [
  { name: 'event_id', type: 'string', nullable: false },
  { name: 'event_time', type: 'timestamp', nullable: false },
  { name: 'score', type: 'double', nullable: true },
];

describe('appending rows', () => {
  it('happens once per transaction and drops fields that are not named', async () => {
    const file = await lake.text(
      'segment.ndjson',
      '{"event_id":"a","event_time":"2001-04-01T10:00:00.250Z","score":0.5,"noise":1}\n{"event_id":"b","event_time":"2001-04-01T12:00:00+02:00"}\n',
    );
    const append = (version: number) =>
      appendRows({ table: join(lake.tables, 'predictions'), files: [file], columns: COLUMNS, transaction: { appId: 'node/1', version } });
    expect(await append(1)).toEqual({ status: 'COMMITTED', version: 0, rows: 2, unfit: {} });
    expect(await append(1)).toEqual({ status: 'SKIPPED', version: 0, rows: 0, unfit: {} });
    expect(await append(2)).toEqual({ status: 'COMMITTED', version: 1, rows: 2, unfit: {} });
    const rows = await queryTables({ tables: { p: { path: join(lake.tables, 'predictions'), version: 0 } }, sql: 'SELECT * FROM p ORDER BY event_id' });
    expect(rows).toEqual([
      { event_id: 'a', event_time: new Date('2001-04-01T10:00:00.250Z'), score: 0.5 },
      { event_id: 'b', event_time: new Date('2001-04-01T10:00:00Z'), score: null },
    ]);
  });

  it('works in a folder whose name has characters of a pattern', async () => {
    const file = await lake.text('rows[1].ndjson', '{"event_id":"a"}\n');
    const table = join(lake.tables, 'odd [1]*', 'table?');
    for (let version = 1; version <= 11; version++) await appendRows({ table, files: [file], columns: COLUMNS, transaction: { appId: 'n', version } });
    expect(await queryTables({ tables: { t: { path: table } }, sql: 'SELECT count(*) AS n FROM t' })).toEqual([{ n: 11 }]);
  });

  it('fails with SOURCE_CORRUPT for rows that do not fit and SOURCE_MISSING for no file, and commits nothing', async () => {
    const file = await lake.text('bad.ndjson', '{"event_id":"a","event_time":"not a time"}\n');
    const table = join(lake.tables, 'bad');
    await expect(appendRows({ table, files: [file], columns: COLUMNS, transaction: { appId: 'n', version: 1 } })).rejects.toMatchObject({
      code: 'SOURCE_CORRUPT',
    });
    await expect(
      appendRows({ table, files: [join(lake.sources, 'none.ndjson')], columns: COLUMNS, transaction: { appId: 'n', version: 1 } }),
    ).rejects.toMatchObject({ code: 'SOURCE_MISSING' });
    await expect(queryTables({ tables: { t: { path: table } }, sql: 'SELECT 1' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('a trusted query', () => {
  it('reads a table that does not exist yet as no rows of the columns that it names', async () => {
    expect(
      await queryTables({
        tables: { labels: { path: join(lake.tables, 'not-yet'), columns: COLUMNS } },
        sql: 'SELECT count(event_id) AS n, max(score) AS s FROM labels',
      }),
    ).toEqual([{ n: 0, s: null }]);
  });
});

describe('trusted queries at the same time', () => {
  it('spill without touching the files of each other', async () => {
    const sql = "SELECT count(*) AS n FROM (SELECT hash(range)::VARCHAR || repeat('x', 20) AS b FROM range(1000000) ORDER BY b LIMIT 1000000 OFFSET 1)";
    const answers = await Promise.all([1, 2].map(() => queryTables({ tables: {}, sql }, { memoryLimit: '80MB', threads: 1 })));
    expect(answers).toEqual([[{ n: 999_999 }], [{ n: 999_999 }]]);
  });
});

describe('reading columns', () => {
  it('gives numbers with NaN and texts as codes with -1 for what is missing, in one range of time', async () => {
    const uri = await lake.parquet(
      'mixed.parquet',
      "SELECT TIMESTAMP '2001-01-01' + to_days(i::INTEGER) AS date, CASE WHEN i = 1 THEN NULL ELSE i * 1.5 END AS n, CASE WHEN i = 2 THEN NULL WHEN i % 2 = 0 THEN 'even' ELSE 'odd' END AS kind, i > 1 AS flag FROM range(5) t(i)",
    );
    await runInterval(runOf(lake, { uri, dataset: 'mixed', partitionBy: ['kind'] }), { engine: lake.engine });
    const table = join(lake.tables, 'mixed');
    const { rows, columns } = await readColumns({
      table,
      columns: ['date', 'n', 'kind', 'flag'],
      timeColumn: 'date',
      start: new Date('2001-01-02T00:00:00Z'),
      end: new Date('2001-01-05T00:00:00Z'),
    });
    const byDate = (name: string) => {
      const column = columns[name];
      return column?.type === 'number' ? [...column.values] : [...(column?.codes ?? [])].map((code) => column?.dictionary[code] ?? null);
    };
    const order = byDate('date')
      .map((_, index) => index)
      .toSorted((a, b) => Number(byDate('date')[a]) - Number(byDate('date')[b]));
    expect(rows).toBe(3);
    expect(order.map((index) => byDate('date')[index])).toEqual([2, 3, 4].map((day) => Date.UTC(2001, 0, day)));
    expect(order.map((index) => byDate('n')[index])).toEqual([Number.NaN, 3, 4.5]);
    expect(order.map((index) => byDate('kind')[index])).toEqual(['odd', null, 'odd']);
    expect(order.map((index) => byDate('flag')[index])).toEqual([0, 1, 1]);
    await expect(readColumns({ table, columns: ['gate'] })).rejects.toMatchObject({
      code: 'SOURCE_COLUMN_MISSING',
      fields: { present: ['date', 'n', 'kind', 'flag'] },
    });
  });
});
