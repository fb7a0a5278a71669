import type { MemberOf } from './closed-set.ts';

/**
 * What "now" means for due dates: the wall clock, or the newest observation (replayed history).
 *
 * @example
 * ```ts
 * import { USE_CASE_CLOCKS, type UseCaseClock } from '@millrace/contracts';
 *
 * const replayed: UseCaseClock = 'EVENT';
 * USE_CASE_CLOCKS.includes(replayed); // true
 * ```
 */
export const USE_CASE_CLOCKS = ['WALL', 'EVENT'] as const;
export type UseCaseClock = MemberOf<typeof USE_CASE_CLOCKS>;
