import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { queryTables, runInterval, SqlEngine, vacuumTable, type RunIntervalRequest } from '@millrace/lakehouse';
import { temporaryFolder } from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { python } from './python.ts';

/** Spark runs on Java; delta-rs needs nothing. */
const HAS_JAVA = spawnSync('java', ['-version']).status === 0;

const DAYS = 40;
/** Two rows a day from 1 January 2001: 62 in January, 18 in February. */
const CSV = ['id,day,kind,amount', ...Array.from({ length: 2 * DAYS }, (_, id) => `${id},${dayOf(id >> 1)},${id % 2 === 0 ? 'a/b=c é' : 'plain'},${id}`)].join(
  '\n',
);
const JANUARY = 62;
const TOTAL = (80 * 79) / 2;

function dayOf(day: number): string {
  return new Date(Date.UTC(2001, 0, 1 + day)).toISOString().slice(0, 10);
}

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let engine: SqlEngine;
beforeAll(async () => {
  folder = await temporaryFolder();
  for (const name of ['sources', 'tables', 'spill']) await mkdir(join(folder.path, name));
  await writeFile(join(folder.path, 'sources', 'orders.csv'), CSV);
  const temporary = { temporaryFolder: join(folder.path, 'spill'), temporaryLimit: '1GB' };
  engine = new SqlEngine({ memoryLimit: '256MB', threads: 2, timeoutMilliseconds: 60_000, jobsPerProcess: 50, ...temporary });
});
afterAll(async () => {
  engine.close();
  await folder.remove();
});

interface Load {
  readonly month?: number;
  readonly sequence?: number;
  readonly told?: boolean;
}

function load(dataset: string, { month = 0, sequence = 1, told = false }: Load = {}) {
  const request: RunIntervalRequest = {
    folder: join(folder.path, 'tables'),
    pipeline: 'orders',
    pipelineRunId: `prun_${month}_${sequence}`,
    sequence,
    attempt: 1,
    interval: { start: new Date(Date.UTC(2001, month, 1)), end: new Date(Date.UTC(2001, month + 1, 1)) },
    sourceRoots: [join(folder.path, 'sources')],
    sources: [{ name: 'orders', format: 'CSV', uri: join(folder.path, 'sources', 'orders.csv') }],
    definition: {
      transform: 'SELECT * FROM orders WHERE day >= $interval_start AND day < $interval_end',
      expectations: [],
      dataset,
      partitionBy: dataset.includes('by_kind') ? ['kind'] : [],
      ...(told ? { intervalColumn: 'day' } : {}),
    },
  };
  return runInterval(request, { engine });
}

const at = (dataset: string) => join(folder.path, 'tables', dataset);

async function seenByUs(dataset: string): Promise<unknown> {
  const sql = 'SELECT count(*) AS rows, sum(amount)::BIGINT AS total FROM t';
  return (await queryTables({ tables: { t: { path: at(dataset) } }, sql }))[0];
}

type Operation = readonly [string, ...(string | number)[]];
const ORDINARY: Readonly<Record<string, readonly Operation[]>> = {
  optimize: [['optimize']],
  delete: [['delete', 'amount < 10']],
  update: [['update', 'amount < 10']],
  merge: [['merge', 'id = 0']],
  overwrite: [['overwrite']],
  append: [['append']],
  checkpoint: [['checkpoint']],
  restore: [['optimize'], ['restore', 1]],
  constrain: [['constrain', 'amount >= 0']],
};

async function others(writer: string, tasks: Readonly<Record<string, readonly Operation[]>>): Promise<Record<string, unknown>> {
  const list = Object.entries(tasks).map(([dataset, operations]) => ({ table: at(dataset), operations }));
  const seen = (await python('share_delta.py', writer, JSON.stringify(list))) as readonly unknown[];
  return Object.fromEntries(Object.keys(tasks).map((dataset, index) => [dataset, seen[index]]));
}

/** Spark takes seconds for each table, so it gets one of each kind of rewriting. */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  'delta-rs': Object.keys(ORDINARY).flatMap((name) => [`plain_${name}`, `by_kind_${name}`]),
  spark: ['plain_optimize', 'by_kind_delete', 'plain_merge', 'by_kind_append', 'by_kind_checkpoint', 'by_kind_restore', 'plain_constrain'],
};
const OUTCOMES: Readonly<Record<string, unknown>> = {
  optimize: 'CONFLICT',
  delete: 'CONFLICT',
  update: 'CONFLICT',
  merge: 'CONFLICT',
  overwrite: 'CONFLICT',
  append: 81,
  checkpoint: 80,
  restore: 80,
  constrain: 'TABLE_UNSUPPORTED',
};
const operationOf = (dataset: string): string => dataset.split('_').at(-1) ?? '';

describe.each(['delta-rs', ...(HAS_JAVA ? ['spark'] : [])])('tables that %s writes to as well', (writer) => {
  test('are read alike, and no rerun of an interval doubles a row', { timeout: 300_000 }, async () => {
    const datasets = (KINDS[writer] ?? []).map((name) => `${writer.replace('-', '_')}_${name}`);
    for (const dataset of datasets) for (const month of [0, 1]) await load(dataset, { month });
    const seen = await others(writer, Object.fromEntries(datasets.map((dataset) => [dataset, ORDINARY[operationOf(dataset)] ?? []])));

    for (const dataset of datasets) {
      expect(await seenByUs(dataset), dataset).toEqual(seen[dataset]);
      const rerun = await load(dataset, { sequence: 2 }).then(
        ({ table }) => table.rows,
        (error: unknown) => (error as { code: string }).code,
      );
      expect(rerun, dataset).toBe(OUTCOMES[operationOf(dataset)]);
      if (rerun === 'CONFLICT') expect((await load(dataset, { sequence: 3, told: true })).table.rows, dataset).toBe(80);
    }

    // What we wrote after them is what they read.
    const whole = datasets.filter((dataset) => ['optimize', 'delete', 'overwrite', 'checkpoint', 'restore'].includes(operationOf(dataset)));
    const after = await others(writer, Object.fromEntries(whole.map((dataset) => [dataset, []])));
    for (const dataset of whole) {
      expect(after[dataset], dataset).toEqual({ rows: 80, total: TOTAL });
      expect(await seenByUs(dataset), dataset).toEqual(after[dataset]);
    }
  });
});

test.runIf(HAS_JAVA)('what Spark switches on is refused by name, and its dates and partitions are read as it reads them', { timeout: 300_000 }, async () => {
  for (const dataset of ['vectors', 'mapped', 'cloned_from', 'fed']) await load(dataset);
  await others('spark', {
    vectors: [
      ['set', 'delta.enableDeletionVectors', 'true'],
      ['delete', 'id = 3'],
    ],
    mapped: [['set', 'delta.columnMapping.mode', 'name']],
    fed: [['set', 'delta.enableChangeDataFeed', 'true']],
    clone: [['clone', at('cloned_from')]],
    extremes: [['extremes']],
  });
  for (const [dataset, name] of [
    ['vectors', 'deletionVectors'],
    ['mapped', 'column mapping'],
    ['clone', 'shallow clone'],
  ] as const)
    await expect(seenByUs(dataset), dataset).rejects.toMatchObject({ code: 'TABLE_UNSUPPORTED', message: expect.stringContaining(name) });
  await expect(vacuumTable(at('clone'), { stagedMilliseconds: 0, retentionMilliseconds: 0 })).rejects.toMatchObject({ code: 'TABLE_UNSUPPORTED' });
  expect(await seenByUs('cloned_from')).toMatchObject({ rows: JANUARY });
  expect((await load('fed', { sequence: 2 })).table.rows).toBe(JANUARY);
  const rows = await queryTables({
    tables: { t: { path: at('extremes') } },
    sql: 'SELECT id, d::VARCHAR AS d, t::VARCHAR AS t, p, pt::VARCHAR AS pt FROM t ORDER BY id',
  });
  expect(rows).toEqual([
    { id: 1, d: '9999-12-31', t: '9999-12-31 23:59:59.999999+00', p: null, pt: '2020-01-01 10:00:00.5+00' },
    { id: 2, d: '0001-01-01', t: '0001-01-01 00:00:00+00', p: 'a b/c=é%', pt: '9999-12-31 00:00:00+00' },
    { id: 3, d: '1500-02-28', t: '1500-01-01 00:00:00+00', p: null, pt: null },
    { id: 4, d: '0045-03-15 (BC)', t: '0045-03-15 (BC) 00:00:00+00', p: 'z', pt: '1969-12-31 23:59:59+00' },
  ]);
});
