import type { JobStatus } from '@millrace/contracts';
import { nextStatus, type TransitionTable } from './transitions.ts';

/** RUNNING → RUNNING is the next attempt taking over an expired lease; RUNNING → QUEUED is a retry, FAILED or CANCELLED → QUEUED one by hand. */
const MOVES: TransitionTable<JobStatus> = {
  QUEUED: ['RUNNING', 'CANCELLED'],
  RUNNING: ['RUNNING', 'QUEUED', 'SUCCEEDED', 'FAILED', 'CANCELLED'],
  SUCCEEDED: [],
  FAILED: ['QUEUED'],
  CANCELLED: ['QUEUED'],
};

/** @throws MillraceError ILLEGAL_TRANSITION when a job in `from` may not become `to`. */
export function nextJobStatus(from: JobStatus, to: JobStatus): JobStatus {
  return nextStatus('job', MOVES, from, to);
}

/** Whether a job in this state has ended: nothing but a person who runs it again will change it. */
export function isFinished(status: JobStatus): boolean {
  return status !== 'QUEUED' && status !== 'RUNNING';
}
