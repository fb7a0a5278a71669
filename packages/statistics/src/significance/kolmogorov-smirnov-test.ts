import { exactTwoSampleTail, kolmogorovTail } from '../distributions/kolmogorov.ts';
import { sortedValues } from './sorted-values.ts';

/** The greatest distance of two distribution functions, and how likely chance alone brings one as great. */
export interface KolmogorovSmirnovResult {
  readonly distance: number;
  readonly pValue: number;
}

/** As SciPy: up to here orders are counted. */
const LARGEST_EXACT = 10_000;

/**
 * Two-sample Kolmogorov–Smirnov test of raw samples, two-sided: D = sup|F−G|, exact p-value while both samples have at most 10,000
 * values (as SciPy's `ks_2samp(method='exact')`), beyond that of the limit distribution. NaN is missing and left out. 1 for an empty
 * sample: nothing can be said.
 */
export function kolmogorovSmirnovTest(reference: ArrayLike<number>, current: ArrayLike<number>): KolmogorovSmirnovResult {
  const [left, right] = [sortedValues(reference), sortedValues(current)];
  const [m, n] = [left.length, right.length];
  if (m === 0 || n === 0) return { distance: 0, pValue: 1 };
  const distance = distanceOf(left, right);
  const pValue = Math.max(m, n) <= LARGEST_EXACT ? exactTwoSampleTail(distance, m, n) : kolmogorovSmirnovTail(distance, m, n);
  return { distance, pValue };
}

/**
 * P(D ≥ distance) for samples of `m` and `n` values by the limit distribution, with Stephens' (1970) correction for small samples.
 * Conservative where values tie, as in bins.
 */
export function kolmogorovSmirnovTail(distance: number, m: number, n: number): number {
  const root = Math.sqrt((m * n) / (m + n));
  return kolmogorovTail(distance * (root + 0.12 + 0.11 / root));
}

function distanceOf(left: Float64Array, right: Float64Array): number {
  let [i, j, largest] = [0, 0, 0];
  while (i < left.length && j < right.length) {
    const value = Math.min(left[i] as number, right[j] as number);
    while (i < left.length && left[i] === value) i++;
    while (j < right.length && right[j] === value) j++;
    largest = Math.max(largest, Math.abs(i / left.length - j / right.length));
  }
  return largest;
}
