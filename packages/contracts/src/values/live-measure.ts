/**
 * What is measured of predictions whose labels have arrived.
 *
 * @example
 * ```ts
 * import { LIVE_MEASURES } from '@millrace/contracts';
 *
 * LIVE_MEASURES.includes('auc'); // true
 * ```
 */
export const LIVE_MEASURES = ['auc', 'precision', 'recall', 'logLoss', 'brier', 'accuracy'] as const;
export type LiveMeasure = (typeof LIVE_MEASURES)[number];
