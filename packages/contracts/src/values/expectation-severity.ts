import type { MemberOf } from './closed-set.ts';

/** What happens when an expectation is violated: count it, move the rows to quarantine, or commit nothing. */
export const EXPECTATION_SEVERITIES = ['WARN', 'QUARANTINE', 'FAIL'] as const;
export type ExpectationSeverity = MemberOf<typeof EXPECTATION_SEVERITIES>;
