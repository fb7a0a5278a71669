import { MillraceError } from '@millrace/contracts';

/** Why an attempt ends whose worker is stopped: nothing failed, and the job goes on elsewhere with all the attempts that it had. */
export class WorkerStopped extends MillraceError {
  constructor() {
    super('UNAVAILABLE', 'The worker was stopped; the job goes back to the queue.');
  }
}
