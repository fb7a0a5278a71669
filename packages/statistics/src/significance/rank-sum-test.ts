import { twoSidedNormalTail } from '../distributions/chi-square.ts';
import { totalOf } from './total-of.ts';
import type { PairedCounts } from './paired-counts.ts';

/** The Mann–Whitney test of two samples: whether one lies above the other. */
export interface RankSumResult {
  /** Pairs in which the current value is the greater one; a tie counts half. */
  readonly u: number;
  readonly pValue: number;
}

/**
 * Mann–Whitney U of samples that were counted in ordered bins, whose rows tie: normal approximation with the correction for ties
 * and without one for continuity, two-sided, as SciPy's `mannwhitneyu(method='asymptotic', use_continuity=False)`. It finds a shift
 * with 95 % of the power that a t-test has on normal values, and does not mind outliers.
 */
export function rankSumTest({ reference, current }: PairedCounts): RankSumResult {
  const [m, n] = [totalOf(reference), totalOf(current)];
  const all = n + m;
  let u = 0;
  let below = 0;
  let ties = 0;
  for (const [bin, count] of reference.entries()) {
    const here = current[bin] ?? 0;
    u += here * (below + count / 2);
    below += count;
    ties += (count + here) ** 3 - (count + here);
  }
  const variance = ((n * m) / 12) * (all + 1 - ties / (all * (all - 1)));
  if (!(variance > 0)) return { u, pValue: 1 };
  return { u, pValue: twoSidedNormalTail((u - (n * m) / 2) / Math.sqrt(variance)) };
}
