import { leastHessian, type ColumnBins, type LeafSums, type Split, type SplitLimits } from './split.ts';

/** Subtracting histograms leaves dust where no row is. */
const DUST = 1e-6;

/**
 * The split of a column of numbers with the largest gain ½·(GL²/(HL+λ) + GR²/(HR+λ) − G²/(H+λ)) over all bins and both directions for
 * missing values (Chen and Guestrin 2016, equation 7), if that is more than `gainToBeat`.
 */
export function findNumberSplit({ column, histogram, first, bins }: ColumnBins, sums: LeafSums, limits: SplitLimits, gainToBeat: number): Split | undefined {
  const { l2 } = limits;
  const least = leastHessian(sums, limits);
  const totalG = sums.gradient;
  const totalH = sums.hessian;
  const parent = (totalG * totalG) / (totalH + l2);
  const hasMissing = (histogram[first + 1] as number) > DUST;
  let bestSum = 2 * gainToBeat + parent;
  let bestBin = 0;
  let bestMissingLeft = false;
  for (let direction = 0; direction < (hasMissing ? 2 : 1); direction++) {
    let leftG = direction === 1 ? (histogram[first] as number) : 0;
    let leftH = direction === 1 ? (histogram[first + 1] as number) : 0;
    for (let bin = 1; bin < bins; bin++) {
      leftG += histogram[first + 2 * bin] as number;
      leftH += histogram[first + 2 * bin + 1] as number;
      if (leftH < least) continue;
      const rightH = totalH - leftH;
      if (rightH < least) break;
      const rightG = totalG - leftG;
      const left = leftH + l2;
      const right = rightH + l2;
      // Both quotients by one division.
      const sum = (leftG * leftG * right + rightG * rightG * left) / (left * right);
      if (sum <= bestSum) continue;
      bestSum = sum;
      bestBin = bin;
      bestMissingLeft = hasMissing ? direction === 1 : leftH >= rightH;
    }
  }
  if (bestBin === 0) return undefined;
  return { decision: { kind: 'number', column, lastBin: bestBin, missingLeft: bestMissingLeft }, gain: (bestSum - parent) / 2, l2 };
}
