import { MillraceError, type FeatureDrift, type Histogram, type ReferenceProfile, type WindowSummary } from '@millrace/contracts';
import { lInfinityDistance, newCategoryRate } from './category-shift.ts';
import { jensenShannonDistance } from './jensen-shannon.ts';
import { kolmogorovSmirnovDistance } from './kolmogorov-smirnov.ts';
import { populationStabilityIndex } from './population-stability-index.ts';
import { sharesOf } from './shares.ts';

/**
 * All drift measures of one feature; it has drifted when its PSI reaches `psiThreshold`.
 *
 * @throws MillraceError CONFLICT when the bins differ; BAD_INPUT when one side holds no rows.
 */
export function featureDrift(feature: string, reference: Histogram, current: Histogram, psiThreshold: number): FeatureDrift {
  const psi = populationStabilityIndex(reference, current);
  const numeric = reference.kind === 'numeric' && current.kind === 'numeric';
  const categorical = reference.kind === 'categorical' && current.kind === 'categorical';
  return {
    feature,
    psi,
    jensenShannon: jensenShannonDistance(reference, current),
    kolmogorovSmirnov: numeric ? kolmogorovSmirnovDistance(reference, current) : null,
    lInfinity: categorical ? lInfinityDistance(reference, current) : null,
    newCategoryRate: categorical ? newCategoryRate(reference, current) : null,
    missingRate: missingRate(current),
    drifted: psi >= psiThreshold,
  };
}

/** Share of rows without a value. 0 to 1. */
export function missingRate(histogram: Histogram): number {
  return sharesOf(histogram).at(-1) ?? 0;
}

/** Drift of every feature of a profile in one window, of the score, and the share of features that drifted (0 without features). */
export interface ProfileDrift {
  readonly features: FeatureDrift[];
  readonly score: FeatureDrift;
  readonly driftShare: number;
}

/**
 * Compares a window with the reference profile of its model version.
 *
 * @throws MillraceError CONFLICT when the window was not counted in the bins of the profile; BAD_INPUT when it is empty.
 */
export function profileDrift(reference: ReferenceProfile, window: Pick<WindowSummary, 'features' | 'score'>, psiThreshold: number): ProfileDrift {
  const features = Object.entries(reference.features).map(([name, histogram]) => {
    const current = window.features[name];
    if (current === undefined)
      throw new MillraceError('CONFLICT', `The window does not hold the feature ${name} of the reference profile`, { fields: { feature: name } });
    return featureDrift(name, histogram, current, psiThreshold);
  });
  const drifted = features.filter((feature) => feature.drifted).length;
  return {
    features,
    score: featureDrift('score', reference.score, window.score, psiThreshold),
    driftShare: features.length === 0 ? 0 : drifted / features.length,
  };
}
