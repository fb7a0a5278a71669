import type { MemberOf } from './closed-set.ts';

/**
 * Whether a node has been heard from lately.
 *
 * @example
 * ```ts
 * import { NODE_STATUSES, type NodeStatus } from '@millrace/contracts';
 *
 * const status: NodeStatus = 'READY';
 * NODE_STATUSES.includes(status); // true
 * ```
 */
export const NODE_STATUSES = ['READY', 'DRAINING', 'LOST'] as const;
export type NodeStatus = MemberOf<typeof NODE_STATUSES>;
