import type { BinnedRows } from './binned-rows.ts';

/** Slots of one feature in a histogram: 256 bins, each a sum of gradients and a sum of hessians. */
export const FEATURE_SLOTS = 512;

/** First and second derivatives of the loss, by row. */
export interface Derivatives {
  readonly gradients: Float32Array;
  readonly hessians: Float32Array;
}

/** Sums gradients and hessians per bin over `rows[begin..end)` for each feature in `active`. */
export function fillHistogram(
  histogram: Float64Array,
  { codes, features }: BinnedRows,
  active: Int32Array,
  rows: Int32Array,
  begin: number,
  end: number,
  { gradients, hessians }: Derivatives,
): void {
  histogram.fill(0);
  for (let i = begin; i < end; i++) {
    const row = rows[i] as number;
    const gradient = gradients[row] as number;
    const hessian = hessians[row] as number;
    const first = row * features;
    for (let j = 0; j < active.length; j++) {
      const feature = active[j] as number;
      const slot = feature * FEATURE_SLOTS + ((codes[first + feature] as number) << 1);
      histogram[slot] = (histogram[slot] as number) + gradient;
      histogram[slot + 1] = (histogram[slot + 1] as number) + hessian;
    }
  }
}

/** Turns the histogram of a parent into that of its larger child by taking the smaller child away. */
export function subtractHistogram(parent: Float64Array, child: Float64Array): void {
  for (let i = 0; i < parent.length; i++) parent[i] = (parent[i] as number) - (child[i] as number);
}
