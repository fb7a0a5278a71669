import { mkdtemp, readdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { quoteText } from '../engine/sql-text.ts';
import { withTrustedDatabase } from '../engine/trusted-database.ts';
import { cleanLog } from '../maintenance/clean-log.ts';
import { compactTable } from '../maintenance/compact-table.ts';
import { vacuumTable } from '../maintenance/vacuum-table.ts';
import { appendRows } from '../tables/append-rows.ts';
import { queryTables } from '../tables/query-tables.ts';
import { isCheckpointDue } from './checkpoint-due.ts';
import { writeCheckpoint } from './checkpoint-write.ts';
import { commit } from './commit.ts';
import type { CommitRequest } from './commit-request.ts';
import { countRows } from './count-rows.ts';
import { FileBounds } from './file-bounds.ts';
import { statsOf } from './file-stats.ts';
import { uriOf } from './file-uri.ts';
import { forbidTransaction } from './forbid-transaction.ts';
import { commitByOthers, fileCalled, longField, makeForeignTable } from './foreign-table.fixture.ts';
import { checkpointPartPath, checkpointPath, commitPath, logFolderOf } from './log-files.ts';
import { findSnapshot, readSnapshot } from './snapshot.ts';

let table: string;
beforeEach(async () => {
  table = await mkdtemp(join(tmpdir(), 'millrace-shared-'));
});
afterEach(() => rm(table, { recursive: true, force: true }));

const append = (more: Partial<CommitRequest> = {}) =>
  commit({ table, fields: [longField('a')], partitionColumns: [], add: [fileCalled('ours')], info: {}, ...more });
const remove = (path: string) => ({
  remove: { path, deletionTimestamp: Date.now(), dataChange: true, extendedFileMetadata: true, partitionValues: {}, size: 10 },
});
const parquet = (path: string, sql: string) => withTrustedDatabase({}, (connection) => connection.run(`COPY (${sql}) TO ${quoteText(path)} (FORMAT parquet)`));
const rows = (sql = 'SELECT * FROM t') => queryTables({ tables: { t: { path: table } }, sql });

const fileWith = (stats: object, more = {}) => ({ add: [fileCalled('ours', { stats: JSON.stringify({ numRecords: 5, ...stats }), ...more })] });
const bounds = (minimum: unknown, maximum: unknown) =>
  new FileBounds(fileCalled('f', { stats: JSON.stringify({ minValues: { c: minimum }, maxValues: { c: maximum } }) }));
const boundsOf = (type: string, min: string, max: string) => {
  const { minValues, maxValues } = JSON.parse(statsOf(1, [longField('c', { type })], new Map([['c', new Map(Object.entries({ min, max }))]]))) as {
    minValues: object;
    maxValues: object;
  };
  return [minValues, maxValues];
};
const manyCommits = async (count: number) => {
  makeForeignTable(table, { add: [fileCalled('f0')], metaData: { name: 'orders', description: 'all of them' } });
  for (let version = 1; version < count; version++) commitByOthers(table, version, [{ add: fileCalled(`f${version}`) }]);
  await writeCheckpoint(await readSnapshot(table));
};
const dropCommits = (count: number) => Promise.all(Array.from({ length: count }, (_, version) => rm(commitPath(table, version))));

describe('a file that writers spell differently', () => {
  it.each([
    ['band%3Da/part-1', 'band=a/part-1'],
    ['a%20b/part-1', 'a b/part-1'],
    ['%C3%A9/part-1', 'é/part-1'],
    ['k=a%252Fb/part-1', 'k%3Da%252Fb/part-1'],
  ])('%s is gone once %s was removed', async (added, removed) => {
    makeForeignTable(table, { add: [fileCalled(added)] });
    commitByOthers(table, 1, [remove(removed)]);
    expect((await readSnapshot(table)).files.size).toBe(0);
    expect((await readSnapshot(table)).rows).toBe(0);
  });

  it('is spelled as other engines spell it', () => {
    expect(uriOf('month=1/band=a%2Fb/x y.parquet')).toBe('month=1/band=a%252Fb/x%20y.parquet');
  });

  it('and is no URI is refused by its name', async () => {
    makeForeignTable(table, { add: [fileCalled('50%/part')] });
    await expect(readSnapshot(table)).rejects.toMatchObject({ code: 'TABLE_UNSUPPORTED', message: expect.stringContaining('50%/part') });
  });
});

describe('what a table asks of others', () => {
  it.each(['deletionVectors', 'columnMapping', 'timestampNtz', 'v2Checkpoint', 'typeWidening', 'variantType', 'vacuumProtocolCheck', 'catalogManaged'])(
    'that read it, %s, is refused by name',
    async (feature) => {
      makeForeignTable(table, { protocol: { minReaderVersion: 3, minWriterVersion: 7, readerFeatures: [feature], writerFeatures: [feature] } });
      await expect(readSnapshot(table)).rejects.toMatchObject({ code: 'TABLE_UNSUPPORTED', message: expect.stringContaining(feature) });
    },
  );

  it.each(['rowTracking', 'domainMetadata', 'clustering', 'inCommitTimestamp', 'allowColumnDefaults', 'icebergCompatV2', 'checkpointProtection'])(
    'that write it, %s, is read, and refused to a writer by name',
    async (feature) => {
      makeForeignTable(table, { protocol: { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ['appendOnly', feature] } });
      const snapshot = await readSnapshot(table);
      for (const work of [() => compactTable(table, {}), () => cleanLog(table, { retentionMilliseconds: 0 }), () => writeCheckpoint(snapshot)])
        await expect(work()).rejects.toMatchObject({ code: 'TABLE_UNSUPPORTED' });
      await expect(append()).rejects.toMatchObject({ code: 'TABLE_UNSUPPORTED', message: expect.stringMatching(new RegExp(`know: ${feature}\\.`)) });
    },
  );

  it.each([
    { minReaderVersion: 1, minWriterVersion: 4 },
    { minReaderVersion: 2, minWriterVersion: 6 },
    { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ['appendOnly', 'invariants', 'checkConstraints', 'changeDataFeed', 'generatedColumns'] },
  ])('and makes no use of is no hindrance: %j', async (protocol) => {
    makeForeignTable(table, { protocol });
    expect((await append()).status).toBe('COMMITTED');
    const snapshot = await readSnapshot(table);
    await writeCheckpoint(snapshot);
    await rm(commitPath(table, 0));
    expect((await readSnapshot(table)).protocol).toEqual(protocol);
  });

  const constrained = { minReaderVersion: 1, minWriterVersion: 3 };
  it.each([
    ['a CHECK constraint', { metaData: { configuration: { 'delta.constraints.positive': 'a > 0' } } }, 'positive (a > 0)'],
    ['an invariant', { fields: [longField('a', { metadata: { 'delta.invariants': '{"expression":{"expression":"a > 3"}}' } })] }, 'a > 3'],
    [
      'an invariant within a column',
      { fields: [longField('s', { type: { type: 'struct', fields: [longField('inner', { metadata: { 'delta.invariants': 'x' } })] } })] },
      'inner',
    ],
    ['a generated column', { fields: [longField('a', { metadata: { 'delta.generationExpression': 'b + 1' } })] }, 'b + 1'],
    ['an identity', { fields: [longField('a', { metadata: { 'delta.identity.start': 1 } })] }, 'delta.identity.start'],
    ['a length of texts', { fields: [longField('a', { type: 'string', metadata: { __CHAR_VARCHAR_TYPE_STRING: 'varchar(3)' } })] }, 'varchar(3)'],
  ])('%s is refused to a writer, who learns what it is', async (_, foreign, message) => {
    makeForeignTable(table, { protocol: constrained, ...foreign });
    await expect(append({ fields: [] })).rejects.toMatchObject({ code: 'TABLE_UNSUPPORTED', message: expect.stringContaining(message) });
    expect(await readdir(logFolderOf(table))).toHaveLength(1);
  });

  it.each([
    ['a type that is not known', { fields: [longField('t', { type: 'timestamp_ntz' })] }, 'timestamp_ntz'],
    ['column mapping', { metaData: { configuration: { 'delta.columnMapping.mode': 'name' } } }, 'column mapping by name'],
    ['files of others', { add: [fileCalled('file:/data/source/part-1.parquet')] }, 'shallow clone'],
    ['files of others by a path', { add: [fileCalled('/data/source/part-1.parquet')] }, 'deep clone'],
    ['files of others in a bucket', { add: [fileCalled('s3://bucket/part-1.parquet')] }, 's3://bucket'],
  ])('%s is refused to a reader, and to vacuum', async (_, foreign, message) => {
    makeForeignTable(table, foreign);
    await expect(readSnapshot(table)).rejects.toMatchObject({ code: 'TABLE_UNSUPPORTED', message: expect.stringContaining(message) });
    await expect(vacuumTable(table, { stagedMilliseconds: 0 })).rejects.toMatchObject({ code: 'TABLE_UNSUPPORTED' });
  });

  it.each([
    ['a constraint', { metaData: { configuration: { 'delta.constraints.positive': 'a > 0' } } }, 1],
    [
      'a feature that is not known',
      { protocol: { minReaderVersion: 3, minWriterVersion: 7, readerFeatures: ['deletionVectors'], writerFeatures: ['deletionVectors'] } },
      0,
    ],
  ])('%s lets a run be given up', async (_, foreign, version) => {
    makeForeignTable(table, foreign);
    expect(await forbidTransaction(table, { appId: 'run', version: 1 }, {})).toBeUndefined();
    expect((await readdir(logFolderOf(table))).length - 1).toBe(version);
  });

  it('append-only, however it is written, keeps files from being replaced', async () => {
    makeForeignTable(table, { metaData: { configuration: { 'delta.appendOnly': 'TRUE' } }, add: [fileCalled('theirs')] });
    expect((await append()).status).toBe('COMMITTED');
    await expect(append({ replaces: ({ path }) => path === 'ours' })).rejects.toMatchObject({
      code: 'TABLE_UNSUPPORTED',
      message: expect.stringContaining('append-only'),
    });
  });
});

describe('NOT NULL', () => {
  const strict = [longField('a', { nullable: false }), longField('b')];

  it('lets rows in that have values', async () => {
    makeForeignTable(table, { fields: strict });
    expect((await append(fileWith({ nullCount: { a: 0 } }))).status).toBe('COMMITTED');
  });

  it.each([
    ['with no value', fileWith({ nullCount: { a: 2 } }), 'BAD_INPUT', '2 rows have no value'],
    ['without the column', { ...fileWith({ nullCount: { b: 0 } }), fields: [longField('b')] }, 'BAD_INPUT', 'not among the columns'],
    ['that nobody counted', fileWith({}), 'TABLE_UNSUPPORTED', 'cannot check'],
  ])('refuses rows %s', async (_, more, code, message) => {
    makeForeignTable(table, { fields: strict });
    await expect(append(more)).rejects.toMatchObject({ code, message: expect.stringContaining(message), fields: { column: 'a' } });
    expect((await readSnapshot(table)).version).toBe(0);
  });

  it('holds for partitions, and within others refuses to write', async () => {
    makeForeignTable(table, { fields: strict, metaData: { partitionColumns: ['a'] } });
    const nowhere = fileWith({ nullCount: { b: 0 } }, { partitionValues: { a: null } });
    await expect(append({ ...nowhere, fields: strict, partitionColumns: ['a'] })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await rm(table, { recursive: true });
    const list = longField('l', { type: { type: 'array', elementType: 'long', containsNull: false } });
    makeForeignTable(table, { fields: [list] });
    await expect(append({ fields: [list] })).rejects.toMatchObject({ code: 'TABLE_UNSUPPORTED', message: expect.stringContaining('l.element') });
  });
});

describe('partitions of another writer', () => {
  it('hold NULL where the text is empty, of every type', async () => {
    await parquet(join(table, 'p1'), 'SELECT 1::BIGINT AS a');
    const fields = [
      longField('a'),
      ...['s', 'd', 't', 'n'].map((name, index) => longField(name, { type: ['string', 'date', 'timestamp', 'decimal(5,2)'][index] ?? '' })),
    ];
    const add = [
      fileCalled('p1', { partitionValues: { s: '', d: '', t: '', n: '' } }),
      fileCalled('p2', { partitionValues: { s: 'x', d: '2020-02-29', t: '2020-01-01 10:00:00.5', n: '1.50' } }),
      fileCalled('p3', { partitionValues: { s: '__HIVE_DEFAULT_PARTITION__', d: null, t: '2020-01-01T10:00:00.5Z', n: null } }),
    ];
    await parquet(join(table, 'p2'), 'SELECT 2::BIGINT AS a');
    await parquet(join(table, 'p3'), 'SELECT 3::BIGINT AS a');
    makeForeignTable(table, { fields, add, metaData: { partitionColumns: ['s', 'd', 't', 'n'] } });
    expect(await rows('SELECT a, s, d, t, n::VARCHAR AS n FROM t ORDER BY a')).toEqual([
      { a: 1, s: null, d: null, t: null, n: null },
      { a: 2, s: 'x', d: new Date('2020-02-29'), t: new Date('2020-01-01T10:00:00.500Z'), n: '1.50' },
      { a: 3, s: '__HIVE_DEFAULT_PARTITION__', d: null, t: new Date('2020-01-01T10:00:00.500Z'), n: null },
    ]);
  });

  it('of ours come back as they were, whatever the text', async () => {
    const texts = ['NULL', '__HIVE_DEFAULT_PARTITION__', ' x ', 'a%2Fb', '100%', 'ü/é', 'a\nb', 'a"b', "a'b", '\\x41', '.', '..', '\u{1F600}', 'a=b&c', null];
    const file = join(table, 'rows.ndjson');
    await writeFile(file, texts.map((s, a) => JSON.stringify({ a, s })).join('\n'));
    const columns = [longField('a'), longField('s')].map(({ name }, index) => ({
      name,
      type: index === 0 ? ('long' as const) : ('string' as const),
      nullable: true,
    }));
    await appendRows({ table, files: [file], columns, partitionBy: ['s'], transaction: { appId: 'x', version: 1 } });
    expect((await rows('SELECT s FROM t ORDER BY a')).map(({ s }) => s)).toEqual(texts);
  });

  it('that lie in the files as well are taken from the log', async () => {
    await parquet(join(table, 'p1'), "SELECT 1::BIGINT AS a, 'stale' AS S");
    const fields = [longField('a'), longField('s', { type: 'string' })];
    makeForeignTable(table, { fields, add: [fileCalled('p1', { partitionValues: { s: 'x' } })], metaData: { partitionColumns: ['s'] } });
    expect(await rows()).toEqual([{ a: 1, s: 'x' }]);
  });

  it('of bytes are refused', async () => {
    const fields = [longField('a'), longField('s', { type: 'binary' })];
    makeForeignTable(table, { fields, add: [fileCalled('p1', { partitionValues: { s: '\u0001' } })], metaData: { partitionColumns: ['s'] } });
    await expect(rows()).rejects.toMatchObject({ code: 'TABLE_UNSUPPORTED', message: expect.stringContaining('"s", which is binary') });
  });
});

describe('a version whose files another engine has vacuumed', () => {
  it('is not found, and says which file is gone and why', async () => {
    await parquet(join(table, 'p1'), 'SELECT 1::BIGINT AS a');
    await parquet(join(table, 'p2'), 'SELECT 2::BIGINT AS a');
    makeForeignTable(table, { add: [fileCalled('p1')] });
    commitByOthers(table, 1, [remove('p1'), { add: fileCalled('p2') }]);
    await rm(join(table, 'p1'));
    expect(await rows()).toEqual([{ a: 2 }]);
    await expect(queryTables({ tables: { t: { path: table, version: 0 } }, sql: 'SELECT * FROM t' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('VACUUM'),
      fields: { path: join(table, 'p1') },
    });
  });
});

describe('statistics', () => {
  it('that are missing, broken or of another form cost a look at the file, not its rows', async () => {
    await parquet(join(table, 'none'), 'SELECT i AS a FROM range(7) t(i)');
    await parquet(join(table, 'broken'), 'SELECT i AS a FROM range(11) t(i)');
    const { stats: _, ...none } = fileCalled('none');
    const add = [none, fileCalled('broken', { stats: '{"numRec' }), fileCalled('wrapped', { stats: '{"stats_json":"{}"}' }), fileCalled('known')];
    await parquet(join(table, 'wrapped'), 'SELECT i AS a FROM range(13) t(i)');
    makeForeignTable(table, { add });
    expect(await countRows(await readSnapshot(table))).toBe(7 + 11 + 13 + 1);
  });

  const YEAR = [Date.UTC(2020, 0), Date.UTC(2021, 0)] as const;
  it.each([
    ['0001-01-01', '9999-12-31', true],
    ['0001-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z', true],
    ['-0044-03-15', '2019-01-01', false],
    ['0044-03-15 (BC)', '+294247-01-10T04:00:54.775Z', true],
    ['2022-01-01T00:00:00.000Z', '+10000-01-01T00:00:00Z', false],
    ['2020-12-31T22:00:00.000-08:00', '2020-12-31T23:00:00.000-08:00', false],
    ['2019-06-01 00:00:00', '2019-06-02 00:00:00', true],
    ['infinity', '-infinity', true],
    [null, null, true],
    [-62135596800000, 5, true],
  ])('from %s to %s may hold rows of 2020: %s', (minimum, maximum, may) => {
    expect(bounds(minimum, maximum).mayOverlapInstants('c', ...YEAR)).toBe(may);
  });

  it('order texts by their bytes', () => {
    expect(bounds('\u{1F600}', '\u{1F600}').mayOverlap('c', '\uFFFD', '\u{1F680}')).toBe(true);
    expect(bounds('\u{1F600}', '\u{1F600}').mayOverlap('c', 'a', '\uFFFD')).toBe(false);
  });

  it('of ours say nothing that others could not read', () => {
    expect(boundsOf('date', '0044-03-15 (BC)', '294247-01-10')).toEqual([{}, {}]);
    expect(boundsOf('date', '-infinity', 'infinity')).toEqual([{}, {}]);
    expect(boundsOf('date', '0001-01-01', '9999-12-31')).toEqual([{ c: '0001-01-01' }, { c: '9999-12-31' }]);
    expect(boundsOf('timestamp', '0044-03-15 00:00:00+00 (BC)', '10000-01-01 00:00:00+00')).toEqual([{}, {}]);
    expect(boundsOf('double', '-inf', 'inf')).toEqual([{}, {}]);
    expect(boundsOf('string', `${'x'.repeat(31)}\u{1F600}`, `${'x'.repeat(31)}\u{1F600}`)).toEqual([{ c: 'x'.repeat(31) }, {}]);
  });
});

describe('a log of another writer', () => {
  it('is read from a checkpoint in parts, once they are all there', async () => {
    await manyCommits(4);
    const whole = checkpointPath(table, 3);
    const from = `SELECT * FROM read_parquet(${quoteText(whole)})`;
    await parquet(checkpointPartPath(table, 3, 1, 2), `${from} WHERE add IS NULL`);
    await rm(whole);
    await dropCommits(4);
    await expect(readSnapshot(table)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    commitByOthers(table, 4, [{ add: fileCalled('f4') }]);
    await expect(readSnapshot(table)).rejects.toMatchObject({ code: 'TABLE_UNSUPPORTED', message: expect.stringContaining('lacks commit 0') });
    const rest = ['f0', 'f1', 'f2', 'f3'].map((path) => ({ add: { ...fileCalled(path), partitionValues: {} } }));
    await writeFile(join(table, 'rest.ndjson'), rest.map((row) => JSON.stringify(row)).join('\n'));
    await parquet(
      checkpointPartPath(table, 3, 2, 2),
      `SELECT * FROM read_json(${quoteText(join(table, 'rest.ndjson'))}, format = 'newline_delimited', columns = {add: 'STRUCT(path VARCHAR, partitionValues MAP(VARCHAR, VARCHAR), size BIGINT, modificationTime BIGINT, dataChange BOOLEAN, stats VARCHAR)'})`,
    );
    const snapshot = await readSnapshot(table);
    expect([...snapshot.files.keys()].toSorted()).toEqual(['f0', 'f1', 'f2', 'f3', 'f4']);
  });

  it('with a checkpoint of version 2 says so', async () => {
    await manyCommits(2);
    await rename(checkpointPath(table, 1), join(logFolderOf(table), '00000000000000000001.checkpoint.80a083e8-7026-4e79-81be-64bd76c43a11.parquet'));
    await rm(commitPath(table, 0));
    await utimes(commitPath(table, 1), new Date(), new Date(0));
    await expect(readSnapshot(table)).rejects.toMatchObject({ code: 'TABLE_UNSUPPORTED', message: expect.stringContaining('v2Checkpoint') });
  });

  it('keeps its name, and gets checkpoints whatever its pointer says', async () => {
    await manyCommits(12);
    await writeFile(join(logFolderOf(table), '_last_checkpoint'), '{"version":9000000,"size":1}');
    expect(await isCheckpointDue(table, 11)).toBe(true);
    await dropCommits(11);
    await utimes(commitPath(table, 11), new Date(), new Date(0));
    expect((await findSnapshot(table))?.metaData).toMatchObject({ name: 'orders', description: 'all of them' });
  });

  it('whose checkpoint has its counts as columns alone still counts', async () => {
    await manyCommits(2);
    const path = checkpointPath(table, 1);
    const columns = `SELECT * REPLACE (CASE WHEN add IS NULL THEN NULL ELSE struct_pack(path := add.path, partitionValues := add.partitionValues, size := add.size, modificationTime := add.modificationTime, dataChange := false, stats_parsed := {'numRecords': 21::BIGINT, 'nullCount': {'a': 0}}) END AS add) FROM read_parquet(${quoteText(path)})`;
    await parquet(join(table, 'new'), columns);
    await rename(join(table, 'new'), path);
    await dropCommits(1);
    await utimes(commitPath(table, 1), new Date(), new Date(0));
    expect((await readSnapshot(table)).rows).toBe(42);
    expect(await readFile(commitPath(table, 1), 'utf8')).toContain('f1');
  });
});
