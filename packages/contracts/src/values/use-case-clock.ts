import type { MemberOf } from './closed-set.ts';

/** What "now" means for due dates: the wall clock, or the newest observation (replayed history). */
export const USE_CASE_CLOCKS = ['WALL', 'EVENT'] as const;
export type UseCaseClock = MemberOf<typeof USE_CASE_CLOCKS>;
