import type { MilestoneStatus } from '@millrace/contracts';
import { nextStatus, type TransitionTable } from './transitions.ts';

/** Forecasts change as observations come in, and may be taken back; MET and MISSED are facts and stay. */
const MOVES: TransitionTable<MilestoneStatus> = {
  PENDING: ['ON_TRACK', 'AT_RISK', 'MET', 'MISSED'],
  ON_TRACK: ['PENDING', 'AT_RISK', 'MET', 'MISSED'],
  AT_RISK: ['PENDING', 'ON_TRACK', 'MET', 'MISSED'],
  MET: [],
  MISSED: [],
};

/** @throws MillraceError ILLEGAL_TRANSITION when a milestone in `from` may not become `to`. */
export function nextMilestoneStatus(from: MilestoneStatus, to: MilestoneStatus): MilestoneStatus {
  return nextStatus('milestone', MOVES, from, to);
}

/** Whether the milestone is decided: MET or MISSED. */
export function isMilestoneDecided(status: MilestoneStatus): boolean {
  return MOVES[status].length === 0;
}
