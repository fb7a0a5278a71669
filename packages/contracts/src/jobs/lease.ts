import type { SerializedError } from '../errors/millrace-error.ts';
import type { JobName } from './catalog.ts';

/**
 * The right to work on a job. `attempt` is the fencing token: an older attempt cannot write any more.
 *
 * @example
 * ```ts
 * import type { Lease } from '@millrace/contracts';
 *
 * const isFirst = ({ attempt }: Lease): boolean => attempt === 1;
 * ```
 */
export interface Lease {
  readonly jobId: string;
  readonly attempt: number;
  readonly holder: string;
}

/**
 * A job that was taken.
 *
 * @example
 * ```ts
 * import type { LeasedJob } from '@millrace/contracts';
 *
 * const isScoring = ({ name }: LeasedJob): boolean => name === 'run-scoring';
 * ```
 */
export interface LeasedJob {
  readonly lease: Lease;
  readonly workspaceId: string;
  readonly name: JobName;
  /** As stored; parsed by the worker with the schema of its catalog entry. */
  readonly payload: unknown;
  /** The attempts that were made before the job was run again by hand; 0 where it never was. Attempts of the catalog count from here. */
  readonly retriedAfter: number;
  /** Which of the attempts of the catalog this is, from 1: those whose worker was stopped do not count. */
  readonly tries: number;
  /**
   * Set where an earlier attempt had begun to commit and the job is to end all the same, cancelled or out of attempts: this attempt
   * finds out what became of the commit. Where there is one the job succeeds; where there is none, and none can come, it ends with this.
   */
  readonly settling: SerializedError | null;
}
