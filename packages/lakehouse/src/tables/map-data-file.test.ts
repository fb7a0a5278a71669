import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { commit } from '../delta/commit.ts';
import { readSnapshot } from '../delta/snapshot.ts';
import { openLake, runOf, type Lake } from '../lake.fixture.ts';
import { runInterval } from '../pipeline/run-interval.ts';
import type { BatchValues } from './batch-values.ts';
import { mapDataFile, mappedFields, type MapDataFile, type MappedFile } from './map-data-file.ts';
import { queryTables } from './query-tables.ts';

const ROWS = 300_000;
let lake: Lake;
let source: MapDataFile['source'];

beforeAll(async () => {
  lake = await openLake();
  const uri = await lake.parquet(
    'flights.parquet',
    `SELECT range::INTEGER AS id, 'flight ' || range AS name, range::DOUBLE AS distance, (range * 2)::INTEGER AS hour, range % 2 = 0 AS late, TIMESTAMPTZ '2001-01-01' AS at,
       CASE range WHEN 7 THEN NULL WHEN 8 THEN 'x' ELSE (range % 3)::VARCHAR END AS gate, CASE WHEN range = 9 THEN NULL ELSE range END::DOUBLE AS gap,
       CASE WHEN range = 8 THEN 'a' || chr(0) || 'b' ELSE 'a' END AS note FROM range(${ROWS})`,
  );
  const result = await runInterval(runOf(lake, { uri, transform: 'SELECT * FROM flights', dataset: 'flights' }), { engine: lake.engine });
  expect(result.rowsLoaded).toBe(ROWS);
  const table = join(lake.tables, 'flights');
  const snapshot = await readSnapshot(table);
  source = { table, version: snapshot.version, path: [...snapshot.files.keys()][0] ?? '' };
});
afterAll(() => lake.close());

async function map(
  name: string,
  request: Partial<MapDataFile>,
): Promise<MappedFile & { readonly rowsOf: (sql: string) => Promise<Record<string, unknown>[]> }> {
  const table = join(lake.root, 'mapped', name);
  const whole: MapDataFile = {
    source,
    inputs: [],
    outputs: [],
    keep: [],
    constants: {},
    rejectionColumn: 'rejection',
    target: { table, filePrefix: 'part', tags: {} },
    map: async () => [],
    ...request,
  };
  const mapped = await mapDataFile(whole, { threads: 1 });
  await commit({ table, fields: await mappedFields(whole), partitionColumns: [], add: mapped.files, info: {} });
  return { ...mapped, rowsOf: (sql) => queryTables({ tables: { mapped: { path: table } }, sql }) };
}

const sumOf = async ([a, b]: readonly BatchValues[], rows: number): Promise<BatchValues[]> => [
  Float32Array.from({ length: rows }, (_, row) => Number(a?.[row]) + Number(b?.[row])),
];

it('rows keep their order beside the columns that are kept, the constants, and what was mapped from them', async () => {
  const { rows, rejected, rowsOf } = await map('sums', {
    inputs: [
      { column: 'distance', kind: 'FP32' },
      { column: 'hour', kind: 'INT64' },
    ],
    outputs: [{ column: 'sum', kind: 'FP32' }],
    keep: ['name', 'at'],
    constants: { model: 'mv_1', scored_at: new Date('2026-01-02T03:04:05.678Z') },
    map: sumOf,
  });
  expect({ rows, rejected }).toEqual({ rows: ROWS, rejected: 0 });
  expect(await rowsOf(`SELECT count(*) AS n FROM mapped WHERE name <> 'flight ' || (sum / 3)::INTEGER`)).toEqual([{ n: 0 }]);
  expect(await rowsOf(`SELECT * FROM mapped WHERE name = 'flight 299999'`)).toEqual([
    { name: 'flight 299999', at: new Date('2001-01-01'), sum: 899_997, model: 'mv_1', scored_at: new Date('2026-01-02T03:04:05.678Z'), rejection: null },
  ]);
});

it('a row whose input is missing or does not fit is kept without outputs and with the reason; a missing float is NaN', async () => {
  const { rows, rejected, rowsOf } = await map('rejected', {
    inputs: [
      { column: 'gap', kind: 'FP64' },
      { column: 'gate', kind: 'INT64' },
    ],
    outputs: [{ column: 'sum', kind: 'FP32' }],
    keep: ['id'],
    map: sumOf,
  });
  expect({ rows, rejected }).toEqual({ rows: ROWS, rejected: 2 });
  expect(await rowsOf('SELECT id, sum, rejection FROM mapped WHERE id IN (6, 7, 8, 9) ORDER BY id')).toEqual([
    { id: 6, sum: 6, rejection: null },
    { id: 7, sum: null, rejection: '"gate" is missing or is no long' },
    { id: 8, sum: null, rejection: '"gate" is missing or is no long' },
    { id: 9, sum: Number.NaN, rejection: null },
  ]);
});

it('a row whose text holds a NUL, which would be cut off there, is rejected', async () => {
  const seen = new Set<string>();
  const { rejected, rowsOf } = await map('nul', {
    inputs: [
      { column: 'name', kind: 'BYTES' },
      { column: 'note', kind: 'BYTES' },
    ],
    outputs: [{ column: 'same', kind: 'BYTES' }],
    keep: ['id'],
    map: async ([, notes = []], rows) => {
      for (let row = 0; row < rows; row++) seen.add(String(notes[row]));
      return [Array.from({ length: rows }, (_, row) => String(notes[row]))];
    },
  });
  expect(rejected).toBe(1);
  expect([...seen]).toEqual(['a']);
  expect(await rowsOf('SELECT id, same, rejection FROM mapped WHERE id IN (7, 8) ORDER BY id')).toEqual([
    { id: 7, same: 'a', rejection: null },
    { id: 8, same: null, rejection: '"note" holds a NUL character' },
  ]);
});

it('a missing text is empty where it is said to be, and rejects its row elsewhere', async () => {
  const { rowsOf } = await map('texts', {
    inputs: [{ column: 'gate', kind: 'BYTES', emptyText: true }],
    outputs: [{ column: 'same', kind: 'BYTES' }],
    keep: ['id'],
    map: async ([gates = []], rows) => [Array.from({ length: rows }, (_, row) => `<${String(gates[row])}>`)],
  });
  expect(await rowsOf('SELECT id, same, rejection FROM mapped WHERE id IN (7, 8) ORDER BY id')).toEqual([
    { id: 7, same: '<>', rejection: null },
    { id: 8, same: '<x>', rejection: null },
  ]);
  const rejecting = await map('rejected texts', {
    inputs: [{ column: 'gate', kind: 'BYTES' }],
    outputs: [{ column: 'same', kind: 'BYTES' }],
    keep: ['id'],
    map: async ([gates = []], rows) => [Array.from({ length: rows }, (_, row) => String(gates[row]))],
  });
  expect(await rejecting.rowsOf('SELECT rejection FROM mapped WHERE id = 7')).toEqual([{ rejection: '"gate" is missing or is no string' }]);
});

it('a row that cannot be mapped is kept with the reason that the mapping gives, beside those that were rejected before', async () => {
  const counted: number[] = [];
  const { rejected, rowsOf } = await map('failed', {
    inputs: [
      { column: 'gate', kind: 'INT64' },
      { column: 'hour', kind: 'INT32' },
    ],
    outputs: [{ column: 'half', kind: 'INT32' }],
    keep: ['id'],
    onRows: (rows) => counted.push(rows),
    map: async ([, hours = []], rows, reject) => [
      Int32Array.from({ length: rows }, (_, row) => {
        const hour = Number(hours[row]);
        if (hour >= 1000) reject(row, hour < 1020 ? `no ${hour}` : 'too late');
        return hour / 2;
      }),
    ],
  });
  expect(rejected).toBe(2 + ROWS - 500);
  expect(counted.reduce((sum, rows) => sum + rows, 0)).toBe(ROWS);
  expect(await rowsOf('SELECT count(*) AS n FROM mapped WHERE half = id')).toEqual([{ n: 498 }]);
  expect(await rowsOf('SELECT id, half, rejection FROM mapped WHERE id IN (7, 9, 500, 509, 299999) ORDER BY id')).toEqual([
    { id: 7, half: null, rejection: '"gate" is missing or is no long' },
    { id: 9, half: 9, rejection: null },
    { id: 500, half: null, rejection: 'no 1000' },
    { id: 509, half: null, rejection: 'no 1018' },
    { id: 299_999, half: null, rejection: 'too late' },
  ]);
});

it('a row may be rejected by any of hundreds of inputs', async () => {
  const { rejected, rowsOf } = await map('wide', {
    inputs: [...Array.from({ length: 300 }, () => ({ column: 'hour', kind: 'INT64' as const })), { column: 'gate', kind: 'INT64' }],
    outputs: [],
    keep: ['id'],
  });
  expect(rejected).toBe(2);
  expect(await rowsOf('SELECT rejection FROM mapped WHERE id = 8')).toEqual([{ rejection: '"gate" is missing or is no long' }]);
});

it('texts and truth values go both ways', async () => {
  const { rowsOf } = await map('texts', {
    inputs: [
      { column: 'name', kind: 'BYTES' },
      { column: 'late', kind: 'BOOL' },
    ],
    outputs: [
      { column: 'loud', kind: 'BYTES' },
      { column: 'early', kind: 'BOOL' },
    ],
    map: async ([names, late], rows) => [
      Array.from({ length: rows }, (_, row) => String(names?.[row]).toUpperCase()),
      Uint8Array.from({ length: rows }, (_, row) => 1 - Number(late?.[row])),
    ],
  });
  expect(await rowsOf(`SELECT loud, early FROM mapped WHERE loud IN ('FLIGHT 3', 'FLIGHT 4') ORDER BY loud`)).toEqual([
    { loud: 'FLIGHT 3', early: true },
    { loud: 'FLIGHT 4', early: false },
  ]);
});

it('a column that is to be kept and is not there is named, an aborted mapping ends', async () => {
  await expect(map('kept', { keep: ['nope'] })).rejects.toMatchObject({ code: 'SOURCE_COLUMN_MISSING', fields: { column: 'nope' } });
  await expect(map('aborted', { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
});
