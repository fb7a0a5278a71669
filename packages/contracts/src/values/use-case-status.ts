import type { MemberOf } from './closed-set.ts';

/** States of a use case. */
export const USE_CASE_STATUSES = ['PROPOSED', 'ASSESSING', 'BUILDING', 'LIVE', 'UNDER_REVIEW', 'RETIRED'] as const;
export type UseCaseStatus = MemberOf<typeof USE_CASE_STATUSES>;
