import type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import { MillraceError } from '@millrace/contracts';
import { readSnapshot, type Snapshot } from '../delta/snapshot.ts';
import { snapshotRelation } from '../delta/snapshot-relation.ts';
import { quoteName } from '../engine/sql-text.ts';
import { withTrustedDatabase, type TrustedDatabaseOptions } from '../engine/trusted-database.ts';

export interface ReadColumns {
  readonly table: string;
  readonly version?: number;
  readonly columns: readonly string[];
  /** With `start` and `end`: only rows with start ≤ time < end. */
  readonly timeColumn?: string;
  readonly start?: Date;
  readonly end?: Date;
}

/** Numbers, booleans (0 and 1), and timestamps and dates (milliseconds since the epoch); NaN is missing. */
export interface NumberColumnData {
  readonly type: 'number';
  readonly values: Float64Array;
}

/** Texts: `codes` point into `dictionary`, which is sorted; -1 is missing. */
export interface CategoryColumnData {
  readonly type: 'category';
  readonly codes: Int32Array;
  readonly dictionary: readonly string[];
}

export interface ColumnarRows {
  readonly rows: number;
  readonly columns: Readonly<Record<string, NumberColumnData | CategoryColumnData>>;
}

/**
 * Reads columns of a Delta snapshot into typed arrays. The rows come in the same order every time the same version is read. Fails with
 * `SOURCE_COLUMN_MISSING` for a column that the snapshot lacks, `BAD_INPUT` for one that is nested or binary.
 */
export async function readColumns(request: ReadColumns, limits: TrustedDatabaseOptions = {}): Promise<ColumnarRows> {
  const snapshot = await readSnapshot(request.table, request.version);
  const kinds = request.columns.map((name) => kindOf(snapshot, name));
  return withTrustedDatabase(limits, async (connection) => {
    await connection.run(`CREATE VIEW picked AS SELECT * FROM ${snapshotRelation(snapshot)}${rangeOf(snapshot, request)}`);
    const categories = request.columns.filter((_, index) => kinds[index] === 'category');
    const { rows, dictionaries } = await countRows(connection, categories);
    const targets = request.columns.map((_, index) => (kinds[index] === 'category' ? new Int32Array(rows) : new Float64Array(rows)));
    const result = await connection.stream(
      `SELECT ${request.columns.map((name, index) => valueOf(name, kinds[index] ?? 'number', categories.indexOf(name))).join(', ') || '1'} FROM picked`,
    );
    let offset = 0;
    for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk())
      offset += copyChunk(chunk, targets, offset);
    const columns = request.columns.map((name, index): [string, NumberColumnData | CategoryColumnData] => {
      const target = targets[index];
      return [
        name,
        target instanceof Int32Array
          ? { type: 'category', codes: target, dictionary: dictionaries[categories.indexOf(name)] ?? [] }
          : { type: 'number', values: target ?? new Float64Array() },
      ];
    });
    return { rows, columns: Object.fromEntries(columns) };
  });
}

type Kind = 'number' | 'category' | 'time';

function kindOf(snapshot: Snapshot, name: string): Kind {
  const column = snapshot.columns.find((candidate) => candidate.name === name);
  if (column === undefined) {
    const present = snapshot.columns.map((candidate) => candidate.name);
    throw new MillraceError(
      'SOURCE_COLUMN_MISSING',
      `The dataset at ${snapshot.table} has no column "${name}" in version ${snapshot.version}. It has: ${present.join(', ')}.`,
      { fields: { column: name, present } },
    );
  }
  if (column.type === 'string') return 'category';
  if (column.type === 'timestamp' || column.type === 'date') return 'time';
  if (['binary', 'array', 'struct', 'map'].includes(column.type))
    throw new MillraceError('BAD_INPUT', `The column "${name}" is ${column.type}; only numbers, booleans, times and texts can be read as columns.`, {
      fields: { column: name, type: column.type },
    });
  return 'number';
}

function rangeOf(snapshot: Snapshot, { timeColumn, start, end }: ReadColumns): string {
  if (timeColumn === undefined) return '';
  if (kindOf(snapshot, timeColumn) !== 'time')
    throw new MillraceError('BAD_INPUT', `The time column "${timeColumn}" is neither timestamp nor date.`, { fields: { timeColumn } });
  const column = quoteName(timeColumn);
  const bounds = [
    ...(start === undefined ? [] : [`${column} >= make_timestamptz(${BigInt(start.getTime()) * 1000n})`]),
    ...(end === undefined ? [] : [`${column} < make_timestamptz(${BigInt(end.getTime()) * 1000n})`]),
  ];
  return bounds.length === 0 ? '' : ` WHERE ${bounds.join(' AND ')}`;
}

/** Counts the rows and makes one enumeration type per text column, `category_<n>`, whose order is the dictionary's. */
async function countRows(connection: DuckDBConnection, categories: readonly string[]): Promise<{ rows: number; dictionaries: string[][] }> {
  const counted = await connection.runAndReadAll('SELECT count(*)::DOUBLE FROM picked');
  const dictionaries: string[][] = [];
  for (const [index, name] of categories.entries()) {
    const column = quoteName(name);
    await connection.run(`CREATE TYPE category_${index} AS ENUM (SELECT DISTINCT ${column} FROM picked WHERE ${column} IS NOT NULL ORDER BY 1)`);
    const reader = await connection.runAndReadAll(`SELECT unnest(enum_range(NULL::category_${index}))::VARCHAR`);
    dictionaries.push(reader.getRows().map(([value]) => String(value)));
  }
  return { rows: Number(counted.getRows()[0]?.[0]), dictionaries };
}

function valueOf(name: string, kind: Kind, category: number): string {
  const column = quoteName(name);
  if (kind === 'category') return `coalesce(enum_code(${column}::category_${category})::INTEGER, -1)`;
  if (kind === 'time') return `coalesce(epoch_ms(${column}::TIMESTAMPTZ)::DOUBLE, 'nan'::DOUBLE)`;
  return `coalesce(${column}::DOUBLE, 'nan'::DOUBLE)`;
}

function copyChunk(chunk: DuckDBDataChunk, targets: readonly (Int32Array | Float64Array)[], offset: number): number {
  const { rowCount } = chunk;
  for (const [index, target] of targets.entries()) {
    const vector = chunk.getColumnVector(index);
    for (let row = 0; row < rowCount; row++) target[offset + row] = Number(vector.getItem(row));
  }
  return rowCount;
}
