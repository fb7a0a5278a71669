import type { MemberOf } from './closed-set.ts';

/**
 * Where an owner lets the sessions of a model live: in threads of the node, in processes of their own, or as the graph needs it.
 *
 * @example
 * ```ts
 * import { ISOLATION_CHOICES, type IsolationChoice } from '@millrace/contracts';
 *
 * const mine: IsolationChoice = 'process';
 * ISOLATION_CHOICES.includes(mine); // true
 * ```
 */
export const ISOLATION_CHOICES = ['auto', 'thread', 'process'] as const;
export type IsolationChoice = MemberOf<typeof ISOLATION_CHOICES>;
