import type { MemberOf } from './closed-set.ts';

/**
 * States of a strategy review.
 *
 * @example
 * ```ts
 * import { REVIEW_STATUSES, type ReviewStatus } from '@millrace/contracts';
 *
 * const status: ReviewStatus = 'OPEN';
 * REVIEW_STATUSES.includes(status); // true
 * ```
 */
export const REVIEW_STATUSES = ['OPEN', 'DECIDED'] as const;
export type ReviewStatus = MemberOf<typeof REVIEW_STATUSES>;
