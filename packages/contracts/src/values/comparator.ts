import type { MemberOf } from './closed-set.ts';

/**
 * How an observation is compared with a threshold.
 *
 * @example
 * ```ts
 * import { COMPARATORS, type Comparator } from '@millrace/contracts';
 *
 * const atLeast: Comparator = 'GTE';
 * COMPARATORS.filter((comparator) => comparator !== atLeast);
 * ```
 */
export const COMPARATORS = ['GTE', 'GT', 'LTE', 'LT'] as const;
export type Comparator = MemberOf<typeof COMPARATORS>;
