import type { MemberOf } from './closed-set.ts';

/** The queues that workers take jobs from. */
export const QUEUE_NAMES = ['etl', 'training', 'deploy', 'monitoring', 'scoring'] as const;
export type QueueName = MemberOf<typeof QUEUE_NAMES>;
