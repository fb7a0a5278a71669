import { hypergeometricTail } from '../distributions/hypergeometric.ts';
import { totalOf } from './total-of.ts';
import { ENOUGH_EXPECTED, expectedCounts, type PairedCounts } from './paired-counts.ts';

/**
 * Whether a value that is rare, or was never seen, has become frequent: the exact hypergeometric tail (Fisher's one-sided test) of
 * each bin that is too thin for χ², times their number (Bonferroni). 1 where no bin is rare.
 */
export function rareValuesTest(counts: PairedCounts): number {
  const [m, n] = [totalOf(counts.reference), totalOf(counts.current)];
  let smallest = 1;
  let rare = 0;
  for (const [bin, expected] of expectedCounts(counts).entries()) {
    const here = counts.current[bin] ?? 0;
    const both = here + (counts.reference[bin] ?? 0);
    if (both === 0 || expected >= ENOUGH_EXPECTED) continue;
    rare++;
    if (here > (both * n) / (n + m)) smallest = Math.min(smallest, hypergeometricTail({ population: n + m, successes: both, draws: n }, here));
  }
  return Math.min(1, smallest * Math.max(1, rare));
}
