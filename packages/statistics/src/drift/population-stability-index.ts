import type { Histogram } from '@millrace/contracts';
import { pairedShares } from './shares.ts';

/** Shares below this are lifted to it before the logarithm; then all shares are scaled back to a sum of 1. */
const SMALLEST_SHARE = 1e-4;

/**
 * Population stability index Σ (p−q)·ln(p/q) over the frozen bins of the reference and a bin for missing values, natural
 * logarithm. 0 for equal distributions, otherwise positive; by convention 0.1 is a moderate and 0.25 a large shift.
 */
export function populationStabilityIndex(reference: Histogram, current: Histogram): number {
  const shares = pairedShares(reference, current);
  const expected = lifted(shares.reference);
  const actual = lifted(shares.current);
  return expected.reduce((sum, p, bin) => {
    const q = actual[bin] ?? SMALLEST_SHARE;
    return sum + (p - q) * Math.log(p / q);
  }, 0);
}

function lifted(shares: readonly number[]): number[] {
  const raised = shares.map((share) => Math.max(share, SMALLEST_SHARE));
  const total = raised.reduce((sum, share) => sum + share, 0);
  return raised.map((share) => share / total);
}
