import type { NumericHistogram } from '@millrace/contracts';
import { totalOf } from '../significance/total-of.ts';

/**
 * Kolmogorov–Smirnov distance D = sup|F−G| of the values that are present, read at the frozen edges: a lower bound of the
 * distance of the raw samples, exact when all differences lie on edges. 1 when only one side has values, 0 when neither has.
 */
export function kolmogorovSmirnovDistance(reference: NumericHistogram, current: NumericHistogram): number {
  const expected = totalOf(reference.counts);
  const actual = totalOf(current.counts);
  if (expected === 0 || actual === 0) return expected === actual ? 0 : 1;
  let difference = 0;
  let largest = 0;
  for (const [bin, count] of reference.counts.entries()) {
    difference += count / expected - (current.counts[bin] ?? 0) / actual;
    largest = Math.max(largest, Math.abs(difference));
  }
  return largest;
}
