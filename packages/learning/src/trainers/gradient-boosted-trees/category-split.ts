import { leastHessian, type ColumnBins, type LeafSums, type Split, type SplitLimits } from './split.ts';

/** Columns with no more bins than this are split one category against all others. */
const ONE_AGAINST_OTHERS = 4;

interface Best {
  gain: number;
  bins: Uint8Array | undefined;
}

/**
 * The best set of categories of a column to send left, if its gain is more than `gainToBeat`. The best of all 2^(n-1) sets is a prefix of the
 * categories in the order of their ΣG/ΣH (Fisher 1958), so n sets are tried from either end. Noise of small categories is held down as in
 * LightGBM (Ke et al. 2017; its "categorical features"): smoothing of the order, categories of few rows stay right, at most
 * `categoriesPerSplit` in a set, `minimumGroupRows` more rows from one set to the next, and `categoryL2`.
 */
export function findCategorySplit(bins: ColumnBins, sums: LeafSums, limits: SplitLimits, gainToBeat: number): Split | undefined {
  const few = bins.bins <= ONE_AGAINST_OTHERS;
  const l2 = few ? limits.l2 : limits.l2 + limits.categoryL2;
  const best: Best = { gain: gainToBeat, bins: undefined };
  if (few) tryEach(bins, sums, limits, best);
  else trySets(bins, sums, limits, best);
  if (best.bins === undefined) return undefined;
  return { decision: { kind: 'category', column: bins.column, leftBins: best.bins.toSorted() }, gain: best.gain, l2 };
}

function tryEach({ histogram, first, bins }: ColumnBins, sums: LeafSums, limits: SplitLimits, best: Best): void {
  const least = leastHessian(sums, limits);
  for (let bin = 1; bin < bins; bin++) {
    const gradient = histogram[first + 2 * bin] as number;
    const hessian = histogram[first + 2 * bin + 1] as number;
    if (hessian < least || sums.hessian - hessian < least) continue;
    const gain = gainOf(gradient, hessian, sums, limits.l2, limits.l2);
    if (gain <= best.gain) continue;
    best.gain = gain;
    best.bins = Uint8Array.of(bin);
  }
}

function trySets(column: ColumnBins, sums: LeafSums, limits: SplitLimits, best: Best): void {
  const sorted = sortedBins(column, sums, limits.categorySmoothing);
  const longest = Math.min(limits.categoriesPerSplit, (sorted.length + 1) >> 1);
  tryPrefixes(sorted, longest, column, sums, limits, best);
  tryPrefixes(sorted.toReversed(), longest, column, sums, limits, best);
}

/** Bins with enough rows in this leaf, by (smoothed) mean gradient per hessian. */
function sortedBins({ histogram, first, bins }: ColumnBins, { rows, hessian: total }: LeafSums, smoothing: number): Uint8Array {
  const least = (smoothing * total) / rows;
  const order = new Float64Array(bins);
  const frequent: number[] = [];
  for (let bin = 1; bin < bins; bin++) {
    const hessian = histogram[first + 2 * bin + 1] as number;
    if (hessian < least) continue;
    order[bin] = (histogram[first + 2 * bin] as number) / (hessian + smoothing);
    frequent.push(bin);
  }
  return Uint8Array.from(frequent.toSorted((a, b) => (order[a] as number) - (order[b] as number) || a - b));
}

function tryPrefixes(sorted: Uint8Array, longest: number, { histogram, first }: ColumnBins, sums: LeafSums, limits: SplitLimits, best: Best): void {
  const least = leastHessian(sums, limits);
  const leastRight = Math.max(least, leastHessian(sums, limits, limits.minimumGroupRows));
  const leastStep = (limits.minimumGroupRows * sums.hessian) / sums.rows;
  const l2 = limits.l2 + limits.categoryL2;
  let gradient = 0;
  let hessian = 0;
  let step = 0;
  for (let i = 0; i < longest; i++) {
    const slot = first + 2 * (sorted[i] as number);
    gradient += histogram[slot] as number;
    hessian += histogram[slot + 1] as number;
    step += histogram[slot + 1] as number;
    if (hessian < least) continue;
    if (sums.hessian - hessian < leastRight) break;
    if (step < leastStep) continue;
    step = 0;
    const gain = gainOf(gradient, hessian, sums, l2, limits.l2);
    if (gain <= best.gain) continue;
    best.gain = gain;
    best.bins = sorted.slice(0, i + 1);
  }
}

/** Of a set with these sums, against the leaf as it is. */
function gainOf(gradient: number, hessian: number, sums: LeafSums, l2: number, parentL2: number): number {
  const rightG = sums.gradient - gradient;
  const rightH = sums.hessian - hessian;
  const parent = (sums.gradient * sums.gradient) / (sums.hessian + parentL2);
  return ((gradient * gradient) / (hessian + l2) + (rightG * rightG) / (rightH + l2) - parent) / 2;
}
