import type { SerializedError } from '@millrace/contracts';
import type { DataSource } from 'typeorm';
import { delayBeyond, isSpent, JOB_POLICIES, mayBeginAgain, parks } from './job-policies.ts';

export interface SweepOptions {
  /** A queued job that is due for so long without a delivery on its way is delivered again; 60 unless told. */
  readonly undeliveredSeconds?: number;
}

/** What a job ends with whose last attempt lost its worker. */
export const LOST_WORKER: SerializedError = { code: 'JOB_FAILED', message: 'The worker was lost during the last attempt.', retryable: false, fields: {} };

const IS_QUEUED = `(commit_begun_at IS NOT NULL OR ${mayBeginAgain('$1')})`;
/** What goes on losing its worker beyond the attempts of the catalog comes back less and less often: once in a quarter of an hour in the end. */
const DELAY = `(CASE WHEN ${isSpent('$1')} THEN ${delayBeyond('$1', 30)} ELSE 0 END)`;

/** A lost worker: the next attempt is queued, unless it was the last one or the job was to be cancelled. What has begun to commit is queued in any case. */
const REQUEUE_EXPIRED = `
  WITH expired AS (
    SELECT id FROM job WHERE status = 'RUNNING' AND lease_expires_at < now() ORDER BY lease_expires_at LIMIT 500 FOR NO KEY UPDATE SKIP LOCKED
  ), moved AS (
    UPDATE job SET
      status = CASE WHEN ${IS_QUEUED} THEN 'QUEUED' WHEN cancel_requested_at IS NOT NULL THEN 'CANCELLED' ELSE 'FAILED' END,
      error = CASE WHEN cancel_requested_at IS NULL AND ${isSpent('$1')} THEN $2::jsonb ELSE error END,
      finished_at = CASE WHEN ${IS_QUEUED} THEN NULL ELSE now() END,
      parked_at = CASE
        WHEN cancel_requested_at IS NOT NULL THEN NULL WHEN ${parks('$1')} AND ${isSpent('$1')} THEN coalesce(parked_at, now()) ELSE parked_at END,
      lease_holder = NULL, lease_expires_at = NULL, dedupe_key = NULL, available_at = now() + make_interval(secs => ${DELAY}), updated_at = now()
    WHERE id IN (SELECT id FROM expired) RETURNING id, queue, name, status, available_at
  ), delivery AS (
    INSERT INTO outbox (job_id, queue, name, delay_milliseconds)
    SELECT id, queue, name, ceil(extract(epoch FROM available_at - now()) * 1000)::int FROM moved WHERE status = 'QUEUED'
  )
  SELECT id FROM moved`;

/** A lost queue: what is due and has no delivery on its way gets a new one, at most once per period. */
const REDELIVER = `
  WITH undelivered AS (
    SELECT id FROM job WHERE status = 'QUEUED' AND available_at < now() - make_interval(secs => $1::float8)
      AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.job_id = job.id AND outbox.published_at IS NULL)
    ORDER BY available_at LIMIT 500 FOR NO KEY UPDATE SKIP LOCKED
  ), moved AS (
    UPDATE job SET available_at = now() WHERE id IN (SELECT id FROM undelivered) RETURNING id, queue, name
  ), delivery AS (
    INSERT INTO outbox (job_id, queue, name) SELECT id, queue, name FROM moved
  )
  SELECT id FROM moved`;

const FORGET_PUBLISHED = `DELETE FROM outbox WHERE published_at < now() - interval '1 hour'`;

/** Requeues what lost its worker, delivers again what the queue lost, forgets old deliveries. Returns how many jobs were moved. */
export async function sweepJobs(dataSource: DataSource, { undeliveredSeconds = 60 }: SweepOptions): Promise<number> {
  const expired = await dataSource.query<unknown[]>(REQUEUE_EXPIRED, [JOB_POLICIES, JSON.stringify(LOST_WORKER)]);
  const undelivered = await dataSource.query<unknown[]>(REDELIVER, [undeliveredSeconds]);
  await dataSource.query(FORGET_PUBLISHED);
  return expired.length + undelivered.length;
}
