import { DuckDBDataChunk, type DuckDBConnection, type DuckDBVector } from '@duckdb/node-api';
import { sqlTypeOf, type DeltaField } from '../delta/delta-type.ts';
import { quoteName, quoteText } from '../engine/sql-text.ts';
import { fillVector, type BatchValues } from './batch-values.ts';
import { KINDS, type BatchValueKind } from './mapped-columns.ts';

/** A column of rows in memory. The array may be longer than what is used of it. */
export interface BatchColumn {
  readonly name: string;
  readonly kind: BatchValueKind;
  readonly values: BatchValues;
  readonly isNullUnlessFinite?: boolean;
}

/** Rows by columns. A column of the table that is missing here is NULL. */
export interface ColumnBatch {
  readonly rows: number;
  /** What fits is cast to the type that the table has; a value that does not fit, such as a fraction in a column of whole numbers, is NULL, and is counted. A timestamp is a number of milliseconds since the epoch. */
  readonly columns: readonly BatchColumn[];
  /** Text that is the same in every row. */
  readonly constants: Readonly<Record<string, string>>;
}

/** DuckDB's vectors hold no more. */
const CHUNK_ROWS = 2048;
const EARLIEST = -62_135_596_800_000;
const LATEST = 253_402_300_799_999;

export interface LoadedBatches {
  /** A SELECT that gives the fields of all batches. */
  readonly select: string;
  /** By column how many values do not fit and are NULL; a column that takes all of them is left out. */
  readonly unfit: Readonly<Record<string, number>>;
}

/** Puts batches into temporary tables, one for each shape. */
export async function loadBatches(connection: DuckDBConnection, batches: readonly ColumnBatch[], fields: readonly DeltaField[]): Promise<LoadedBatches> {
  const shapes = new Map<string, ColumnBatch[]>();
  for (const batch of batches) {
    const shape = JSON.stringify([batch.constants, batch.columns.map(({ name, kind }) => [name, kind])]);
    const alike = shapes.get(shape);
    if (alike === undefined) shapes.set(shape, [batch]);
    else alike.push(batch);
  }
  const selects: string[] = [];
  const unfit: Record<string, number> = {};
  for (const alike of shapes.values()) {
    const [first] = alike;
    if (first === undefined) continue;
    const table = `batch_${selects.length}`;
    await connection.run(
      `CREATE TEMP TABLE ${table} (${['row UTINYINT', ...first.columns.map(({ kind }, index) => `c${index} ${KINDS[kind].sql}`)].join(', ')})`,
    );
    await appendAll(connection, table, alike);
    selects.push(`SELECT ${fields.map((field) => `${valueOf(field, first)} AS ${quoteName(field.name)}`).join(', ')} FROM ${table}`);
    for (const [name, values] of await countUnfit(connection, table, first, fields)) unfit[name] = (unfit[name] ?? 0) + values;
  }
  const nothing = `SELECT ${fields.map((field) => `NULL::${sqlTypeOf(field.type)} AS ${quoteName(field.name)}`).join(', ')} LIMIT 0`;
  return { select: selects.length === 0 ? nothing : selects.join(' UNION ALL '), unfit };
}

/** Looks only at columns whose kind holds more than their type; NaN is no value where there is none. */
async function countUnfit(connection: DuckDBConnection, table: string, batch: ColumnBatch, fields: readonly DeltaField[]): Promise<[string, number][]> {
  const doubtful = fields.flatMap((field) => {
    const index = batch.columns.findIndex(({ name }) => name === field.name);
    const column = batch.columns[index];
    if (column === undefined || column.isNullUnlessFinite === true || fitsAlways(column.kind, field.type)) return [];
    const isGiven = isFloat(column.kind) ? `NOT isnan(c${index})` : `c${index} IS NOT NULL`;
    return [{ name: field.name, sql: `count(*) FILTER (${isGiven} AND (${valueOf(field, batch)}) IS NULL)::DOUBLE` }];
  });
  if (doubtful.length === 0) return [];
  const [counts] = (await connection.runAndReadAll(`SELECT ${doubtful.map(({ sql }) => sql).join(', ')} FROM ${table}`)).getRows();
  return doubtful.map(({ name }, index): [string, number] => [name, Number(counts?.[index])]).filter(([, values]) => values > 0);
}

function fitsAlways(kind: BatchValueKind, type: DeltaField['type']): boolean {
  if (type === 'string' || type === 'timestamp' || KINDS[kind].type === type) return true;
  if (kind === 'BYTES') return false;
  return type === 'double' || kind === 'BOOL' || (type === 'long' && !isFloat(kind) && kind !== 'UINT64');
}

function isFloat(kind: BatchValueKind): boolean {
  return kind === 'FP32' || kind === 'FP64';
}

const WHOLE_NUMBERS: ReadonlySet<DeltaField['type']> = new Set(['byte', 'short', 'integer', 'long']);

async function appendAll(connection: DuckDBConnection, table: string, batches: readonly ColumnBatch[]): Promise<void> {
  const appender = await connection.createAppender(table);
  const [first] = batches;
  const types = [appender.columnType(0), ...(first?.columns ?? []).map((_, index) => appender.columnType(index + 1))];
  const marks = new Uint8Array(CHUNK_ROWS);
  for (const { rows, columns } of batches)
    for (let from = 0; from < rows; from += CHUNK_ROWS) {
      const count = Math.min(CHUNK_ROWS, rows - from);
      const chunk = DuckDBDataChunk.create(types, count);
      const vector = (index: number): DuckDBVector => chunk.getColumnVector(index);
      fillVector(vector(0), marks.subarray(0, count));
      for (const [index, { values }] of columns.entries()) fillVector(vector(index + 1), sliceOf(values, from, count));
      appender.appendDataChunk(chunk);
    }
  appender.closeSync();
}

function sliceOf(values: BatchValues, from: number, count: number): BatchValues {
  return Array.isArray(values) ? values.slice(from, from + count) : values.subarray(from, from + count);
}

function valueOf({ name, type }: DeltaField, { columns, constants }: ColumnBatch): string {
  const target = sqlTypeOf(type);
  const index = columns.findIndex((column) => column.name === name);
  const column = columns[index];
  if (column === undefined) {
    const constant = Object.hasOwn(constants, name) ? constants[name] : undefined;
    return constant === undefined ? `NULL::${target}` : `${quoteText(constant)}::${target}`;
  }
  if (type === 'timestamp') return `CASE WHEN c${index} BETWEEN ${EARLIEST} AND ${LATEST} THEN make_timestamptz((c${index} * 1000)::BIGINT) END`;
  if (column.isNullUnlessFinite === true) return `CASE WHEN isfinite(c${index}) THEN c${index} END::${target}`;
  // A cast would round, also the number of a text.
  const number = column.kind === 'BYTES' ? `TRY_CAST(c${index} AS DOUBLE)` : `c${index}`;
  if ((column.kind === 'BYTES' || isFloat(column.kind)) && WHOLE_NUMBERS.has(type))
    return `CASE WHEN ${number} = trunc(${number}) THEN TRY_CAST(c${index} AS ${target}) END`;
  // A cast would take everything but 0 for true, a number that is missing, too.
  if (type === 'boolean' && column.kind !== 'BOOL' && column.kind !== 'BYTES') return `CASE c${index} WHEN 0 THEN false WHEN 1 THEN true END`;
  return `TRY_CAST(${column.kind === 'BOOL' ? `c${index}::BOOLEAN` : `c${index}`} AS ${target})`;
}
