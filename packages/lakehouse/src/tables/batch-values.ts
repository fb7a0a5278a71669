import type { DuckDBVector } from '@duckdb/node-api';
import type { BatchValueKind } from './mapped-columns.ts';

export type BatchValues =
  | Float32Array
  | Float64Array
  | BigInt64Array
  | Int32Array
  | Int16Array
  | Int8Array
  | BigUint64Array
  | Uint32Array
  | Uint16Array
  | Uint8Array
  | string[];

const ARRAYS = {
  FP32: Float32Array,
  FP64: Float64Array,
  INT64: BigInt64Array,
  INT32: Int32Array,
  INT16: Int16Array,
  INT8: Int8Array,
  UINT64: BigUint64Array,
  UINT32: Uint32Array,
  UINT16: Uint16Array,
  UINT8: Uint8Array,
  BOOL: Uint8Array,
} as const;

/** Zeros, or empty texts. */
export function emptyValues(kind: BatchValueKind, rows: number): BatchValues {
  return kind === 'BYTES' ? new Array<string>(rows).fill('') : new ARRAYS[kind](rows);
}

/** The values of some rows. */
export function pickValues(values: BatchValues, rows: readonly number[]): BatchValues {
  if (Array.isArray(values)) return rows.map((row) => values[row] ?? '');
  const picked = values.slice(0, rows.length);
  for (const [index, row] of rows.entries()) picked[index] = values[row] as never;
  return picked;
}

/** The other way round: `values` are those of some rows, the others stay as they are in `into`. */
export function spreadValues(values: BatchValues, rows: readonly number[], into: BatchValues): BatchValues {
  for (const [index, row] of rows.entries()) into[row] = values[index] as never;
  return into;
}

/** DuckDB's vectors of numbers hold their values in one typed array, which the types of the library keep to themselves. */
interface NumberVector {
  readonly items: Exclude<BatchValues, string[]>;
}

function isNumberVector(vector: unknown): vector is NumberVector {
  return ArrayBuffer.isView((vector as { items?: unknown }).items);
}

/** The values of a vector. Numbers are a view of it, texts are copied. */
export function valuesOfVector(vector: DuckDBVector, rows: number): BatchValues {
  if (isNumberVector(vector)) return vector.items.subarray(0, rows);
  const texts = new Array<string>(rows);
  for (let row = 0; row < rows; row++) texts[row] = String(vector.getItem(row));
  return texts;
}

export function fillVector(vector: DuckDBVector, values: BatchValues): void {
  if (isNumberVector(vector) && !Array.isArray(values)) (vector.items as Float64Array).set(values as Float64Array);
  else for (const [row, value] of values.entries()) vector.setItem(row, value);
  vector.flush();
}
