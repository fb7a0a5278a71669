import type { MemberOf } from './closed-set.ts';

/**
 * What happens when an expectation is violated: count it, move the rows to quarantine, or commit nothing.
 *
 * @example
 * ```ts
 * import { EXPECTATION_SEVERITIES, type ExpectationSeverity } from '@millrace/contracts';
 *
 * const severity: ExpectationSeverity = 'QUARANTINE';
 * EXPECTATION_SEVERITIES.indexOf(severity);
 * ```
 */
export const EXPECTATION_SEVERITIES = ['WARN', 'QUARANTINE', 'FAIL'] as const;
export type ExpectationSeverity = MemberOf<typeof EXPECTATION_SEVERITIES>;
