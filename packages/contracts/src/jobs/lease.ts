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
}
