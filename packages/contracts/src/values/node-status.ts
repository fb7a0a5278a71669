import type { MemberOf } from './closed-set.ts';

/** Whether a node has been heard from lately. */
export const NODE_STATUSES = ['READY', 'DRAINING', 'LOST'] as const;
export type NodeStatus = MemberOf<typeof NODE_STATUSES>;
