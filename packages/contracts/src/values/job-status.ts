import type { MemberOf } from './closed-set.ts';

/** States of every job, and so of every pipeline run, training run and assessment. */
export const JOB_STATUSES = ['QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED'] as const;
export type JobStatus = MemberOf<typeof JOB_STATUSES>;
