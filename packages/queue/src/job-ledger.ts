import type { LogLevel, MillraceError, SerializedError, Lease, LeasedJob } from '@millrace/contracts';

export interface JobLogEntry {
  readonly at: Date;
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: object;
}

export type RenewAnswer = 'HELD' | 'CANCEL_REQUESTED' | 'LOST';

/**
 * The rows of jobs, as far as a worker moves them. Every method throws a retryable `UNAVAILABLE` when the rows cannot be
 * reached, and those that write an outcome throw `STALE_ATTEMPT` when the lease is lost.
 */
export interface JobLedger {
  /** Takes a job that is queued, or whose holder let the lease run out. `undefined` when there is nothing to take. */
  lease(jobId: string, holder: string, leaseSeconds: number): Promise<LeasedJob | undefined>;
  renew(lease: Lease, leaseSeconds: number, state: { progress: number; note: string | undefined }): Promise<RenewAnswer>;
  /** From now on only an attempt that has looked for the effect may end the job without success. Throws `JOB_CANCELLED` when it was to stop before. */
  beginCommit(lease: Lease): Promise<void>;
  /** The effect is not there and cannot come any more. */
  abandonCommit(lease: Lease): Promise<void>;
  succeed(lease: Lease, result: unknown): Promise<void>;
  /** Back to the queue after `retryInSeconds`; failed for good without it or after the last attempt. */
  fail(lease: Lease, error: SerializedError, retryInSeconds: number | undefined): Promise<void>;
  /** Back to the queue at once, because the worker was stopped: the attempt does not count. */
  giveBack(lease: Lease): Promise<void>;
  cancel(lease: Lease): Promise<void>;
  appendLog(lease: Lease, lines: readonly JobLogEntry[]): Promise<void>;
  /** What a handler threw, as an error with a stable code, where the ledger knows it: handlers use its database, too. */
  knownError?(thrown: unknown): MillraceError | undefined;
}
