import { MillraceError } from '@millrace/contracts';
import type { Tensor } from '../engine/tensor/tensor.ts';

/** They are sorted at once, while everybody else waits: a fifth of a second for the most. */
const MOST_VALUES = 262_144;
const MOST_TEXTS = 65_536;

/**
 * The `classes` highest values of each row, highest first, as text `value:index`, in a BYTES tensor of shape [rows, classes]; the classification
 * extension of the protocol. A tensor without a batch dimension is one row, and its answer has the shape [classes]. Throws `BAD_INPUT` for text, and for more than can be classified.
 */
export function classifyOutput(name: string, tensor: Tensor, { classes, batched }: { readonly classes: number; readonly batched: boolean }): Tensor {
  const { data, datatype, shape } = tensor;
  if (Array.isArray(data) || datatype === 'FP16' || datatype === 'BF16')
    throw new MillraceError('BAD_INPUT', `output "${name}" is ${datatype}, which cannot be classified; expected numbers`);
  const rows = batched ? (shape[0] ?? 1) : 1;
  const width = rows === 0 ? 0 : data.length / rows;
  const kept = Math.min(classes, width);
  if (data.length > MOST_VALUES || rows * kept > MOST_TEXTS)
    throw new MillraceError(
      'BAD_INPUT',
      `output "${name}" holds ${data.length} values, of which ${rows * kept} are asked for by class; expected at most ${MOST_VALUES} and ${MOST_TEXTS}: send fewer rows, ask for fewer classes, or take it as it is`,
    );
  const texts: string[] = [];
  for (let row = 0; row < rows; row++) {
    const values = data.subarray(row * width, (row + 1) * width);
    for (const index of highest(values, kept)) texts.push(`${String(values[index])}:${index}`);
  }
  return { datatype: 'BYTES', shape: batched ? [rows, kept] : [kept], data: texts };
}

/** Indices of the highest values; of equal ones the first; NaN comes last. */
function highest(values: ArrayLike<number | bigint>, count: number): number[] {
  const rank = (index: number): number | bigint => {
    const value = values[index] ?? Number.NEGATIVE_INFINITY;
    return Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value;
  };
  const indices = Array.from(values as ArrayLike<unknown>, (_value, index) => index);
  return indices.toSorted((a, b) => (rank(a) < rank(b) ? 1 : rank(a) > rank(b) ? -1 : a - b)).slice(0, count);
}
