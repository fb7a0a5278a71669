import type { JobName } from '@millrace/contracts';

/** The right to work on a job: whoever holds it writes with its attempt number, and an older attempt cannot write any more. */
export interface Lease {
  readonly jobId: string;
  readonly attempt: number;
  readonly holder: string;
}

export interface LeasedJob {
  readonly lease: Lease;
  readonly workspaceId: string;
  readonly name: JobName;
  /** As stored; whoever takes the job parses it with the schema of its catalog entry. */
  readonly payload: unknown;
}
