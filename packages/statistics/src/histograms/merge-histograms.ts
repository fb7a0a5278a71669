import { MillraceError, type CategoricalHistogram, type Histogram, type NumericHistogram } from '@millrace/contracts';
import { finiteSum } from './finite-sum.ts';

/**
 * The histogram of both samples together. Counts add exactly; sums add in floating point.
 *
 * @throws MillraceError CONFLICT when kinds, edges or values differ: counts in different bins do not add up.
 */
export function mergeHistograms(left: NumericHistogram, right: NumericHistogram): NumericHistogram;
export function mergeHistograms(left: CategoricalHistogram, right: CategoricalHistogram): CategoricalHistogram;
export function mergeHistograms(left: Histogram, right: Histogram): Histogram;
export function mergeHistograms(left: Histogram, right: Histogram): Histogram {
  if (left.kind === 'numeric' && right.kind === 'numeric') return mergeNumeric(left, right);
  if (left.kind === 'categorical' && right.kind === 'categorical') return mergeCategorical(left, right);
  throw new MillraceError('CONFLICT', `A ${left.kind} histogram cannot be merged with a ${right.kind} one`, { fields: { left: left.kind, right: right.kind } });
}

function mergeNumeric(left: NumericHistogram, right: NumericHistogram): NumericHistogram {
  if (!sameItems(left.edges, right.edges)) throw differing('edges', left.edges, right.edges);
  return {
    kind: 'numeric',
    edges: [...left.edges],
    counts: added(left.counts, right.counts),
    nulls: left.nulls + right.nulls,
    sum: finiteSum(left.sum + right.sum),
    sumOfSquares: finiteSum(left.sumOfSquares + right.sumOfSquares),
    min: chosen(left.min, right.min, Math.min),
    max: chosen(left.max, right.max, Math.max),
  };
}

function mergeCategorical(left: CategoricalHistogram, right: CategoricalHistogram): CategoricalHistogram {
  if (!sameItems(left.values, right.values)) throw differing('values', left.values, right.values);
  return {
    kind: 'categorical',
    values: [...left.values],
    counts: added(left.counts, right.counts),
    other: left.other + right.other,
    nulls: left.nulls + right.nulls,
  };
}

function sameItems<T>(left: readonly T[], right: readonly T[]): boolean {
  return left.length === right.length && left.every((item, position) => item === right[position]);
}

function added(left: readonly number[], right: readonly number[]): number[] {
  return left.map((count, position) => count + (right[position] ?? 0));
}

function chosen(left: number | null, right: number | null, choose: (left: number, right: number) => number): number | null {
  if (left === null) return right;
  return right === null ? left : choose(left, right);
}

function differing(what: 'edges' | 'values', left: readonly unknown[], right: readonly unknown[]): MillraceError {
  return new MillraceError(
    'CONFLICT',
    `Histograms with different ${what} cannot be merged (${left.length} against ${right.length}); count both with the ${what} of one profile`,
    {
      fields: { left, right },
    },
  );
}
