import type { MemberOf } from './closed-set.ts';

/**
 * The queues that workers take jobs from.
 *
 * @example
 * ```ts
 * import { QUEUE_NAMES, type QueueName } from '@millrace/contracts';
 *
 * const queue: QueueName = 'etl';
 * QUEUE_NAMES.includes(queue); // true
 * ```
 */
export const QUEUE_NAMES = ['etl', 'training', 'deploy', 'monitoring', 'scoring'] as const;
export type QueueName = MemberOf<typeof QUEUE_NAMES>;
