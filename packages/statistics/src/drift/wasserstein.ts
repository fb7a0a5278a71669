import type { NumericHistogram } from '@millrace/contracts';
import { totalOf } from '../significance/total-of.ts';
import { sortedValues } from '../significance/sorted-values.ts';

/**
 * Wasserstein distance ∫|F−G| of two raw samples, in the unit of their values: how far the average row has moved. As SciPy's
 * `wasserstein_distance`. NaN is missing and left out; 0 for an empty sample.
 */
export function wassersteinDistance(reference: ArrayLike<number>, current: ArrayLike<number>): number {
  const [left, right] = [sortedValues(reference), sortedValues(current)];
  if (left.length === 0 || right.length === 0) return 0;
  const all = merged(left, right);
  let [i, j, area] = [0, 0, 0];
  for (let k = 0; k + 1 < all.length; k++) {
    const [value, next] = [all[k] as number, all[k + 1] as number];
    while (i < left.length && (left[i] as number) <= value) i++;
    while (j < right.length && (right[j] as number) <= value) j++;
    area += Math.abs(i / left.length - j / right.length) * (next - value);
  }
  return area;
}

/**
 * Wasserstein distance of two histograms in the same bins, in standard deviations of the reference, with the rows of a bin spread
 * evenly over it; outer bins reach to the smallest and the greatest value of either side. Null where a side has no values, or the
 * reference does not vary and the other side differs: there is no unit then.
 */
export function normedWasserstein(reference: NumericHistogram, current: NumericHistogram): number | null {
  const [m, n] = [totalOf(reference.counts), totalOf(current.counts)];
  if (m === 0 || n === 0) return null;
  const bounds = boundsOf(reference, current);
  let [below, area] = [0, 0];
  for (const [bin, count] of reference.counts.entries()) {
    const difference = count / m - (current.counts[bin] ?? 0) / n;
    area += areaBetween(below, below + difference) * ((bounds[bin + 1] ?? 0) - (bounds[bin] ?? 0));
    below += difference;
  }
  const deviation = Math.sqrt(Math.max(0, reference.sumOfSquares / m - (reference.sum / m) ** 2));
  if (area === 0) return 0;
  return deviation > 0 && Number.isFinite(area / deviation) ? area / deviation : null;
}

/** ∫₀¹|y₀ + (y₁−y₀)t|dt: a trapezium, or two triangles where the sign changes. */
function areaBetween(from: number, to: number): number {
  return from * to >= 0 ? Math.abs(from + to) / 2 : (from * from + to * to) / (2 * Math.abs(to - from));
}

function boundsOf(reference: NumericHistogram, current: NumericHistogram): number[] {
  const { edges } = reference;
  const [first = 0, last = 0] = [edges[0], edges.at(-1)];
  const low = Math.min(reference.min ?? first, current.min ?? first, first);
  const high = Math.max(reference.max ?? last, current.max ?? last, last);
  return [low, ...edges, high];
}

function merged(left: Float64Array, right: Float64Array): Float64Array {
  const all = new Float64Array(left.length + right.length);
  all.set(left);
  all.set(right, left.length);
  return all.toSorted();
}
