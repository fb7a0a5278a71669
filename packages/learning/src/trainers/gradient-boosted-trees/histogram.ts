/** Slots of one feature in a histogram: 256 bins, each a sum of gradients and a sum of hessians. */
export const FEATURE_SLOTS = 512;

/** Gradients and hessians of the rows of one leaf, in the leaf's row order. Buffers are as long as the training set. */
export interface LeafGradients {
  readonly gradients: Float32Array;
  readonly hessians: Float32Array;
}

/**
 * Sums gradients and hessians per bin over `rows[begin..end)` for each feature in `active`. `leaf` holds the gathered gradients from 0.
 * Features go two at a time: consecutive rows often meet in one bin, and the two chains of additions hide each other's latency.
 */
export function fillHistogram(
  histogram: Float64Array,
  codes: readonly Uint8Array[],
  active: readonly number[],
  rows: Int32Array,
  begin: number,
  end: number,
  leaf: LeafGradients,
): void {
  histogram.fill(0);
  for (let i = 0; i < active.length; i += 2) {
    const first = active[i] as number;
    const second = active[i + 1];
    if (second === undefined) addFeature(histogram, first * FEATURE_SLOTS, codes[first] as Uint8Array, rows, begin, end, leaf);
    else
      addFeaturePair(histogram, first * FEATURE_SLOTS, second * FEATURE_SLOTS, codes[first] as Uint8Array, codes[second] as Uint8Array, rows, begin, end, leaf);
  }
}

function addFeature(
  slots: Float64Array,
  base: number,
  codes: Uint8Array,
  rows: Int32Array,
  begin: number,
  end: number,
  { gradients, hessians }: LeafGradients,
): void {
  for (let i = begin, j = 0; i < end; i++, j++) {
    const slot = base + ((codes[rows[i] as number] as number) << 1);
    slots[slot] = (slots[slot] as number) + (gradients[j] as number);
    slots[slot + 1] = (slots[slot + 1] as number) + (hessians[j] as number);
  }
}

function addFeaturePair(
  slots: Float64Array,
  baseA: number,
  baseB: number,
  codesA: Uint8Array,
  codesB: Uint8Array,
  rows: Int32Array,
  begin: number,
  end: number,
  { gradients, hessians }: LeafGradients,
): void {
  for (let i = begin, j = 0; i < end; i++, j++) {
    const row = rows[i] as number;
    const gradient = gradients[j] as number;
    const hessian = hessians[j] as number;
    const a = baseA + ((codesA[row] as number) << 1);
    const b = baseB + ((codesB[row] as number) << 1);
    slots[a] = (slots[a] as number) + gradient;
    slots[b] = (slots[b] as number) + gradient;
    slots[a + 1] = (slots[a + 1] as number) + hessian;
    slots[b + 1] = (slots[b + 1] as number) + hessian;
  }
}

/** Turns the histogram of a parent into that of its larger child by taking the smaller child away. */
export function subtractHistogram(parent: Float64Array, child: Float64Array): void {
  for (let i = 0; i < parent.length; i++) parent[i] = (parent[i] as number) - (child[i] as number);
}
