import { MillraceError } from '@millrace/contracts';
import type { StopSignal } from './trainer.ts';

/** Throws `JOB_CANCELLED` when the signal asks to stop. */
export function stopIfAsked(signal: StopSignal | undefined): void {
  if (signal?.aborted === true) throw new MillraceError('JOB_CANCELLED', 'The training was cancelled before it finished.');
}
