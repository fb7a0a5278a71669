import type { MemberOf } from './closed-set.ts';

/**
 * What is measured of predictions whose labels have arrived.
 *
 * @example
 * ```ts
 * import { LIVE_MEASURES, type LiveMeasure } from '@millrace/contracts';
 *
 * const measure: LiveMeasure = 'auc';
 * LIVE_MEASURES.includes(measure); // true
 * ```
 */
export const LIVE_MEASURES = ['auc', 'precision', 'recall', 'logLoss', 'brier', 'accuracy'] as const;
export type LiveMeasure = MemberOf<typeof LIVE_MEASURES>;
