import type { UseCaseClock } from '@millrace/contracts';

/**
 * What "now" is for the due dates of a use case. WALL: the wall clock. EVENT: the time of its newest observation, so that
 * replayed history is judged as it was lived; before the first observation that is 1970, when nothing is due.
 */
export function useCaseNow(clock: UseCaseClock, wall: Date, newestObservation: Date | null): Date {
  return clock === 'WALL' ? wall : (newestObservation ?? new Date(0));
}
