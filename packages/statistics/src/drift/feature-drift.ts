import { MillraceError, type FeatureDrift, type Histogram, type ReferenceProfile, type WindowSummary } from '@millrace/contracts';
import { benjaminiHochberg } from '../significance/benjamini-hochberg.ts';
import { lInfinityDistance, newCategoryRate } from './category-shift.ts';
import { featureSignificance } from './feature-significance.ts';
import { hellingerDistance } from './hellinger.ts';
import { jensenShannonDistance } from './jensen-shannon.ts';
import { kolmogorovSmirnovDistance } from './kolmogorov-smirnov.ts';
import { populationStabilityIndex } from './population-stability-index.ts';
import { sharesOf } from './shares.ts';
import { normedWasserstein } from './wasserstein.ts';

/** All that is measured of one feature; whether it has drifted is judged beside the others of its window. */
export type MeasuredDrift = Omit<FeatureDrift, 'adjustedPValue' | 'drifted'>;

/**
 * All drift measures of one feature, and its p-values.
 *
 * @throws MillraceError CONFLICT when the bins differ; BAD_INPUT when one side holds no rows.
 */
export function featureDrift(feature: string, reference: Histogram, current: Histogram): MeasuredDrift {
  const psi = populationStabilityIndex(reference, current);
  const numeric = reference.kind === 'numeric' && current.kind === 'numeric';
  const categorical = reference.kind === 'categorical' && current.kind === 'categorical';
  return {
    feature,
    psi,
    jensenShannon: jensenShannonDistance(reference, current),
    hellinger: hellingerDistance(reference, current),
    kolmogorovSmirnov: numeric ? kolmogorovSmirnovDistance(reference, current) : null,
    wasserstein: numeric ? normedWasserstein(reference, current) : null,
    lInfinity: categorical ? lInfinityDistance(reference, current) : null,
    newCategoryRate: categorical ? newCategoryRate(reference, current) : null,
    missingRate: missingRate(current),
    ...featureSignificance(reference, current),
  };
}

/** Share of rows without a value. 0 to 1. */
export function missingRate(histogram: Histogram): number {
  return sharesOf(histogram).at(-1) ?? 0;
}

/** When a feature has drifted. */
export interface DriftCriterion {
  /** The share of windows in which something may be said to have drifted though nothing has: the level of Benjamini–Hochberg. */
  readonly falseAlarmRate: number;
  /** Changes with a smaller PSI are of no concern, however certain many rows make them. */
  readonly minimumPsi: number;
}

/** Drift of every feature of a profile in one window, of the score, and the share of features that drifted (0 without features). */
export interface ProfileDrift {
  readonly features: FeatureDrift[];
  readonly score: FeatureDrift;
  readonly driftShare: number;
}

/**
 * Compares a window with the reference profile of its model version: features and score together are one family of tests.
 *
 * @throws MillraceError CONFLICT when the window was not counted in the bins of the profile; BAD_INPUT when it is empty.
 */
export function profileDrift(reference: ReferenceProfile, window: Pick<WindowSummary, 'features' | 'score'>, criterion: DriftCriterion): ProfileDrift {
  const measured = Object.entries(reference.features).map(([name, histogram]) => {
    const current = window.features[name];
    if (current === undefined)
      throw new MillraceError('CONFLICT', `The window does not hold the feature ${name} of the reference profile`, { fields: { feature: name } });
    return featureDrift(name, histogram, current);
  });
  const score = featureDrift('score', reference.score, window.score);
  const adjusted = benjaminiHochberg([...measured, score].map(({ pValue }) => pValue));
  const judge = (drift: MeasuredDrift, position: number): FeatureDrift => {
    const adjustedPValue = adjusted[position] ?? 1;
    return { ...drift, adjustedPValue, drifted: adjustedPValue <= criterion.falseAlarmRate && drift.psi >= criterion.minimumPsi };
  };
  const features = measured.map(judge);
  const drifted = features.filter((feature) => feature.drifted).length;
  return { features, score: judge(score, measured.length), driftShare: features.length === 0 ? 0 : drifted / features.length };
}
