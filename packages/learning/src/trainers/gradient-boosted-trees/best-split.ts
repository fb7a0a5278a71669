import { findCategorySplit } from './category-split.ts';
import type { HistogramLayout } from './histogram.ts';
import { findNumberSplit } from './number-split.ts';
import type { LeafSums, Split, SplitLimits } from './split.ts';

/** How the columns lie in a histogram, and which of them hold categories. */
export interface ColumnKinds extends HistogramLayout {
  readonly isCategory: readonly boolean[];
}

/** The split with the largest gain over the columns in `active`. `undefined` when none is allowed. */
export function findBestSplit(histogram: Float64Array, columns: ColumnKinds, active: Int32Array, sums: LeafSums, limits: SplitLimits): Split | undefined {
  let best: Split | undefined;
  for (const column of active) {
    const bins = { column, histogram, first: columns.first[column] ?? 0, bins: columns.bins[column] ?? 0 };
    const find = columns.isCategory[column] === true ? findCategorySplit : findNumberSplit;
    best = find(bins, sums, limits, best?.gain ?? limits.minimumGain) ?? best;
  }
  return best;
}

/** The sums over all rows of a leaf, from any one of its columns. */
export function sumsOf(histogram: Float64Array, { first, bins }: HistogramLayout, column: number, rows: number): LeafSums {
  const begin = first[column] ?? 0;
  const end = begin + 2 * (bins[column] ?? 0);
  let gradient = 0;
  let hessian = 0;
  for (let slot = begin; slot < end; slot += 2) {
    gradient += histogram[slot] as number;
    hessian += histogram[slot + 1] as number;
  }
  return { gradient, hessian, rows };
}
