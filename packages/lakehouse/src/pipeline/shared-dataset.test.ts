import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Expectation } from '@millrace/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commitByOthers, fileCalled, longField, makeForeignTable } from '../delta/foreign-table.fixture.ts';
import { readSnapshot } from '../delta/snapshot.ts';
import { runOn, writeDataFiles } from '../delta/write-data-files.ts';
import { ComposedSql } from '../engine/composed-sql.ts';
import { withTrustedDatabase } from '../engine/trusted-database.ts';
import { DEPARTURES, openLake, runOf, type Lake, type RunOptions } from '../lake.fixture.ts';
import { compactTable } from '../maintenance/compact-table.ts';
import { queryTables } from '../tables/query-tables.ts';
import { rewriteByOthers, type Rewriting } from './rewrite-by-others.fixture.ts';
import { giveUpLoad, runInterval, type RunIntervalOptions } from './run-interval.ts';

let lake: Lake;
let uri: string;
beforeAll(async () => {
  lake = await openLake();
  uri = await lake.parquet('departures.parquet', DEPARTURES);
});
afterAll(() => lake.close());

interface SharedRun extends Partial<RunOptions> {
  readonly dataset: string;
  /** `null`: nothing tells the interval of a row. */
  readonly intervalColumn?: string | null;
}
const BY_DATE = 'date';

function run({ intervalColumn = null, ...options }: SharedRun, more: Partial<RunIntervalOptions> = {}) {
  const request = runOf(lake, { uri, ...options });
  const definition = { ...request.definition, ...(intervalColumn === null ? {} : { intervalColumn }) };
  return runInterval({ ...request, definition }, { engine: lake.engine, ...more });
}
const at = (dataset: string) => join(lake.tables, dataset);
const count = async (dataset: string, where = 'true'): Promise<unknown> =>
  (await queryTables({ tables: { t: { path: at(dataset) } }, sql: `SELECT count(*) AS n FROM t WHERE ${where}` }))[0]?.['n'];
const version = async (dataset: string): Promise<number> => (await readSnapshot(at(dataset))).version;

const rewrite = (dataset: string, how?: Rewriting) => rewriteByOthers(at(dataset), how);
const rewriteMeanwhile = () => rewrite('meanwhile');

async function filesOf(dataset: string): Promise<string[]> {
  const entries = await readdir(at(dataset), { recursive: true, withFileTypes: true });
  return entries.flatMap((entry) => (entry.isFile() ? [join(entry.parentPath, entry.name)] : [])).toSorted();
}
const contentOf = (dataset: string) => Promise.all([filesOf(dataset), filesOf(`${dataset}__quarantine`)]);

const POSITIVE: Expectation = { name: 'distance_positive', kind: 'expression', sql: 'distance > 0', severity: 'QUARANTINE' };
const JANUARY = 372;
const FEBRUARY = 328;

/** Both months, and a rewriting of them. */
async function loaded(dataset: string, how: Rewriting = {}, options: Partial<SharedRun> = {}): Promise<void> {
  for (const month of [0, 1]) await run({ dataset, month, ...options });
  await rewrite(dataset, how);
}

describe('a rerun after another engine has rewritten the table', () => {
  it.each([
    ['OPTIMIZE', {}],
    ['DELETE of some rows', { where: 'delay <> 5' }],
    ['an overwrite with more', { more: "UNION ALL SELECT TIMESTAMPTZ '2001-03-01', 1, 1, NULL" }],
  ])('by %s is refused and changes nothing: no row can be told by a mark', async (name, how) => {
    const dataset = `refused_${name.replaceAll(' ', '_')}`;
    await loaded(dataset, how);
    const before = [await version(dataset), await count(dataset), (await readdir(at(dataset))).length];
    await expect(run({ dataset, sequence: 2 })).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringMatching(/of the 372 rows that this interval has loaded, 0 .*\(intervalColumn/),
      fields: { loaded: JANUARY, marked: 0 },
    });
    expect([await version(dataset), await count(dataset), (await readdir(at(dataset))).length]).toEqual(before);
  });

  it.each([{ partitionBy: [] }, { partitionBy: ['origin'] }])(
    'replaces the rows that the interval column tells, and no others: %j',
    async ({ partitionBy }) => {
      const dataset = `told_${partitionBy.length}`;
      await loaded(dataset, {}, { intervalColumn: BY_DATE, partitionBy });
      const sum = "SELECT sum(distance)::DOUBLE AS d, count(*) AS n, count(DISTINCT date) AS times FROM t WHERE date >= TIMESTAMPTZ '2001-02-01'";
      const february = () => queryTables({ tables: { t: { path: at(dataset) } }, sql: sum });
      const before = await february();
      const again = await run({ dataset, sequence: 2, intervalColumn: BY_DATE, partitionBy });
      expect(again).toMatchObject({ rowsLoaded: JANUARY, table: { rows: JANUARY + FEBRUARY } });
      expect(await february()).toEqual(before);
      expect(await count(dataset, "date < TIMESTAMPTZ '2001-02-01'")).toBe(JANUARY);
      // The marks are back: the next rerun needs no column for them.
      expect(await run({ dataset, sequence: 3, partitionBy })).toMatchObject({ table: { rows: JANUARY + FEBRUARY } });
    },
  );

  it('puts back what a DELETE of others took out of its interval', async () => {
    await loaded('deleted', { where: 'delay <> 5' });
    await run({ dataset: 'deleted', sequence: 2, intervalColumn: BY_DATE });
    expect(await count('deleted', "date < TIMESTAMPTZ '2001-02-01'")).toBe(JANUARY);
  });

  it('leaves rows of others alone while its own are marked', async () => {
    for (const month of [0, 1]) await run({ dataset: 'appended', month });
    await withTrustedDatabase({}, async (connection) => {
      const { fields } = await readSnapshot(at('appended'));
      const select = new ComposedSql().add("SELECT TIMESTAMPTZ '2001-01-05' AS date, 1::BIGINT AS delay, 7::BIGINT AS distance, 'them' AS origin");
      const [add] = await writeDataFiles(runOn(connection), {
        table: at('appended'),
        select,
        parameters: {},
        fields,
        partitionColumns: [],
        filePrefix: 'foreign',
        tags: {},
      });
      if (add !== undefined) commitByOthers(at('appended'), 2, [{ add: fileCalled(add.path, { size: add.size, stats: add.stats ?? '' }) }]);
    });
    expect(await run({ dataset: 'appended', sequence: 2, intervalColumn: BY_DATE })).toMatchObject({ table: { rows: JANUARY + FEBRUARY + 1 } });
    expect(await count('appended', "origin = 'them'")).toBe(1);
    // Once they lie in one file with those of others, rows of the interval are more than were loaded.
    await rewrite('appended');
    await expect(run({ dataset: 'appended', sequence: 3, intervalColumn: BY_DATE })).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('373 rows now belong to this interval'),
    });
    expect(await count('appended')).toBe(JANUARY + FEBRUARY + 1);
  });

  it('is refused where rows were loaded before they were counted, and not where a run was given up', async () => {
    await run({ dataset: 'uncounted' });
    const log = join(at('uncounted'), '_delta_log', `${'0'.repeat(20)}.json`);
    const lines = (await readFile(log, 'utf8')).trim().split('\n');
    await writeFile(log, lines.filter((line) => !line.includes('#rows')).join('\n'));
    await rewrite('uncounted');
    await expect(run({ dataset: 'uncounted', sequence: 2 })).rejects.toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('of the rows that') });
    const half = runOf(lake, { uri, dataset: 'uncounted' });
    const interval = { ...half.interval, start: new Date('2001-01-15T00:00:00Z') };
    await expect(runInterval({ ...half, interval }, { engine: lake.engine })).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await run({ dataset: 'uncounted', sequence: 2, intervalColumn: BY_DATE })).toMatchObject({ table: { rows: JANUARY } });

    await run({ dataset: 'given_up', month: 1 });
    await rewrite('given_up');
    await giveUpLoad(runOf(lake, { uri, dataset: 'given_up' }));
    expect(await run({ dataset: 'given_up', sequence: 2 })).toMatchObject({ table: { rows: JANUARY + FEBRUARY } });
    await giveUpLoad(runOf(lake, { uri, dataset: 'given_up', sequence: 3 }));
    expect(await run({ dataset: 'given_up', sequence: 4 })).toMatchObject({ table: { rows: JANUARY + FEBRUARY } });
  });

  it('is as ever where a whole file went, or we compacted', async () => {
    await run({ dataset: 'whole' });
    const [file] = [...(await readSnapshot(at('whole'))).files.values()];
    const remove = { path: file?.path ?? '', size: 1, partitionValues: {}, deletionTimestamp: Date.now(), dataChange: true, extendedFileMetadata: true };
    commitByOthers(at('whole'), 1, [{ remove }]);
    expect(await run({ dataset: 'whole', sequence: 2 })).toMatchObject({ table: { rows: JANUARY } });
    await run({ dataset: 'compacted', partitionBy: ['delay'] });
    await compactTable(at('compacted'), {});
    expect(await run({ dataset: 'compacted', partitionBy: ['delay'], sequence: 2 })).toMatchObject({ table: { rows: JANUARY } });
  });

  it('does not load an interval that overlaps a loaded one', async () => {
    await loaded('overlapping');
    const half = runOf(lake, { uri, dataset: 'overlapping' });
    await expect(
      runInterval({ ...half, interval: { ...half.interval, start: new Date('2001-01-15T00:00:00Z') } }, { engine: lake.engine }),
    ).rejects.toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('overlaps') });
  });

  it('loads an interval that was not there before', async () => {
    await run({ dataset: 'next' });
    await rewrite('next');
    expect(await run({ dataset: 'next', month: 1 })).toMatchObject({ table: { rows: JANUARY + FEBRUARY } });
  });

  it('finds a rewriting that came while it worked', async () => {
    for (const month of [0, 1]) await run({ dataset: 'meanwhile', month });
    await expect(run({ dataset: 'meanwhile', sequence: 2 }, { beginCommit: rewriteMeanwhile })).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(run({ dataset: 'meanwhile', sequence: 3, intervalColumn: BY_DATE }, { beginCommit: rewriteMeanwhile })).rejects.toMatchObject({
      code: 'COMMIT_CONFLICT',
      retryable: true,
    });
    expect(await run({ dataset: 'meanwhile', sequence: 4, intervalColumn: BY_DATE })).toMatchObject({ table: { rows: JANUARY + FEBRUARY } });
  });

  it('does not take rows out of files of a table that tells every change', async () => {
    await loaded('told_all', {}, { intervalColumn: BY_DATE });
    const { metaData } = await readSnapshot(at('told_all'));
    commitByOthers(at('told_all'), 3, [{ metaData: { ...metaData, configuration: { 'delta.enableChangeDataFeed': 'true' } } }]);
    await expect(run({ dataset: 'told_all', sequence: 2, intervalColumn: BY_DATE })).rejects.toMatchObject({
      code: 'TABLE_UNSUPPORTED',
      message: expect.stringContaining('enableChangeDataFeed'),
    });
  });

  it('and forgets transactions is refused', async () => {
    await loaded('forgetful');
    const { metaData } = await readSnapshot(at('forgetful'));
    commitByOthers(at('forgetful'), 3, [{ metaData: { ...metaData, configuration: { 'delta.setTransactionRetentionDuration': 'interval 1 day' } } }]);
    await expect(run({ dataset: 'forgetful', month: 2 })).rejects.toMatchObject({
      code: 'TABLE_UNSUPPORTED',
      message: expect.stringContaining('setTransactionRetentionDuration'),
    });
  });
});

describe('the interval column', () => {
  it('is one of the transform, and of time', async () => {
    for (const intervalColumn of ['gone', 'delay'])
      await expect(run({ dataset: 'column', intervalColumn })).rejects.toMatchObject({ code: 'BAD_INPUT', message: expect.stringContaining(intervalColumn) });
  });

  it.each([
    ['beyond the end', 'SELECT * FROM flights', 'FEB', FEBRUARY],
    ['without a time', 'SELECT * REPLACE (CASE WHEN delay = 5 THEN NULL ELSE date END AS date) FROM flights WHERE date < $interval_end', 'NULL', 7],
  ])('lets no row in %s', async (_, transform, dataset, rows) => {
    await expect(run({ dataset, transform, intervalColumn: BY_DATE })).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringContaining(`${rows} rows`),
      fields: { rows },
    });
  });

  it('does not mind rows that are set aside', async () => {
    const within: Expectation = { name: 'within', kind: 'expression', sql: 'date < $interval_end', severity: 'QUARANTINE' };
    const transform = 'SELECT *, date::DATE AS day FROM flights';
    expect(await run({ dataset: 'aside', transform, expectations: [within], intervalColumn: 'day' })).toMatchObject({ rowsLoaded: JANUARY });
  });
});

describe('the quarantine of a dataset that others rewrite', () => {
  it('is replaced by what its rows say', async () => {
    for (const month of [0, 1]) await run({ dataset: 'sick', month, expectations: [POSITIVE] });
    const both = await count('sick__quarantine');
    await rewrite('sick__quarantine');
    await run({ dataset: 'sick', sequence: 2, expectations: [POSITIVE] });
    expect(await count('sick__quarantine')).toBe(both);
    expect(await count('sick__quarantine', "pipeline_run_id = 'prun_0_2'")).toBe(37);
    expect(await count('sick__quarantine', "pipeline_run_id = 'prun_0_1'")).toBe(0);
    expect(await readSnapshot(at('sick__quarantine')).then(({ files }) => files.size)).toBe(
      (await readdir(at('sick__quarantine'))).filter((name) => name.endsWith('.parquet')).length - 3,
    );
  });
});

describe('a run that fails leaves dataset and quarantine as they were', () => {
  const failing: readonly (readonly [string, Partial<SharedRun>, Partial<RunIntervalOptions>, string])[] = [
    ['an expectation', { expectations: [POSITIVE, { name: 'many', kind: 'rowCount', minimum: 10_000, severity: 'FAIL' }] }, {}, 'EXPECTATION_FAILED'],
    ['its SQL', { transform: 'SELECT nope FROM flights' }, {}, 'SQL_INVALID'],
    ['a value half way', { transform: "SELECT *, CASE WHEN delay = 59 THEN error('bad') ELSE 1 END AS e FROM flights WHERE date < $interval_end" }, {}, 'SQL_'],
    ['the schema', { transform: 'SELECT * REPLACE (delay::VARCHAR AS delay) FROM flights WHERE date < $interval_end' }, {}, 'BAD_INPUT'],
    ['partitions', { partitionBy: ['origin'] }, {}, 'BAD_INPUT'],
    ['an empty partition', { partitionBy: ['e'], transform: "SELECT *, '' AS e FROM flights WHERE date < $interval_end" }, {}, 'BAD_INPUT'],
    ['a row outside its interval', { transform: 'SELECT * FROM flights', intervalColumn: BY_DATE }, {}, 'BAD_INPUT'],
    ['a wish to stop before the commit', {}, { beginCommit: () => Promise.reject(new Error('cancelled')) }, ''],
    ['a signal', {}, { signal: AbortSignal.abort(new Error('stopped')) }, ''],
  ];
  it.each(failing)('by %s', async (reason, options, more, code) => {
    const dataset = `kept_${reason.replaceAll(' ', '_')}`;
    for (const month of [0, 1]) await run({ dataset, month, expectations: [POSITIVE] });
    const before = await contentOf(dataset);
    await expect(run({ dataset, sequence: 2, expectations: [POSITIVE], ...options }, more)).rejects.toMatchObject(
      code === '' ? {} : { code: expect.stringContaining(code) },
    );
    expect(await contentOf(dataset)).toEqual(before);
  });

  it('by a lack of memory', async () => {
    const dataset = 'kept_memory';
    await run({ dataset, expectations: [POSITIVE] });
    const before = await contentOf(dataset);
    const small = await openLake({ memoryLimit: '40MB', temporaryLimit: '1MB' });
    const transform = "SELECT array_agg(repeat('x', 1000) || a.i) AS l, 1 AS distance FROM range(1000000) a(i), flights";
    const request = runOf(lake, { uri, dataset, sequence: 2, transform, expectations: [POSITIVE] });
    await expect(runInterval(request, { engine: small.engine })).rejects.toThrow();
    await small.close();
    expect(await contentOf(dataset)).toEqual(before);
  });

  it.each([
    ['takes no more rows', { configuration: { 'delta.constraints.none': 'false' } }, 'TABLE_UNSUPPORTED'],
    ['takes none away', { configuration: { 'delta.appendOnly': 'true' } }, 'TABLE_UNSUPPORTED'],
  ])('by a quarantine that %s', async (name, changes, code) => {
    const dataset = `kept_${name.replaceAll(' ', '_')}`;
    await run({ dataset, expectations: [POSITIVE] });
    const { metaData } = await readSnapshot(at(`${dataset}__quarantine`));
    commitByOthers(at(`${dataset}__quarantine`), 1, [{ metaData: { ...metaData, ...changes } }]);
    const before = await contentOf(dataset);
    await expect(run({ dataset, sequence: 2, expectations: [POSITIVE] })).rejects.toMatchObject({ code });
    expect(await contentOf(dataset)).toEqual(before);
  });

  it('by a table that others have put a constraint on, before any work', async () => {
    makeForeignTable(at('bound'), { fields: [longField('a')], metaData: { configuration: { 'delta.constraints.c': 'a > 0' } } });
    let asked = 0;
    await expect(run({ dataset: 'bound' }, { onProgress: () => void asked++ })).rejects.toMatchObject({ code: 'TABLE_UNSUPPORTED' });
    expect([asked, await version('bound')]).toEqual([0, 0]);
  });
});
