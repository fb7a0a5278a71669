import type { SerializedError, JobName, JobNameOn, JobPayload, JobResult, QueueName, Lease } from '@millrace/contracts';

type WriteLine = (message: string, fields?: Readonly<Record<string, unknown>>) => void;

/** Lines of the log of one job: seen in the API while it runs, and kept when it fails. */
export interface JobLog {
  readonly debug: WriteLine;
  readonly info: WriteLine;
  readonly warn: WriteLine;
  readonly error: WriteLine;
}

/** What a handler gets for one attempt. */
export interface JobContext<Name extends JobName = JobName> {
  readonly jobId: string;
  readonly workspaceId: string;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** Handed to the fenced transaction in which an effect is written. */
  readonly lease: Lease;
  /** The attempts before the job was run again by hand; 0 where it never was. What was given up then has no effect on this run. */
  readonly retriedAfter: number;
  /** Which of the attempts of the catalog this is, from 1. Attempts whose worker was stopped do not count. */
  readonly tries: number;
  /**
   * Set where this attempt only finds out whether an earlier one has committed: with a commit it succeeds, and without one it makes
   * sure that none can come, abandons the commit and throws this.
   */
  readonly settling: SerializedError | null;
  /**
   * Called before something is committed that is not a row of the database. From then on the job is not told to cancel, and cannot end
   * without success until a handler has looked for the commit. Throws `JOB_CANCELLED` or `STALE_ATTEMPT` where it must not happen.
   */
  readonly beginCommit: () => Promise<void>;
  /** The commit is not there, and no attempt up to this one can bring it about any more. */
  readonly abandonCommit: () => Promise<void>;
  readonly payload: JobPayload<Name>;
  /** Aborted when the job is cancelled, overtaken or out of time, or the worker closes. Its reason is a `MillraceError`. */
  readonly signal: AbortSignal;
  readonly log: JobLog;
  /** How far it is, 0 to 1, and in words what it does. Cheap: written at most four times a second. */
  readonly progress: (fraction: number, note?: string) => void;
}

export type JobHandler<Name extends JobName> = (context: JobContext<Name>) => Promise<JobResult<Name>>;

/** One handler for each kind of job that the queue delivers; a missing one does not compile. */
export type JobHandlers<Queue extends QueueName> = { readonly [Name in JobNameOn<Queue>]: JobHandler<Name> };
