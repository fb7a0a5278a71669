import { copyFileSync } from 'node:fs';
import { cp, mkdir, readdir, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AddAction } from '../delta/actions.ts';
import { commit } from '../delta/commit.ts';
import { commitPath, listLog } from '../delta/log-files.ts';
import { readSnapshot } from '../delta/snapshot.ts';
import { retentionProperties } from '../delta/table-retention.ts';
import { openLake, type Lake } from '../lake.fixture.ts';
import { appendRows } from '../tables/append-rows.ts';
import { queryTables } from '../tables/query-tables.ts';
import { cleanLog } from './clean-log.ts';
import { compactTable } from './compact-table.ts';
import { forgetTransactions } from './forget-transactions.ts';
import { vacuumTable } from './vacuum-table.ts';

let lake: Lake;
beforeAll(async () => {
  lake = await openLake();
});
afterAll(() => lake.close());

const DAY = 86_400_000;
const COLUMNS = [
  { name: 'n', type: 'long', nullable: true },
  { name: 'kind', type: 'string', nullable: true },
] as const;

/** Commits ten rows in each of `commits` appends, the later rows first. */
async function tableOf(name: string, commits: number): Promise<string> {
  const table = join(lake.tables, name);
  for (let index = commits - 1; index >= 0; index--) await append(table, index);
  return table;
}

async function append(table: string, index: number, kind = 'x'): Promise<void> {
  const rows = Array.from({ length: 10 }, (_, row) => JSON.stringify({ n: index * 10 + row, kind }));
  const file = await lake.text(`${index}-${kind}.ndjson`, rows.join('\n'));
  await appendRows({
    table,
    files: [file],
    columns: COLUMNS,
    transaction: { appId: `append ${kind} ${index}`, version: 1 },
    configuration: retentionProperties(1),
  });
}

async function rowsOf(table: string, version?: number): Promise<number[]> {
  const rows = await queryTables({ tables: { rows: { path: table, ...(version === undefined ? {} : { version }) } }, sql: 'SELECT n FROM rows ORDER BY n' });
  return rows.map((row) => Number(row['n']));
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** Makes every file of a table look as old as that, tombstones included where the log is given. */
async function age(table: string, milliseconds: number): Promise<void> {
  const time = new Date(Date.now() - milliseconds);
  for (const name of await readdir(table, { recursive: true })) await utimes(join(table, name), time, time);
}

describe('compaction', () => {
  it('makes one sorted file of many without changing a row, and older versions stay readable', async () => {
    const table = await tableOf('compacted', 12);
    const before = await readSnapshot(table);
    expect(await compactTable(table, { sortBy: 'n' })).toEqual({ removed: 12, added: 1, rows: 120 });
    const after = await readSnapshot(table);
    expect(after).toMatchObject({ version: before.version + 1, rows: 120, transactions: before.transactions });
    expect(after.files.size).toBe(1);
    expect([...after.files.values()][0]).toMatchObject({ dataChange: false });
    const unsorted = await queryTables({ tables: { rows: { path: table } }, sql: 'SELECT n FROM rows' }, { threads: 1 });
    expect(unsorted.map((row) => row['n'])).toEqual(numbers(120));
    expect(await rowsOf(table, before.version)).toEqual(numbers(120));
    expect(await compactTable(table, { sortBy: 'n' })).toEqual({ removed: 0, added: 0, rows: 0 });
  });

  it('puts together only what a rerun would replace together', async () => {
    const table = await tableOf('tagged', 1);
    const { fields, files: original } = await readSnapshot(table);
    const [source] = original.values();
    if (source === undefined) throw new Error('no file');
    const load = async (interval: string, copies: number): Promise<void> => {
      const add: AddAction[] = [];
      for (let copy = 0; copy < copies; copy++) {
        const name = `${interval}-${copy}-${source.path}`;
        await cp(join(table, source.path), join(table, name));
        add.push({ ...source, path: name, tags: { 'millrace.interval': interval } });
      }
      await commit({ table, fields, partitionColumns: [], add, replaces: ({ tags }) => tags?.['millrace.interval'] === interval, info: {} });
    };
    await load('january', 9);
    await load('february', 9);
    await compactTable(table, {});
    const { files, rows } = await readSnapshot(table);
    expect(rows).toBe(190);
    expect(new Set([...files.values()].map(({ tags }) => tags?.['millrace.interval']))).toEqual(new Set(['february', 'january', undefined]));
    expect(files.size).toBe(3);
    await load('january', 2);
    expect(await readSnapshot(table)).toMatchObject({ rows: 10 + 20 + 90 });
  });

  it('lets appends and replacements through that happen at the same time, and brings nothing back', async () => {
    const table = await tableOf('busy', 10);
    const { fields } = await readSnapshot(table);
    const [victim] = (await readSnapshot(table)).files.keys();
    await Promise.all([
      compactTable(table, { sortBy: 'n' }),
      compactTable(table, { sortBy: 'n' }),
      append(table, 10),
      commit({ table, fields, partitionColumns: [], add: [], replaces: ({ path }) => path === victim, info: {} }).catch(() => undefined),
    ]);
    const rows = await rowsOf(table);
    expect(new Set(rows).size).toBe(rows.length);
    expect([100, 110]).toContain(rows.length);
    expect(rows.slice(-10)).toEqual(numbers(110).slice(100));
  });

  it('is no conflict for a rerun that began before it', async () => {
    const table = await tableOf('rerun', 9);
    const { fields, version } = await readSnapshot(table);
    await cp(table, `${table}-elsewhere`, { recursive: true });
    await compactTable(`${table}-elsewhere`, { sortBy: 'n' });
    const [compacted] = (await readSnapshot(`${table}-elsewhere`)).files.keys();
    await cp(join(`${table}-elsewhere`, compacted ?? ''), join(table, compacted ?? ''));
    let tries = 0;
    const outcome = await commit({
      table,
      fields,
      partitionColumns: [],
      add: [],
      replaces: () => true,
      // Asked before every try: the compaction lands between what the rerun has read and its commit.
      check: () => {
        if (tries++ === 0) copyFileSync(commitPath(`${table}-elsewhere`, version + 1), commitPath(table, version + 1));
      },
      info: {},
    });
    expect(outcome).toEqual({ status: 'COMMITTED', version: version + 2 });
    expect(tries).toBe(2);
    expect((await readSnapshot(table)).files.size).toBe(0);
  });
});

describe('the log', () => {
  it('grows with the commits, not with their square', async () => {
    const table = join(lake.tables, 'linear');
    const field = { name: 'n', type: 'long', nullable: true, metadata: {} };
    const stats = JSON.stringify({ numRecords: 1, minValues: { n: 1 }, maxValues: { n: 1 }, nullCount: { n: 0 } });
    const sizes: number[] = [];
    for (let version = 0; version < 300; version++) {
      const add = { path: `file-${version}.parquet`, partitionValues: {}, size: 1, modificationTime: 1, dataChange: true, stats };
      await commit({ table, fields: [field], partitionColumns: [], add: [add], transaction: { appId: `app ${version}`, version: 1 }, info: {} });
      if (version === 149 || version === 299) sizes.push(await bytesIn(join(table, '_delta_log')));
    }
    const [half = 0, whole = 0] = sizes;
    expect(whole / half).toBeLessThan(2.5);
    // One at every tenth version would be thirty.
    expect((await listLog(table)).checkpoints.length).toBeLessThan(25);
    expect((await readSnapshot(table)).files.size).toBe(300);
  });

  it('is cleaned below a checkpoint, and stays readable at every moment', async () => {
    const table = await tableOf('cleaned', 25);
    await age(table, 3 * DAY);
    const cleaned = new AbortController();
    const read = async (): Promise<void> => {
      while (!cleaned.signal.aborted) expect(await rowsOf(table)).toEqual(numbers(250));
    };
    const readers = [read(), read()];
    expect(await cleanLog(table, { retentionMilliseconds: DAY })).toBeGreaterThan(15);
    cleaned.abort();
    await Promise.all(readers);
    const { commits, checkpoints } = await listLog(table);
    expect(commits[0]).toBe(checkpoints[0]);
    // Where nothing is remembered of it.
    await cp(table, `${table}-again`, { recursive: true });
    expect(await rowsOf(`${table}-again`)).toEqual(numbers(250));
    await append(table, 25);
    expect(await rowsOf(table)).toEqual(numbers(260));
    expect(await cleanLog(table, { retentionMilliseconds: DAY })).toBe(0);
  });

  it('keeps versions within the retention, and those that are named', async () => {
    const table = await tableOf('kept', 25);
    await age(table, 3 * DAY);
    for (let version = 20; version < 25; version++) await utimes(commitPath(table, version), new Date(), new Date());
    await cp(table, `${table}-named`, { recursive: true, preserveTimestamps: true });
    await cleanLog(table, { retentionMilliseconds: DAY });
    for (const version of [19, 20, 24]) expect((await readSnapshot(table, version)).version).toBe(version);
    await expect(readSnapshot(table, 3)).rejects.toThrow(/lacks commit|cleaned up/);
    await cleanLog(`${table}-named`, { retentionMilliseconds: DAY, keptVersions: [12] });
    expect(await rowsOf(`${table}-named`, 12)).toHaveLength(130);
  });

  it('lets go of transactions that are settled, and of no others', async () => {
    const table = join(lake.tables, 'settled');
    const field = { name: 'n', type: 'long', nullable: true, metadata: {} };
    for (let index = 0; index < 110; index++)
      await commit({ table, fields: [field], partitionColumns: [], add: [], transaction: { appId: `app ${index}`, version: 1 }, info: {} });
    expect(await forgetTransactions(table, async (appIds) => appIds.filter((appId) => appId !== 'app 7'))).toBe(109);
    expect([...(await readSnapshot(table)).transactions.keys()]).toEqual(['app 7']);
    await commit({ table, fields: [field], partitionColumns: [], add: [], transaction: { appId: 'app 7', version: 1 }, info: {} }).then((outcome) =>
      expect(outcome.status).toBe('SKIPPED'),
    );
  });
});

describe('vacuum', () => {
  it('removes what nothing needs: old files of old versions, and files that killed jobs left', async () => {
    const table = await tableOf('vacuumed', 12);
    await compactTable(table, { sortBy: 'n' });
    await mkdir(join(table, 'month=1'));
    await writeFile(join(table, 'left.parquet'), 'killed');
    await writeFile(join(table, 'month=1', 'left.parquet'), 'killed');
    expect(await vacuumTable(table, { stagedMilliseconds: DAY })).toEqual({ files: 0, bytes: 0 });
    await age(table, 3 * DAY);
    await writeFile(join(table, 'being-written.parquet'), 'a job');
    expect(await vacuumTable(table, { stagedMilliseconds: DAY, dryRun: true })).toMatchObject({ files: 2 });
    expect(await vacuumTable(table, { stagedMilliseconds: DAY })).toEqual({ files: 2, bytes: 12 });
    // The compacted files are tombstones of this hour.
    expect(await vacuumTable(table, { stagedMilliseconds: DAY, retentionMilliseconds: 0, keptVersions: [5] })).toMatchObject({ files: 6 });
    expect(await rowsOf(table, 5)).toHaveLength(60);
    expect(await rowsOf(table)).toEqual(numbers(120));
    expect(await readdir(table)).toContain('being-written.parquet');
  });

  it('removes nothing where a version that is kept cannot be read', async () => {
    const table = await tableOf('unsure', 9);
    await writeFile(join(table, 'left.parquet'), 'killed');
    await age(table, 3 * DAY);
    await expect(vacuumTable(table, { stagedMilliseconds: DAY, keptVersions: [99] })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await readdir(table)).toContain('left.parquet');
  });
});

async function bytesIn(folder: string): Promise<number> {
  let bytes = 0;
  for (const name of await readdir(folder)) bytes += (await stat(join(folder, name))).size;
  return bytes;
}
