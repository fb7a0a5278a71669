import type { MemberOf } from './closed-set.ts';

/**
 * How a strategy review ends.
 *
 * @example
 * ```ts
 * import { REVIEW_DECISIONS, type ReviewDecision } from '@millrace/contracts';
 *
 * const decision: ReviewDecision = 'ADJUST';
 * REVIEW_DECISIONS.includes(decision); // true
 * ```
 */
export const REVIEW_DECISIONS = ['CONTINUE', 'ADJUST', 'STOP'] as const;
export type ReviewDecision = MemberOf<typeof REVIEW_DECISIONS>;
