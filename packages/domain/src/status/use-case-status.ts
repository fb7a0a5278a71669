import { MillraceError, type ReviewDecision, type UseCaseStatus } from '@millrace/contracts';
import { nextStatus, type TransitionTable } from './transitions.ts';

const MOVES: TransitionTable<UseCaseStatus> = {
  PROPOSED: ['ASSESSING', 'BUILDING', 'LIVE', 'UNDER_REVIEW', 'RETIRED'],
  ASSESSING: ['BUILDING', 'LIVE', 'UNDER_REVIEW', 'RETIRED'],
  BUILDING: ['LIVE', 'UNDER_REVIEW', 'RETIRED'],
  LIVE: ['UNDER_REVIEW', 'RETIRED'],
  UNDER_REVIEW: ['PROPOSED', 'ASSESSING', 'BUILDING', 'LIVE', 'RETIRED'],
  RETIRED: [],
};

/** The state of a use case, and the one that it returns to when its last open review is decided. */
export interface UseCaseState {
  readonly status: UseCaseStatus;
  readonly statusBeforeReview: UseCaseStatus | null;
}

/** @throws MillraceError ILLEGAL_TRANSITION when a use case in `from` may not become `to`. */
export function nextUseCaseStatus(from: UseCaseStatus, to: UseCaseStatus): UseCaseStatus {
  return nextStatus('use case', MOVES, from, to);
}

/**
 * What work that has been done makes of a use case: it only goes forward, so doing an earlier kind of work again changes
 * nothing. Under review, the state to return to goes forward instead.
 *
 * @throws MillraceError ILLEGAL_TRANSITION when the use case is retired.
 */
export function advanceUseCase(state: UseCaseState, to: 'ASSESSING' | 'BUILDING' | 'LIVE'): UseCaseState {
  const from = state.status === 'UNDER_REVIEW' ? (state.statusBeforeReview ?? 'PROPOSED') : state.status;
  const isBehind = from !== to && !MOVES[from].includes(to) && from !== 'RETIRED';
  const reached = from === to || isBehind ? from : nextUseCaseStatus(from, to);
  return state.status === 'UNDER_REVIEW' ? { status: 'UNDER_REVIEW', statusBeforeReview: reached } : { status: reached, statusBeforeReview: null };
}

/** A review opens; a second one beside it changes nothing. @throws MillraceError ILLEGAL_TRANSITION when the use case is retired. */
export function putUnderReview(state: UseCaseState): UseCaseState {
  if (state.status === 'UNDER_REVIEW') return state;
  return { status: nextUseCaseStatus(state.status, 'UNDER_REVIEW'), statusBeforeReview: state.status };
}

/**
 * The last open review is decided: STOP retires the use case, CONTINUE and ADJUST return it to where it was.
 *
 * @throws MillraceError ILLEGAL_TRANSITION when the use case is not under review.
 */
export function endReview(state: UseCaseState, decision: ReviewDecision): UseCaseState {
  if (state.status !== 'UNDER_REVIEW') {
    throw new MillraceError('ILLEGAL_TRANSITION', `A use case that is ${state.status} has no review to end`, { fields: { from: state.status, decision } });
  }
  const to = decision === 'STOP' ? 'RETIRED' : (state.statusBeforeReview ?? 'PROPOSED');
  return { status: nextUseCaseStatus('UNDER_REVIEW', to), statusBeforeReview: null };
}
