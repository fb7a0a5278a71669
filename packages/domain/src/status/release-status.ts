import type { ReleaseStatus } from '@millrace/contracts';
import { nextStatus, type TransitionTable } from './transitions.ts';

/** A release that fails a check is REJECTED before it takes any traffic; ROLLED_BACK is for one that had some. */
const MOVES: TransitionTable<ReleaseStatus> = {
  PENDING: ['CHECKING', 'REJECTED'],
  CHECKING: ['CANARY', 'PROMOTED', 'REJECTED'],
  CANARY: ['PROMOTED', 'ROLLED_BACK'],
  PROMOTED: [],
  REJECTED: [],
  ROLLED_BACK: [],
};

/** @throws MillraceError ILLEGAL_TRANSITION when a release in `from` may not become `to`. */
export function nextReleaseStatus(from: ReleaseStatus, to: ReleaseStatus): ReleaseStatus {
  return nextStatus('release', MOVES, from, to);
}

/** Whether a release in this state will never change again. */
export function isReleaseDecided(status: ReleaseStatus): boolean {
  return MOVES[status].length === 0;
}
