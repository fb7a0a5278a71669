import type { Histogram } from '@millrace/contracts';
import { pairedShares } from './shares.ts';

/** Hellinger distance √(1 − Σ√(p·q)) over the bins of the reference and one for missing values: 0 for equal, 1 for disjoint distributions. */
export function hellingerDistance(reference: Histogram, current: Histogram): number {
  const shares = pairedShares(reference, current);
  // Half the squared differences: what is left of 1 − Σ√(p·q) would be rounding where the two are close.
  const sum = shares.reference.reduce((total, p, bin) => total + (Math.sqrt(p) - Math.sqrt(shares.current[bin] ?? 0)) ** 2, 0);
  return Math.min(1, Math.sqrt(sum / 2));
}
