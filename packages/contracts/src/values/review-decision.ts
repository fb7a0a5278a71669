import type { MemberOf } from './closed-set.ts';

/** How a strategy review ends. */
export const REVIEW_DECISIONS = ['CONTINUE', 'ADJUST', 'STOP'] as const;
export type ReviewDecision = MemberOf<typeof REVIEW_DECISIONS>;
