import { totalOf } from './total-of.ts';

/** Two samples counted in the same bins. */
export interface PairedCounts {
  readonly reference: readonly number[];
  readonly current: readonly number[];
}

/** With fewer expected rows the normal and χ² distributions say nothing of the tails. */
export const ENOUGH_EXPECTED = 5;

/**
 * For each bin the smaller of the two counts that the reference lets expect: in itself and in the current sample. Not of both together:
 * the bins of a reference are cut to equal shares, so a choice that looks at the current sample picks the bins that happen to be full.
 */
export function expectedCounts({ reference, current }: PairedCounts): number[] {
  const share = Math.min(1, totalOf(current) / totalOf(reference));
  return reference.map((count) => count * share);
}

/** Bins of a kind without order: those that are expected to hold enough rows, and all others as one. */
export function poolRareBins(counts: PairedCounts): PairedCounts {
  const expected = expectedCounts(counts);
  const isCommon = (_count: number, bin: number): boolean => (expected[bin] ?? 0) >= ENOUGH_EXPECTED;
  const pooled = (sample: readonly number[]): number[] => [...sample.filter(isCommon), totalOf(sample.filter((count, bin) => !isCommon(count, bin)))];
  const { reference, current } = { reference: pooled(counts.reference), current: pooled(counts.current) };
  if ((expectedCounts({ reference, current }).at(-1) ?? 0) >= ENOUGH_EXPECTED) return { reference, current };
  // Too few altogether: what they say is left to the test of rare values.
  return { reference: reference.slice(0, -1), current: current.slice(0, -1) };
}

/** Bins in order: neighbours are joined until each is expected to hold enough rows. */
export function joinNeighbours(counts: PairedCounts): PairedCounts {
  const joined: { reference: number[]; current: number[] } = { reference: [], current: [] };
  const expected = expectedCounts(counts);
  let [reference, current, held] = [0, 0, 0];
  for (const [bin, rows] of expected.entries()) {
    reference += counts.reference[bin] ?? 0;
    current += counts.current[bin] ?? 0;
    held += rows;
    if (held < ENOUGH_EXPECTED) continue;
    joined.reference.push(reference);
    joined.current.push(current);
    [reference, current, held] = [0, 0, 0];
  }
  const last = joined.reference.length - 1;
  if (last < 0) return { reference: [reference], current: [current] };
  joined.reference[last] = (joined.reference[last] ?? 0) + reference;
  joined.current[last] = (joined.current[last] ?? 0) + current;
  return joined;
}
