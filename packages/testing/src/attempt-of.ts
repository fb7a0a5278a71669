import type { Lease, SerializedError } from '@millrace/contracts';
import { JobLedger, type DataSource } from '@millrace/db';

/** What the context of a job has of its lease. */
export interface AttemptOfLease {
  readonly jobId: string;
  readonly attempt: number;
  readonly lease: Lease;
  readonly retriedAfter: number;
  readonly tries: number;
  readonly settling: SerializedError | null;
  readonly beginCommit: () => Promise<void>;
  readonly abandonCommit: () => Promise<void>;
}

/** The part of a job's context that stands on its lease, for handlers that are called without a worker. Commits are begun in the ledger. */
export function attemptOf(dataSource: DataSource, lease: Lease): AttemptOfLease {
  const ledger = new JobLedger({ dataSource });
  return {
    jobId: lease.jobId,
    attempt: lease.attempt,
    lease,
    retriedAfter: 0,
    tries: lease.attempt,
    settling: null,
    beginCommit: () => ledger.beginCommit(lease),
    abandonCommit: () => ledger.abandonCommit(lease),
  };
}
