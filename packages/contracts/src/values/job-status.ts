import type { MemberOf } from './closed-set.ts';

/**
 * States of every job, and so of every pipeline run, training run and assessment.
 *
 * @example
 * ```ts
 * import { JOB_STATUSES, type JobStatus } from '@millrace/contracts';
 *
 * const counts = new Map<JobStatus, number>(JOB_STATUSES.map((status) => [status, 0]));
 * counts.get('RUNNING'); // 0
 * ```
 */
export const JOB_STATUSES = ['QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED'] as const;
export type JobStatus = MemberOf<typeof JOB_STATUSES>;
