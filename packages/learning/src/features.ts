import { MillraceError, type Column } from '@millrace/contracts';
import { columnOf, type Table, type TableColumn } from './table/table.ts';

/** The name of the output that holds the probability of label 1. */
export const SCORE_OUTPUT = 'probability';

/** A column that a model reads, and the datatype of the tensor that carries it. */
export interface Feature {
  readonly column: Column;
  readonly datatype: 'FP32' | 'INT64' | 'BOOL' | 'BYTES';
}

const LARGEST_FLOAT = 3.4028234663852886e38;
const WHOLE: ReadonlySet<string> = new Set(['byte', 'short', 'integer', 'long']);
const FRACTIONAL: ReadonlySet<string> = new Set(['float', 'double', 'decimal']);

/**
 * The features of a table. Whole numbers and booleans without a missing value travel as INT64 and BOOL; with missing values they
 * travel as FP32, where NaN is "missing". Strings travel as BYTES, where the empty string is "missing".
 * Throws `TRAINING_DATA_UNUSABLE` for a column that the table lacks or whose type no trainer reads.
 */
export function featuresOf(table: Table, columns: readonly Column[]): Feature[] {
  if (columns.some((column) => column.name === SCORE_OUTPUT)) {
    throw new MillraceError(
      'TRAINING_DATA_UNUSABLE',
      `A feature may not be called "${SCORE_OUTPUT}": the model's output has that name. Rename it in the pipeline.`,
      { fields: { column: SCORE_OUTPUT } },
    );
  }
  return columns.map((column) => ({ column, datatype: datatypeOf(column, columnOf(table, column.name)) }));
}

function datatypeOf(column: Column, data: TableColumn): Feature['datatype'] {
  if (data.type === 'category' && column.type === 'string') return 'BYTES';
  if (data.type === 'number') {
    requireFloats(column, data.values);
    const missing = data.values.some((value) => Number.isNaN(value));
    if (FRACTIONAL.has(column.type)) return 'FP32';
    if (WHOLE.has(column.type)) return missing ? 'FP32' : 'INT64';
    if (column.type === 'boolean') return missing ? 'FP32' : 'BOOL';
  }
  throw new MillraceError(
    'TRAINING_DATA_UNUSABLE',
    `Feature "${column.name}" has type ${column.type}, which no trainer reads. Derive a number, boolean or string from it in the pipeline.`,
    { fields: { column: column.name, type: column.type } },
  );
}

/** Models compute in 32-bit floats, so a larger number would arrive as infinity. */
function requireFloats(column: Column, values: Float64Array): void {
  const tooLarge = values.find((value) => Math.abs(value) > LARGEST_FLOAT);
  if (tooLarge === undefined) return;
  throw new MillraceError(
    'TRAINING_DATA_UNUSABLE',
    `Feature "${column.name}" has the value ${tooLarge}, beyond ±${LARGEST_FLOAT}. Scale or cap it in the pipeline.`,
    { fields: { column: column.name, value: tooLarge } },
  );
}

/** The numbers of a feature as the graph sees them: rounded to 32-bit floats, NaN where missing. */
export function numbersOf(table: Table, feature: Feature): Float32Array {
  const column = columnOf(table, feature.column.name);
  if (column.type !== 'number') {
    throw new MillraceError('TRAINING_DATA_UNUSABLE', `Column "${feature.column.name}" should hold numbers but holds strings.`, {
      fields: { column: feature.column.name },
    });
  }
  return Float32Array.from(column.values);
}
