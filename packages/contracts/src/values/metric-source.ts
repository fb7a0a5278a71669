import type { MemberOf } from './closed-set.ts';

/** Where the observations of a metric come from. */
export const METRIC_SOURCES = ['BUSINESS', 'LIVE', 'OFFLINE'] as const;
export type MetricSource = MemberOf<typeof METRIC_SOURCES>;
