import { MillraceError, type Column } from '@millrace/contracts';
import { columnOf, type Table, type TableColumn } from './table/table.ts';

/** The name of the output that holds the probability of label 1. */
export const SCORE_OUTPUT = 'probability';

/** A column that a model reads, and the datatype of the tensor that carries it. */
export interface Feature {
  readonly column: Column;
  readonly datatype: 'FP32' | 'FP64' | 'BYTES';
}

/** Of 32 bits. */
export const LARGEST_FLOAT = 3.4028234663852886e38;
const WHOLE: ReadonlySet<string> = new Set(['byte', 'short', 'integer', 'long']);
const FRACTIONAL: ReadonlySet<string> = new Set(['float', 'double', 'decimal']);

/**
 * The features of a table. What travels can always be missing, whether or not training saw it so, and a column travels alike after each
 * training: numbers and booleans as FP32, whole numbers as FP64, which holds them exactly up to 2^53, with NaN for "missing"; strings as
 * BYTES, where the empty string is "missing".
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
    if (FRACTIONAL.has(column.type) || column.type === 'boolean') return 'FP32';
    if (WHOLE.has(column.type)) return 'FP64';
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
  return Float32Array.from(exactNumbersOf(table, feature));
}

/** The numbers of a feature as the table holds them, NaN where missing. */
export function exactNumbersOf(table: Table, feature: Feature): Float64Array {
  const column = columnOf(table, feature.column.name);
  if (column.type !== 'number') {
    throw new MillraceError('TRAINING_DATA_UNUSABLE', `Column "${feature.column.name}" should hold numbers but holds strings.`, {
      fields: { column: feature.column.name },
    });
  }
  return column.values;
}
