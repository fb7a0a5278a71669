import { numbersOfHalves, type FeatureColumn, type PredictionRows } from '@millrace/prediction-segment';

/** The features of rows by name as a summary counts them: a number that is missing is NaN, several values in a row count as one that is no number. */
export function summaryColumns({ features, rows }: PredictionRows): Readonly<Record<string, ArrayLike<unknown>>> {
  return Object.fromEntries(features.map((feature) => [feature.name, columnOf(feature, rows)]));
}

function columnOf({ datatype, width, values }: FeatureColumn, rows: number): ArrayLike<unknown> {
  if (width !== 1) return Array.from({ length: rows }, () => (width === 0 ? null : []));
  if (datatype === 'BOOL') return Array.from(values as Uint8Array, Boolean);
  if (datatype === 'FP16' || datatype === 'BF16') return numbersOfHalves(datatype, values as Uint16Array);
  return values;
}
