import { chiSquareTail } from '../distributions/chi-square.ts';
import { totalOf } from './total-of.ts';

/** Pearson's χ² with the probability of one at least as great where both samples come from one distribution. */
export interface ChiSquareResult {
  readonly statistic: number;
  /** 0 where there is only one bin, which nothing can be said of. */
  readonly degreesOfFreedom: number;
  readonly pValue: number;
}

/**
 * χ² test of homogeneity of two samples that were counted in the same bins: the 2×k contingency table without Yates' correction, as
 * SciPy's `chi2_contingency(correction=False)`. The reference is a sample, too, not the truth. Bins that are empty in both are left
 * out. The p-value is right where every expected count is about 5 or more: see `poolRareBins`.
 */
export function chiSquareTest(reference: ArrayLike<number>, current: ArrayLike<number>): ChiSquareResult {
  const [m, n] = [totalOf(reference), totalOf(current)];
  let statistic = 0;
  let bins = 0;
  for (let bin = 0; bin < reference.length; bin++) {
    const both = (reference[bin] ?? 0) + (current[bin] ?? 0);
    if (both === 0) continue;
    bins++;
    const expected = (both * n) / (n + m);
    // (O−E)² is the same in both rows of the table.
    statistic += ((current[bin] ?? 0) - expected) ** 2 * (1 / expected + n / m / expected);
  }
  if (bins < 2 || n === 0 || m === 0) return { statistic: 0, degreesOfFreedom: 0, pValue: 1 };
  return { statistic, degreesOfFreedom: bins - 1, pValue: chiSquareTail(statistic, bins - 1) };
}
