import type { Lease } from '@millrace/contracts';
import type { DataSource, EntityManager } from 'typeorm';
import { whileConnected } from '../connection-error.ts';
import { staleAttempt } from './stale-attempt.ts';
import { JobLedger } from './job-ledger.ts';

/**
 * Does the work in one transaction that only the current attempt of the job can commit. The row of the job stays locked
 * until then, so no other attempt begins in between; its log and its children can still be written.
 * @throws MillraceError `STALE_ATTEMPT` when the lease was lost, `UNAVAILABLE` (retryable) when the connection was
 */
export async function fencedTransaction<Result>(dataSource: DataSource, lease: Lease, work: (manager: EntityManager) => Promise<Result>): Promise<Result> {
  return whileConnected(() =>
    dataSource.transaction(async (manager) => {
      await fence(manager, lease);
      return work(manager);
    }),
  );
}

/**
 * As `fencedTransaction`, for the work after which the job can only succeed: from its commit on a cancel, a lost worker or a last attempt
 * no longer end the job, until an attempt has found what was done and has answered with it.
 * @throws MillraceError `JOB_CANCELLED` before anything is done when the job was to be cancelled
 */
export async function decidingTransaction<Result>(dataSource: DataSource, lease: Lease, work: (manager: EntityManager) => Promise<Result>): Promise<Result> {
  return fencedTransaction(dataSource, lease, async (manager) => {
    await new JobLedger({ dataSource, manager }).beginCommit(lease);
    return work(manager);
  });
}

/**
 * The first statement of a transaction that only the current attempt of a job may commit.
 * @throws MillraceError `STALE_ATTEMPT` when the lease was lost
 */
export async function fence(manager: EntityManager, lease: Lease): Promise<void> {
  const held: unknown[] = await manager.query(
    `SELECT 1 FROM job WHERE id = $1 AND attempt = $2 AND lease_holder = $3 AND status = 'RUNNING' FOR NO KEY UPDATE`,
    [lease.jobId, lease.attempt, lease.holder],
  );
  if (held.length === 0) throw staleAttempt(lease);
}
