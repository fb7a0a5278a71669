import type { MemberOf } from './closed-set.ts';

/**
 * Where the observations of a metric come from.
 *
 * @example
 * ```ts
 * import { METRIC_SOURCES, type MetricSource } from '@millrace/contracts';
 *
 * const pushed: MetricSource = 'BUSINESS';
 * METRIC_SOURCES.includes(pushed); // true
 * ```
 */
export const METRIC_SOURCES = ['BUSINESS', 'LIVE', 'OFFLINE'] as const;
export type MetricSource = MemberOf<typeof METRIC_SOURCES>;
