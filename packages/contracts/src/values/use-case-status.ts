import type { MemberOf } from './closed-set.ts';

/**
 * States of a use case.
 *
 * @example
 * ```ts
 * import { USE_CASE_STATUSES, type UseCaseStatus } from '@millrace/contracts';
 *
 * const status: UseCaseStatus = 'LIVE';
 * USE_CASE_STATUSES.includes(status); // true
 * ```
 */
export const USE_CASE_STATUSES = ['PROPOSED', 'ASSESSING', 'BUILDING', 'LIVE', 'UNDER_REVIEW', 'RETIRED'] as const;
export type UseCaseStatus = MemberOf<typeof USE_CASE_STATUSES>;
