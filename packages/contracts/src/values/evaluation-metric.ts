import type { Direction } from './direction.ts';

/**
 * Every metric that an evaluation states, and which way it should move. The only place where that is written.
 *
 * @example
 * ```ts
 * import { EVALUATION_METRICS, type EvaluationMetric } from '@millrace/contracts';
 *
 * const metric: EvaluationMetric = 'costPerThousand';
 * EVALUATION_METRICS[metric]; // 'DECREASE'
 * ```
 */
export const EVALUATION_METRICS = {
  auc: 'INCREASE',
  averagePrecision: 'INCREASE',
  logLoss: 'DECREASE',
  brier: 'DECREASE',
  expectedCalibrationError: 'DECREASE',
  precision: 'INCREASE',
  recall: 'INCREASE',
  accuracy: 'INCREASE',
  f1: 'INCREASE',
  costPerThousand: 'DECREASE',
} as const satisfies Readonly<Record<string, Direction>>;
export type EvaluationMetric = keyof typeof EVALUATION_METRICS;
