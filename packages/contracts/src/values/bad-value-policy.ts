import type { MemberOf } from './closed-set.ts';

/**
 * What becomes of a value that does not fit the declared type of its column: the column is widened to a type that holds all its values,
 * the row goes to quarantine with its line and the reason, or nothing is loaded. None of them changes a value.
 *
 * @example
 * ```ts
 * import { BAD_VALUE_POLICIES, type BadValuePolicy } from '@millrace/contracts';
 *
 * const onBadValue: BadValuePolicy = 'QUARANTINE';
 * BAD_VALUE_POLICIES[0]; // 'WIDEN', which is the default
 * ```
 */
export const BAD_VALUE_POLICIES = ['WIDEN', 'QUARANTINE', 'FAIL'] as const;
export type BadValuePolicy = MemberOf<typeof BAD_VALUE_POLICIES>;
