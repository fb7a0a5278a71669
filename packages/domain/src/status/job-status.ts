import type { JobStatus } from '@millrace/contracts';
import { nextStatus, type TransitionTable } from './transitions.ts';

/** RUNNING → RUNNING is the next attempt taking over an expired lease; RUNNING → QUEUED is a retry. */
const MOVES: TransitionTable<JobStatus> = {
  QUEUED: ['RUNNING', 'CANCELLED'],
  RUNNING: ['RUNNING', 'QUEUED', 'SUCCEEDED', 'FAILED', 'CANCELLED'],
  SUCCEEDED: [],
  FAILED: [],
  CANCELLED: [],
};

/** @throws MillraceError ILLEGAL_TRANSITION when a job in `from` may not become `to`. */
export function nextJobStatus(from: JobStatus, to: JobStatus): JobStatus {
  return nextStatus('job', MOVES, from, to);
}

/** Whether a job in this state will never change again. */
export function isFinished(status: JobStatus): boolean {
  return MOVES[status].length === 0;
}
