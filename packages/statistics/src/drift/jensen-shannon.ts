import type { Histogram } from '@millrace/contracts';
import { pairedShares } from './shares.ts';

/** Jensen–Shannon distance √(½KL(p‖m) + ½KL(q‖m)) with m = (p+q)/2, base 2: 0 for equal, 1 for disjoint distributions. */
export function jensenShannonDistance(reference: Histogram, current: Histogram): number {
  const shares = pairedShares(reference, current);
  const divergence = shares.reference.reduce((sum, p, bin) => {
    const q = shares.current[bin] ?? 0;
    const mean = (p + q) / 2;
    return sum + term(p, mean) / 2 + term(q, mean) / 2;
  }, 0);
  return Math.sqrt(Math.min(1, Math.max(0, divergence)));
}

function term(share: number, mean: number): number {
  return share === 0 ? 0 : share * Math.log2(share / mean);
}
