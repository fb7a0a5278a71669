import type { DuckDBVector } from '@duckdb/node-api';

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
