import { z } from 'zod';
import { costSchema, eventSecondsSchema, neededRowsSchema } from './measure.ts';
import { nameSchema } from './name.ts';

/**
 * Drift of one feature: PSI (natural log), Jensen–Shannon distance (base 2, 0 to 1), KS distance for numbers, L∞ for categories.
 *
 * @example
 * ```ts
 * import { featureDriftSchema, type FeatureDrift } from '@millrace/contracts';
 *
 * const drift: FeatureDrift = featureDriftSchema.parse({
 *   feature: 'distance',
 *   psi: 0.31,
 *   jensenShannon: 0.2,
 *   kolmogorovSmirnov: 0.18,
 *   lInfinity: null,
 *   newCategoryRate: null,
 *   missingRate: 0,
 *   drifted: true,
 * });
 * ```
 */
export const featureDriftSchema = z.object({
  feature: z.string(),
  psi: z.number(),
  jensenShannon: z.number(),
  kolmogorovSmirnov: z.number().nullable(),
  lInfinity: z.number().nullable(),
  newCategoryRate: z.number().nullable(),
  missingRate: z.number(),
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
 * const weekly: MonitorDefinitionInput = { windowSeconds: 604_800, liveMetrics: [{ metric: 'live auc', measure: 'auc' }] };
 * const definition: MonitorDefinition = monitorDefinitionSchema.parse(weekly);
 * definition.labelCoverage; // 0.8
 * ```
 */
export const monitorDefinitionSchema = z.object({
  windowSeconds: eventSecondsSchema.min(60).default(86_400),
  latenessSeconds: eventSecondsSchema.default(0),
  minimumRows: neededRowsSchema.default(100),
  psiThreshold: z.number().positive().max(1000).default(0.25),
  /** Share of drifted features at which the window counts as drifted and an alert opens. */
  driftShare: z.number().min(0).max(1).default(0.5),
  /** Share of predictions that must have labels before live metrics are stated. */
  labelCoverage: z.number().min(0).max(1).default(0.8),
  /** Metrics of the use case that receive one observation per closed window with enough labels. */
  liveMetrics: z
    .array(z.object({ metric: nameSchema(), measure: z.enum(['auc', 'precision', 'recall', 'logLoss', 'brier', 'accuracy']) }))
    .max(100)
    .default([]),
  /** Metrics of source BUSINESS computed from true outcomes at a stated cost: (false positives × cost + false negatives × cost) per `perPredictions`. */
  costMetric: z
    .object({
      metric: nameSchema(),
      falsePositiveCost: costSchema,
      falseNegativeCost: costSchema,
      perPredictions: z.int().min(1).max(1_000_000_000).default(1000),
    })
    .optional(),
});
export type MonitorDefinition = z.infer<typeof monitorDefinitionSchema>;
export type MonitorDefinitionInput = z.input<typeof monitorDefinitionSchema>;
