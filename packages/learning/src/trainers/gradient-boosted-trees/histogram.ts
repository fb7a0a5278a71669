/** Slots of one feature in a histogram: 256 bins, each a sum of gradients and a sum of hessians. */
export const FEATURE_SLOTS = 512;

/** Gradients and hessians of the rows of one leaf, in the leaf's row order. Buffers are as long as the training set. */
export interface LeafGradients { readonly gradients: Float32Array; readonly hessians: Float32Array }

/** Sums gradients and hessians per bin over `rows[begin..end)` for each feature in `active`. `leaf` holds the gathered gradients from 0. */
export function fillHistogram(
  histogram: Float64Array, codes: readonly Uint8Array[], active: readonly number[], rows: Int32Array, begin: number, end: number, leaf: LeafGradients,
): void {
  histogram.fill(0);
  for (const feature of active) {
    const featureCodes = codes[feature];
    if (featureCodes === undefined) continue;
    addFeature(histogram.subarray(feature * FEATURE_SLOTS, (feature + 1) * FEATURE_SLOTS), featureCodes, rows, begin, end, leaf.gradients, leaf.hessians);
  }
}

function addFeature(slots: Float64Array, codes: Uint8Array, rows: Int32Array, begin: number, end: number, gradients: Float32Array, hessians: Float32Array): void {
  for (let i = begin, j = 0; i < end; i++, j++) {
    const slot = (codes[rows[i] as number] as number) << 1;
    slots[slot] = (slots[slot] as number) + (gradients[j] as number);
    slots[slot + 1] = (slots[slot + 1] as number) + (hessians[j] as number);
  }
}

/** Turns the histogram of a parent into that of its larger child by taking the smaller child away. */
export function subtractHistogram(parent: Float64Array, child: Float64Array): void {
  for (let i = 0; i < parent.length; i++) parent[i] = (parent[i] as number) - (child[i] as number);
}
