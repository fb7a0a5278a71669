import { z } from 'zod';
import { costSchema, eventSecondsSchema, neededRowsSchema } from './measure.ts';
import { alertConditionsSchema, DEFAULT_CONDITIONS } from './alert-condition.ts';
import { LIVE_MEASURES } from '../values/live-measure.ts';
import { nameSchema } from './name.ts';

const share = z.number().min(0).max(1);

/**
 * Drift of one feature in one window. How much: PSI (natural log), Jensen–Shannon distance (base 2) and Hellinger distance (both 0 to 1),
 * and for numbers the Kolmogorov–Smirnov distance and the Wasserstein distance in standard deviations of the reference, for categories
 * L∞. How sure: p-values by test, that of the feature, and the same adjusted for the number of features (Benjamini–Hochberg).
 *
 * @example
 * ```ts
 * import { featureDriftSchema, type FeatureDrift } from '@millrace/contracts';
 *
 * const drift: FeatureDrift = featureDriftSchema.parse({
 *   feature: 'distance',
 *   psi: 0.31,
 *   jensenShannon: 0.2,
 *   hellinger: 0.19,
 *   kolmogorovSmirnov: 0.18,
 *   wasserstein: 0.4,
 *   lInfinity: null,
 *   newCategoryRate: null,
 *   missingRate: 0,
 *   pValues: { chiSquare: 1e-9, rankSum: 1e-12, rareValues: 1, kolmogorovSmirnov: 1e-8 },
 *   pValue: 3e-12,
 *   adjustedPValue: 1.2e-11,
 *   drifted: true,
 * });
 * ```
 */
export const featureDriftSchema = z.object({
  feature: z.string(),
  psi: z.number(),
  jensenShannon: z.number(),
  hellinger: z.number(),
  kolmogorovSmirnov: z.number().nullable(),
  wasserstein: z.number().nullable(),
  lInfinity: z.number().nullable(),
  newCategoryRate: z.number().nullable(),
  missingRate: z.number(),
  pValues: z.object({ chiSquare: share, rankSum: share.nullable(), rareValues: share, kolmogorovSmirnov: share.nullable() }),
  pValue: share,
  adjustedPValue: share,
  drifted: z.boolean(),
});
export type FeatureDrift = z.infer<typeof featureDriftSchema>;

/**
 * What is watched on an endpoint. `windowSeconds` of event time; a window closes when the watermark passes its end by `latenessSeconds`.
 *
 * @example
 * ```ts
 * import { monitorDefinitionSchema, type MonitorDefinition, type MonitorDefinitionInput } from '@millrace/contracts';
 *
 * const weekly: MonitorDefinitionInput = {
 *   windowSeconds: 604_800,
 *   liveMetrics: [{ metric: 'live auc', measure: 'auc' }],
 *   conditions: [{ on: 'FEATURES', share: 0.5, windows: 2, outOf: 3 }, { on: 'SCORE' }, { on: 'METRIC', measure: 'auc', floor: 0.7 }],
 * };
 * const definition: MonitorDefinition = monitorDefinitionSchema.parse(weekly);
 * definition.labelCoverage; // 0.8
 * ```
 */
export const monitorDefinitionSchema = z.strictObject({
  windowSeconds: eventSecondsSchema.min(60).default(86_400),
  latenessSeconds: eventSecondsSchema.default(0),
  minimumRows: neededRowsSchema.default(100),
  /**
   * The share of windows that may be said to have drifted though nothing has changed: the level of Benjamini–Hochberg over all features and
   * the score of a window. Thresholds follow from it and from the numbers of rows.
   */
  falseAlarmRate: z.number().positive().max(0.5).default(0.005),
  /** Changes of a smaller PSI are not drift, however certain many rows make them. A shift of a tenth of a standard deviation has 0.01. */
  minimumPsi: z.number().min(0).max(1000).default(0.005),
  /** What opens alerts. By default a window in which any feature, or the score, has drifted. */
  conditions: alertConditionsSchema.default(() => [...DEFAULT_CONDITIONS]),
  /** Share of predictions that must have labels before live metrics are stated. */
  labelCoverage: z.number().min(0).max(1).default(0.8),
  /** Metrics of the use case that receive one observation per closed window with enough labels. */
  liveMetrics: z
    .array(z.strictObject({ metric: nameSchema(), measure: z.enum(LIVE_MEASURES) }))
    .max(100)
    .default([]),
  /** Metrics of source BUSINESS computed from true outcomes at a stated cost: (false positives × cost + false negatives × cost) per `perPredictions`. */
  costMetric: z
    .strictObject({
      metric: nameSchema(),
      falsePositiveCost: costSchema,
      falseNegativeCost: costSchema,
      perPredictions: z.int().min(1).max(1_000_000_000).default(1000),
    })
    .optional(),
});
export type MonitorDefinition = z.infer<typeof monitorDefinitionSchema>;
export type MonitorDefinitionInput = z.input<typeof monitorDefinitionSchema>;
