import { numbersOfHalves, type FeatureColumn, type PredictionRows } from '@millrace/prediction-segment';

/** The features of rows by name as a summary counts them: a number that is missing is null, several values in a row count as one that is no number. */
export function summaryColumns({ features, rows }: PredictionRows): Readonly<Record<string, ArrayLike<unknown>>> {
  return Object.fromEntries(features.map((feature) => [feature.name, columnOf(feature, rows)]));
}

function columnOf({ datatype, width, values }: FeatureColumn, rows: number): ArrayLike<unknown> {
  if (width !== 1) return Array.from({ length: rows }, () => (width === 0 ? null : []));
  if (datatype === 'BOOL') return Array.from(values as Uint8Array, Boolean);
  if (datatype === 'FP16' || datatype === 'BF16') return numbersOfHalves(datatype, values as Uint16Array);
  if (!(values instanceof Float32Array || values instanceof Float64Array)) return values;
  return isFiniteUntil(values, rows) ? values : Array.from(values, (value) => (Number.isFinite(value) ? value : null));
}

function isFiniteUntil(values: Float32Array | Float64Array, rows: number): boolean {
  for (let row = 0; row < rows; row++) if (!Number.isFinite(values[row])) return false;
  return true;
}
