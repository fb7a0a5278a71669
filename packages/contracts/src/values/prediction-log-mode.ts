import type { MemberOf } from './closed-set.ts';

/**
 * Whether a prediction is answered before it is durable in the prediction log, or after.
 *
 * @example
 * ```ts
 * import { PREDICTION_LOG_MODES, type PredictionLogMode } from '@millrace/contracts';
 *
 * const mode: PredictionLogMode = 'durable';
 * PREDICTION_LOG_MODES.includes(mode); // true
 * ```
 */
export const PREDICTION_LOG_MODES = ['fast', 'durable'] as const;
export type PredictionLogMode = MemberOf<typeof PREDICTION_LOG_MODES>;
