import { MillraceError, type Lease } from '@millrace/contracts';
import type { DataSource, EntityManager } from 'typeorm';
import { whileConnected } from '../connection-error.ts';

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

export function staleAttempt({ jobId, attempt, holder }: Lease): MillraceError {
  return new MillraceError('STALE_ATTEMPT', `Attempt ${attempt} of job ${jobId} is no longer held by ${holder}: another attempt took over or the job ended.`, {
    fields: { jobId, attempt, holder },
  });
}
