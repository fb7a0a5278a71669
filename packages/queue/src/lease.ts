import type { JobName } from '@millrace/contracts';

/** The right to work on a job. `attempt` is the fencing token: an older attempt cannot write any more. */
export interface Lease {
  readonly jobId: string;
  readonly attempt: number;
  readonly holder: string;
}

export interface LeasedJob {
  readonly lease: Lease;
  readonly workspaceId: string;
  readonly name: JobName;
  /** As stored; parsed by the worker with the schema of its catalog entry. */
  readonly payload: unknown;
}
