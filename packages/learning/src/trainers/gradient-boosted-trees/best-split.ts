import { FEATURE_SLOTS } from './histogram.ts';

/** Rows of `feature` in bins 1 to `bin` go left; missing values go left when `missingLeft`. */
export interface Split {
  readonly feature: number;
  readonly bin: number;
  readonly missingLeft: boolean;
  readonly gain: number;
}

/** What a split must respect: L2 on leaf values, least sum of hessians in a child, least gain. */
export interface SplitLimits {
  readonly l2: number;
  readonly minimumChildWeight: number;
  readonly minimumGain: number;
}

/**
 * The split with the largest gain ½·(GL²/(HL+λ) + GR²/(HR+λ) − G²/(H+λ)) over all features, bins and both directions for missing
 * values (Chen and Guestrin 2016, equation 7). `undefined` when none is allowed.
 */
export function findBestSplit(histogram: Float64Array, active: Int32Array, binCounts: readonly number[], limits: SplitLimits): Split | undefined {
  let best: Split | undefined;
  for (const feature of active) {
    const candidate = bestOfFeature(histogram, feature, binCounts[feature] ?? 0, limits);
    if (candidate !== undefined && candidate.gain > (best?.gain ?? limits.minimumGain)) best = candidate;
  }
  return best;
}

function bestOfFeature(histogram: Float64Array, feature: number, bins: number, limits: SplitLimits): Split | undefined {
  const base = feature * FEATURE_SLOTS;
  const missingG = histogram[base] as number;
  const missingH = histogram[base + 1] as number;
  let totalG = missingG;
  let totalH = missingH;
  for (let bin = 1; bin <= bins; bin++) {
    totalG += histogram[base + 2 * bin] as number;
    totalH += histogram[base + 2 * bin + 1] as number;
  }
  const { l2, minimumChildWeight } = limits;
  const parent = (totalG * totalG) / (totalH + l2);
  // Subtracting histograms leaves dust where no row is.
  const hasMissing = missingH > 1e-6;
  let best: Split | undefined;
  let bestGain = 0;
  let leftG = 0;
  let leftH = 0;
  for (let bin = 1; bin <= bins; bin++) {
    leftG += histogram[base + 2 * bin] as number;
    leftH += histogram[base + 2 * bin + 1] as number;
    for (let direction = 0; direction < (hasMissing ? 2 : 1); direction++) {
      const gl = direction === 1 ? leftG + missingG : leftG;
      const hl = direction === 1 ? leftH + missingH : leftH;
      const gr = totalG - gl;
      const hr = totalH - hl;
      if (hl < minimumChildWeight || hr < minimumChildWeight) continue;
      const gain = ((gl * gl) / (hl + l2) + (gr * gr) / (hr + l2) - parent) / 2;
      if (gain <= bestGain) continue;
      bestGain = gain;
      best = { feature, bin, missingLeft: hasMissing ? direction === 1 : hl >= hr, gain };
    }
  }
  return best;
}
