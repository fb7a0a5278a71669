import { mkdir, open, rename, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEPARTURES, openLake, runOf, type Lake, type RunOptions } from '../lake.fixture.ts';
import { runInterval } from '../pipeline/run-interval.ts';
import { queryTables } from '../tables/query-tables.ts';
import { assertUnchanged } from './assert-unchanged.ts';
import { resolveSource } from './source-files.ts';

let lake: Lake;
beforeAll(async () => {
  lake = await openLake();
});
afterAll(() => lake.close());

const load = (options: RunOptions) => runInterval(runOf(lake, { transform: 'SELECT * FROM flights', ...options }), { engine: lake.engine });

describe('a source', () => {
  it('that is not there is SOURCE_MISSING', async () => {
    await expect(load({ uri: join(lake.sources, 'nowhere.parquet') })).rejects.toMatchObject({
      code: 'SOURCE_MISSING',
      message: expect.stringContaining('nowhere.parquet'),
    });
  });

  it('of no bytes, of a header alone, or of an empty folder is SOURCE_EMPTY', async () => {
    await mkdir(join(lake.sources, 'folder'));
    await expect(load({ uri: await lake.text('empty.csv', ''), format: 'CSV' })).rejects.toMatchObject({ code: 'SOURCE_EMPTY' });
    await expect(load({ uri: await lake.text('header.csv', 'a,b\n'), format: 'CSV' })).rejects.toMatchObject({ code: 'SOURCE_EMPTY' });
    await expect(load({ uri: join(lake.sources, 'folder') })).rejects.toMatchObject({ code: 'SOURCE_EMPTY' });
    await expect(load({ uri: await lake.parquet('no-rows.parquet', 'SELECT 1 AS a WHERE false') })).rejects.toMatchObject({ code: 'SOURCE_EMPTY' });
  });

  it('that is cut off or of another format is SOURCE_CORRUPT', async () => {
    const cut = await lake.parquet('cut.parquet', DEPARTURES);
    await truncate(cut, 900);
    await expect(load({ uri: cut })).rejects.toMatchObject({ code: 'SOURCE_CORRUPT', message: expect.stringContaining('cut.parquet') });
    await expect(load({ uri: await lake.text('prose.parquet', 'This is no Parquet file at all.') })).rejects.toMatchObject({ code: 'SOURCE_CORRUPT' });
    const lines = Array.from({ length: 30_000 }, (_, n) => `{"a":${n}}`).join('\n');
    await expect(load({ uri: await lake.text('cut.ndjson', `${lines}\n{"a":`), format: 'NDJSON' })).rejects.toMatchObject({ code: 'SOURCE_CORRUPT' });
  });

  it('that is compressed and cut off is SOURCE_CORRUPT, not its beginning', async () => {
    const rows = Array.from({ length: 60_000 }, (_, n) => n).join('\n');
    const path = join(lake.sources, 'cut.csv.gz');
    await writeFile(path, gzipSync(`n\n${rows}\n`));
    expect(await load({ uri: path, format: 'CSV', dataset: 'zipped' })).toMatchObject({ rowsLoaded: 60_000 });
    await truncate(path, 50_000);
    await expect(load({ uri: path, format: 'CSV', dataset: 'cut' })).rejects.toMatchObject({
      code: 'SOURCE_CORRUPT',
      message: expect.stringContaining('cut.csv.gz'),
    });
  });

  it('with a late value of another type keeps every value, or fails by its line where the type is declared', async () => {
    const rows = Array.from({ length: 60_000 }, (_, n) => n).join('\n');
    const uri = await lake.text('late.csv', `n\n${rows}\nabc\n`);
    expect(await load({ uri, format: 'CSV', dataset: 'late' })).toMatchObject({ rowsLoaded: 60_001, table: { columns: [{ name: 'n', type: 'string' }] } });
    await expect(
      load({ uri, format: 'CSV', dataset: 'late_failed', reading: { columns: [{ name: 'n', type: 'long' }], onBadValue: 'FAIL' } }),
    ).rejects.toMatchObject({
      code: 'SOURCE_CORRUPT',
      message: expect.stringMatching(/late\.csv, line 60002: column "n": "abc" does not fit long/),
      fields: { line: 60_002 },
    });
  });

  it('sets rows aside with their file, line and reason, once, beside those that violate an expectation', async () => {
    const uri = await lake.text('aside.csv', 'n,text\n1,a\n2.5,b\n3,c,d\n4,e\n');
    const expectations = [{ name: 'small', kind: 'between', column: 'n', maximum: 3, severity: 'QUARANTINE' }] as const;
    const options = {
      uri,
      format: 'CSV',
      dataset: 'aside',
      expectations,
      reading: { columns: [{ name: 'n', type: 'long' }], onBadValue: 'QUARANTINE' },
    } as const;
    const first = await load({ ...options, reading: { ...options.reading, columns: [...options.reading.columns] } });
    expect(first).toMatchObject({ rowsExtracted: 4, rowsLoaded: 1, rowsQuarantined: 3 });
    await load({ ...options, reading: { ...options.reading, columns: [...options.reading.columns] }, sequence: 2 });
    const tables = { t: { path: join(lake.tables, 'aside__quarantine') } };
    expect(await queryTables({ tables, sql: 'SELECT "row", reasons, source, file, line FROM t ORDER BY line NULLS LAST' })).toEqual([
      { row: '{"n":"2.5","text":"b"}', reasons: 'column "n": "2.5" does not fit long: it has a fraction', source: 'flights', file: uri, line: 3 },
      { row: '{"n":"3","text":"c","column_3":"d"}', reasons: 'the row has 3 fields where 2 are expected', source: 'flights', file: uri, line: 4 },
      { row: '{"n":4,"text":"e"}', reasons: 'small', source: null, file: null, line: null },
    ]);
  });

  it('whose name has characters of a pattern is that file and no other', async () => {
    await lake.parquet('odd1.parquet', 'SELECT 1 AS other');
    for (const name of ['odd[1].parquet', 'odd*.parquet', 'odd?.parquet'])
      expect(await load({ uri: await lake.parquet(name, 'SELECT 7 AS n'), dataset: 'odd' })).toMatchObject({
        rowsLoaded: 1,
        table: { columns: [{ name: 'n' }] },
      });
  });

  it('that was written to, or that a link replaced, since it was resolved is SOURCE_CORRUPT', async () => {
    const path = await lake.text('swapped.csv', 'a\n1\n');
    const resolve = () => resolveSource({ name: 'flights', format: 'CSV', uri: path }, [lake.sources]);
    const first = await resolve();
    await expect(assertUnchanged([first])).resolves.toBeUndefined();
    await writeFile(path, 'a\n1\n2\n');
    await expect(assertUnchanged([first])).rejects.toMatchObject({ code: 'SOURCE_CORRUPT', retryable: true });
    const second = await resolve();
    await rename(path, join(lake.root, 'moved.csv'));
    await symlink(join(lake.root, 'moved.csv'), path);
    await expect(assertUnchanged([second])).rejects.toMatchObject({ code: 'SOURCE_CORRUPT' });
  });

  it('that is damaged in the middle is SOURCE_CORRUPT, and nothing is committed', async () => {
    const path = await lake.parquet('damaged.parquet', 'SELECT range AS a, hash(range) AS b FROM range(200000)');
    const handle = await open(path, 'r+');
    await handle.write(Buffer.alloc(4000, 0xff), 0, 4000, 4);
    await handle.close();
    await expect(load({ uri: path, dataset: 'damaged' })).rejects.toMatchObject({ code: 'SOURCE_CORRUPT' });
  });

  it('that lacks a column which the pipeline relies on is SOURCE_COLUMN_MISSING and says what is there', async () => {
    const uri = await lake.parquet('columns.parquet', DEPARTURES);
    await expect(load({ uri, columns: ['date', 'carrier'] })).rejects.toMatchObject({
      code: 'SOURCE_COLUMN_MISSING',
      fields: { missing: ['carrier'], present: ['date', 'delay', 'distance', 'origin'] },
    });
  });

  it('outside the allowed folders is SOURCE_NOT_ALLOWED, by any way there', async () => {
    const outside = join(lake.root, 'outside.csv');
    await writeFile(outside, 'a\n1\n');
    await symlink(outside, join(lake.sources, 'link.csv'));
    await symlink(lake.root, join(lake.sources, 'up'));
    for (const uri of [
      outside,
      join(lake.sources, 'link.csv'),
      join(lake.sources, 'up', 'outside.csv'),
      `${lake.sources}/../outside.csv`,
      '/etc/passwd',
      `file://${outside}`,
      '/no/such/place.csv',
    ]) {
      await expect(load({ uri, format: 'CSV' })).rejects.toMatchObject({ code: 'SOURCE_NOT_ALLOWED' });
    }
    for (const uri of ['relative.csv', 'https://example.org/a.csv', 'file://host/a.csv', 'file:///a%2Fb.csv'])
      await expect(load({ uri, format: 'CSV' })).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  it('that is a folder is read whole or refused: with files in folders, compressed by what is not read, or of a Delta table', async () => {
    await mkdir(join(lake.sources, 'nested', 'year=2001'), { recursive: true });
    await lake.text('nested/a.csv', 'n\n1\n');
    const nested = { uri: join(lake.sources, 'nested'), format: 'CSV', dataset: 'nested' } as const;
    expect(await load(nested)).toMatchObject({ rowsLoaded: 1 });
    await lake.text('nested/year=2001/b.csv', 'n\n2\n');
    await expect(load({ ...nested, sequence: 2 })).rejects.toMatchObject({ code: 'SOURCE_CORRUPT', message: expect.stringContaining('year=2001/b.csv') });
    await mkdir(join(lake.sources, 'packed'));
    await lake.text('packed/a.csv', 'n\n1\n');
    await writeFile(join(lake.sources, 'packed', 'b.csv.bz2'), Buffer.from('425a6839314159265359', 'hex'));
    await expect(load({ uri: join(lake.sources, 'packed'), format: 'CSV' })).rejects.toMatchObject({
      code: 'SOURCE_CORRUPT',
      message: expect.stringContaining('bzip2'),
    });
    await mkdir(join(lake.sources, 'table', '_delta_log'), { recursive: true });
    await lake.parquet('table/a.parquet', 'SELECT 1 AS n');
    await mkdir(join(lake.sources, 'table', 'month=1'));
    await lake.parquet('table/month=1/b.parquet', 'SELECT 1 AS n');
    // A link does not hide where the file lies.
    await symlink(join(lake.sources, 'table', 'a.parquet'), join(lake.sources, 'linked.parquet'));
    for (const uri of ['table', 'table/month=1', 'table/a.parquet', 'table/month=1/b.parquet', 'linked.parquet'])
      await expect(load({ uri: join(lake.sources, uri) })).rejects.toMatchObject({ code: 'SOURCE_CORRUPT', message: expect.stringContaining('Delta table') });
  });

  it('may be CSV, NDJSON, or a folder of files', async () => {
    expect(await load({ uri: await lake.text('ok.csv', 'n,when\n1,2001-01-01 10:00:00\n2,\n'), format: 'CSV', dataset: 'csv' })).toMatchObject({
      rowsLoaded: 2,
      table: {
        columns: [
          { name: 'n', type: 'long' },
          { name: 'when', type: 'timestamp' },
        ],
      },
    });
    expect(
      await load({ uri: await lake.text('ok.ndjson', '{"n":1,"tags":["a"]}\n{"n":2,"x":{"y":1.5}}\n'), format: 'NDJSON', dataset: 'ndjson' }),
    ).toMatchObject({
      rowsLoaded: 2,
      table: {
        columns: [
          { name: 'n', type: 'long' },
          { name: 'tags', type: 'array' },
          { name: 'x', type: 'struct' },
        ],
      },
    });
    await mkdir(join(lake.sources, 'parts'));
    await lake.parquet('parts/a.parquet', 'SELECT 1 AS n');
    await lake.parquet('parts/b.parquet', 'SELECT 2 AS n, 3 AS m');
    expect(await load({ uri: join(lake.sources, 'parts'), dataset: 'parts' })).toMatchObject({
      rowsLoaded: 2,
      sources: [{ name: 'flights' }, { name: 'flights' }],
    });
  });
});
