import type { CategoricalHistogram } from '@millrace/contracts';
import { pairedShares, sharesOf } from './shares.ts';

/** L∞ distance max|p−q| over the frozen values, the values outside them, and missing. 0 to 1. */
export function lInfinityDistance(reference: CategoricalHistogram, current: CategoricalHistogram): number {
  const shares = pairedShares(reference, current);
  return shares.reference.reduce((largest, p, bin) => Math.max(largest, Math.abs(p - (shares.current[bin] ?? 0))), 0);
}

/** Share of rows whose value is not among the frozen ones, beyond the share that the reference itself had. 0 to 1. */
export function newCategoryRate(reference: CategoricalHistogram, current: CategoricalHistogram): number {
  return Math.max(0, otherShare(current) - otherShare(reference));
}

function otherShare(histogram: CategoricalHistogram): number {
  return sharesOf(histogram).at(-2) ?? 0;
}
