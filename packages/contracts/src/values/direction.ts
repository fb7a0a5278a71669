import type { MemberOf } from './closed-set.ts';

/** Which way a metric should move. */
export const DIRECTIONS = ['INCREASE', 'DECREASE'] as const;
export type Direction = MemberOf<typeof DIRECTIONS>;
