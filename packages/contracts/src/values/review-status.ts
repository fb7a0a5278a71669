import type { MemberOf } from './closed-set.ts';

/** States of a strategy review. */
export const REVIEW_STATUSES = ['OPEN', 'DECIDED'] as const;
export type ReviewStatus = MemberOf<typeof REVIEW_STATUSES>;
