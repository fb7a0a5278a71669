import type { BinnedRows } from './binned-rows.ts';

/**
 * Where each column lies in a histogram: slot `first[c] + 2·bin` is the sum of gradients of that bin, the next one that of hessians.
 * Columns take no more room than they have bins: most of the work on small sets is going over histograms.
 */
export interface HistogramLayout {
  readonly first: Int32Array;
  /** Bins of each column, the one for missing values (0) included. */
  readonly bins: Int32Array;
  readonly slots: number;
}

export function histogramLayout(bins: readonly number[]): HistogramLayout {
  const first = new Int32Array(bins.length);
  let slots = 0;
  for (const [column, count] of bins.entries()) {
    first[column] = slots;
    slots += 2 * count;
  }
  return { first, bins: Int32Array.from(bins), slots };
}

/** First and second derivatives of the loss, in pairs: those of row r lie at 2r and 2r + 1, in one cache line. */
export type Derivatives = Float32Array;

/** Rows to sum over: `rows[begin..end)`. */
export interface RowRange {
  readonly rows: Int32Array;
  readonly begin: number;
  readonly end: number;
}

/** Sums gradients and hessians per bin over the rows for each column in `active`. */
export function fillHistogram(
  histogram: Float64Array,
  { first }: HistogramLayout,
  { codes, columns }: BinnedRows,
  active: Int32Array,
  { rows, begin, end }: RowRange,
  derivatives: Derivatives,
): void {
  histogram.fill(0);
  const count = active.length;
  for (let i = begin; i < end; i++) {
    const row = rows[i] as number;
    const gradient = derivatives[2 * row] as number;
    const hessian = derivatives[2 * row + 1] as number;
    const start = row * columns;
    for (let j = 0; j < count; j++) {
      const column = active[j] as number;
      const slot = (first[column] as number) + ((codes[start + column] as number) << 1);
      histogram[slot] = (histogram[slot] as number) + gradient;
      histogram[slot + 1] = (histogram[slot + 1] as number) + hessian;
    }
  }
}

/** Turns the histogram of a parent into that of its larger child by taking the smaller child away. */
export function subtractHistogram(parent: Float64Array, child: Float64Array): void {
  for (let i = 0; i < parent.length; i++) parent[i] = (parent[i] as number) - (child[i] as number);
}
