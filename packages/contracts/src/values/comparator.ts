import type { MemberOf } from './closed-set.ts';

/** How an observation is compared with a threshold. */
export const COMPARATORS = ['GTE', 'GT', 'LTE', 'LT'] as const;
export type Comparator = MemberOf<typeof COMPARATORS>;
