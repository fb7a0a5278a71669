import type { MemberOf } from './closed-set.ts';

/**
 * What a person may decide about a release in its canary: all of the traffic for the candidate, or none.
 *
 * @example
 * ```ts
 * import { RELEASE_DECISIONS, type ReleaseDecision } from '@millrace/contracts';
 *
 * const decision: ReleaseDecision = 'ROLL_BACK';
 * RELEASE_DECISIONS.includes(decision); // true
 * ```
 */
export const RELEASE_DECISIONS = ['PROMOTE', 'ROLL_BACK'] as const;
export type ReleaseDecision = MemberOf<typeof RELEASE_DECISIONS>;
