import { cp, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Expectation } from '@millrace/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commit } from './delta/commit.ts';
import { filePathOf } from './delta/actions.ts';
import { listLog, readCommit } from './delta/log-files.ts';
import { findSnapshot, readSnapshot } from './delta/snapshot.ts';
import { rewriteByOthers } from './pipeline/rewrite-by-others.fixture.ts';
import { MortalDisk, type Death } from './fixtures/mortal-disk.fixture.ts';
import { openLake, runOf, type Lake } from './lake.fixture.ts';
import { intervalKeyOf } from './pipeline/interval-run.ts';
import { findLoad, giveUpLoad, runInterval } from './pipeline/run-interval.ts';
import { appendRows } from './tables/append-rows.ts';
import { queryTables } from './tables/query-tables.ts';

/*
 * Every place between two file operations of a commit, of an append and of a load is where the process is killed, or the disk is full, once.
 * Then it starts again and does the same: everything has to be there once, and nothing else.
 */

const DEATHS: readonly Death[] = ['KILLED', 'FULL'];
/** The commit that is killed is the one that a checkpoint is due for. */
const EARLIER_COMMITS = 10;

let disk: MortalDisk;
let root: string;
let lake: Lake;
let uri: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'millrace-kills-'));
  lake = await openLake({ threads: 1 });
  uri = await lake.text('values.csv', `n\n${Array.from({ length: 20 }, (_, n) => n).join('\n')}\n`);
  disk = await MortalDisk.install();
});
afterAll(async () => {
  await lake.close();
  await rm(root, { recursive: true });
});

/** Does the work on a fresh copy with a death at the first operation, the second, and so on, until it is through before it would die. */
async function atEveryOperation(
  prepare: (copy: string) => Promise<void>,
  work: (copy: string) => Promise<unknown>,
  check: (copy: string) => Promise<void>,
  death: Death,
): Promise<number> {
  for (let operation = 1; ; operation++) {
    const copy = join(root, `${death}-${operation}-${Math.random()}`);
    await prepare(copy);
    const died = await disk.dyingAt(operation, death, () => work(copy));
    await check(copy);
    await rm(copy, { recursive: true, force: true });
    if (!died) return operation - 1;
  }
}

async function rowsOf(path: string): Promise<number> {
  const snapshot = await findSnapshot(path);
  if (snapshot === undefined || snapshot.columns.length === 0) return 0;
  return Number((await queryTables({ tables: { t: { path } }, sql: 'SELECT count(*) AS n FROM t' }))[0]?.['n']);
}

/** The log is whole: every version from the first on, every line of it JSON, every live file there with its size, one commit for the transaction. */
async function expectWhole(table: string, appId: string, commits: number): Promise<void> {
  const snapshot = await findSnapshot(table);
  if (snapshot === undefined) {
    expect(commits).toBe(0);
    return;
  }
  const log = await listLog(table);
  expect(log.commits).toEqual(Array.from({ length: snapshot.version + 1 }, (_, version) => version));
  const actions = await Promise.all(log.commits.map((version) => readCommit(table, version)));
  expect(actions.flat().filter(({ txn }) => txn?.appId === appId)).toHaveLength(commits);
  for (const version of log.checkpoints) expect((await readSnapshot(table, version)).version).toBe(version);
  for (const file of snapshot.files.values()) {
    if (!filePathOf(file).startsWith('part-')) continue;
    expect((await stat(join(table, filePathOf(file)))).size).toBe(file.size);
  }
}

const commitOf = (table: string, name: string) => ({
  table,
  fields: [{ name: 'a', type: 'long', nullable: true, metadata: {} }],
  partitionColumns: [],
  add: [{ path: name, partitionValues: {}, size: 1, modificationTime: 1, dataChange: true, stats: '{"numRecords":1}' }],
  transaction: { appId: name, version: 1 },
  info: {},
});

describe.each(DEATHS)('%s between any two file operations', (death) => {
  it('of a commit with a checkpoint: it is there once, whole', async () => {
    const base = join(root, `base-${death}`);
    for (let version = 0; version < EARLIER_COMMITS; version++) await commit(commitOf(base, `file-${version}`));
    const operations = await atEveryOperation(
      (copy) => cp(base, copy, { recursive: true }),
      (copy) => commit(commitOf(copy, 'last')),
      async (copy) => {
        const before = await readSnapshot(copy);
        expect(before.files.size - EARLIER_COMMITS).toBe(before.transactions.has('last') ? 1 : 0);
        const { status } = await commit(commitOf(copy, 'last'));
        expect(status).toBe(before.transactions.has('last') ? 'SKIPPED' : 'COMMITTED');
        await expectWhole(copy, 'last', 1);
        expect((await readSnapshot(copy)).files.size).toBe(EARLIER_COMMITS + 1);
      },
      death,
    );
    expect(operations).toBeGreaterThan(6);
  });

  it('of an append to a new table: its rows are there once', async () => {
    const rows = join(root, 'rows.ndjson');
    await writeFile(rows, Array.from({ length: 10 }, (_, n) => JSON.stringify({ n })).join('\n'));
    const append = (table: string) =>
      appendRows(
        { table, files: [rows], columns: [{ name: 'n', type: 'long', nullable: true }], transaction: { appId: 'segment 1', version: 1 } },
        { threads: 1 },
      );
    const operations = await atEveryOperation(
      async () => undefined,
      append,
      async (table) => {
        expect([0, 10]).toContain(await rowsOf(table));
        await append(table);
        expect(await rowsOf(table)).toBe(10);
        await expectWhole(table, 'segment 1', 1);
        const added = (await readdir(table)).filter((name) => name.endsWith('.parquet'));
        // A kill may leave a file that no commit names, for vacuum; a full disk leaves none.
        expect(added.length).toBeLessThanOrEqual(death === 'KILLED' ? 2 : 1);
      },
      death,
    );
    expect(operations).toBeGreaterThan(6);
  });

  it('of a rerun after another engine has rewritten both tables: its rows and all others are there once', async () => {
    const dated = await lake.text('dated.csv', `n,day\n${Array.from({ length: 40 }, (_, n) => `${n},2001-0${1 + (n % 2)}-05`).join('\n')}\n`);
    const transform = 'SELECT * FROM flights WHERE day >= $interval_start AND day < $interval_end';
    const even: Expectation = { name: 'even', kind: 'expression', sql: 'n % 4 < 2', severity: 'QUARANTINE' };
    const request = (folder: string, month: number, sequence: number) => {
      const plain = runOf(lake, { uri: dated, format: 'CSV', transform, expectations: [even], month, sequence });
      return { ...plain, folder, definition: { ...plain.definition, intervalColumn: 'day' } };
    };
    const base = join(root, `${death}-rewritten`);
    const [dataset, quarantine] = [join(base, 'departures'), join(base, 'departures__quarantine')];
    for (const month of [0, 1]) await runInterval(request(base, month, 1), { engine: lake.engine });
    for (const table of [dataset, quarantine]) await rewriteByOthers(table);
    const operations = await atEveryOperation(
      (copy) => cp(base, copy, { recursive: true }),
      (copy) => runInterval(request(copy, 0, 2), { engine: lake.engine }),
      async (copy) => {
        const tables = [join(copy, 'departures'), join(copy, 'departures__quarantine')] as const;
        expect(await rowsOf(tables[0])).toBe(20);
        await runInterval({ ...request(copy, 0, 2), attempt: 2 }, { engine: lake.engine });
        expect([await rowsOf(tables[0]), await rowsOf(tables[1])]).toEqual([20, 20]);
        for (const table of tables) await expectWhole(table, intervalKeyOf(request(copy, 0, 2)), 2);
      },
      death,
    );
    expect(operations).toBeGreaterThan(8);
  });

  const small: Expectation = { name: 'small', kind: 'between', column: 'n', maximum: 16, severity: 'QUARANTINE' };
  const requestIn = (folder: string) => ({ ...runOf(lake, { uri, format: 'CSV', transform: 'SELECT n FROM flights', expectations: [small] }), folder });

  it.each(['run again', 'given up'] as const)('of a load with quarantine that is %s: rows and quarantine are both there once, or neither', async (then) => {
    const operations = await atEveryOperation(
      async () => undefined,
      (folder) => runInterval(requestIn(folder), { engine: lake.engine }),
      async (folder) => {
        const [table, quarantine] = [join(folder, 'departures'), join(folder, 'departures__quarantine')];
        const request = { ...requestIn(folder), attempt: 2 };
        if (then === 'run again') {
          expect(await runInterval(request, { engine: lake.engine })).toMatchObject({ rowsLoaded: 17, rowsQuarantined: 3 });
          expect([await rowsOf(table), await rowsOf(quarantine)]).toEqual([17, 3]);
          expect((await findLoad(request))?.recovered).toBe(true);
          return;
        }
        const loaded = await giveUpLoad(request);
        expect([await rowsOf(table), await rowsOf(quarantine)]).toEqual(loaded === undefined ? [0, 0] : [17, 3]);
        if (loaded === undefined) await expect(runInterval(request, { engine: lake.engine })).rejects.toMatchObject({ code: 'CONFLICT' });
      },
      death,
    );
    expect(operations).toBeGreaterThan(8);
  });
});
