import { delayBeyond, isSpent, mayBeginAgain, parks, TRIES } from './job-policies.ts';

/** Seconds from now, by the clock of the database: holders' clocks never meet. */
const seconds = (parameter: string): string => `now() + make_interval(secs => ${parameter}::float8)`;

const HELD = `id = $1 AND attempt = $2 AND lease_holder = $3 AND status = 'RUNNING'`;
const FREED = `lease_holder = NULL, lease_expires_at = NULL, updated_at = now()`;
const ENDED = `${FREED}, finished_at = now()`;

/** After a commit was begun only an attempt that has looked for it may end the job, so a job that is to end is begun once more. */
export const LEASE = `
  WITH leased AS (
    UPDATE job SET
      status = 'RUNNING', attempt = attempt + 1, lease_holder = $2, lease_expires_at = ${seconds('$3')},
      started_at = coalesce(started_at, now()), progress = 0, note = NULL, updated_at = now()
    WHERE id = $1 AND (status = 'QUEUED' OR (status = 'RUNNING' AND lease_expires_at < now()))
      AND (commit_begun_at IS NOT NULL OR ${mayBeginAgain('$4')})
    RETURNING attempt, name, payload, workspace_id, retried_after, given_back, error, commit_begun_at, cancel_requested_at
  )
  SELECT attempt, name, payload, workspace_id AS "workspaceId", retried_after AS "retriedAfter", ${TRIES} AS tries, error,
    commit_begun_at IS NOT NULL AND cancel_requested_at IS NOT NULL AS "isCancelled",
    commit_begun_at IS NOT NULL AND NOT ${parks('$4')} AND ${TRIES} > ($4::jsonb -> name ->> 'attempts')::int AS "isOver"
  FROM leased`;

export const RENEW = `
  WITH renewed AS (
    UPDATE job SET lease_expires_at = ${seconds('$4')}, progress = $5, note = coalesce($6, note), updated_at = now()
    WHERE ${HELD} RETURNING cancel_requested_at
  )
  SELECT cancel_requested_at IS NOT NULL AS "cancelRequested" FROM renewed`;

/** The wish to cancel and the beginning of a commit meet at the row: whichever is first is told to the other. */
export const BEGIN_COMMIT = `
  WITH begun AS (
    UPDATE job SET commit_begun_at = CASE WHEN cancel_requested_at IS NULL THEN coalesce(commit_begun_at, now()) ELSE commit_begun_at END, updated_at = now()
    WHERE ${HELD} RETURNING cancel_requested_at
  )
  SELECT cancel_requested_at IS NULL AS begun FROM begun`;

export const ABANDON_COMMIT = `
  WITH abandoned AS (UPDATE job SET commit_begun_at = NULL, updated_at = now() WHERE ${HELD} RETURNING id)
  SELECT id FROM abandoned`;

export const SUCCEED = `
  WITH succeeded AS (
    UPDATE job SET status = 'SUCCEEDED', result = $4, error = NULL, progress = 1, commit_begun_at = NULL, parked_at = NULL, ${ENDED} WHERE ${HELD} RETURNING id
  )
  SELECT id FROM succeeded`;

/** A job that has begun to commit is begun once more, to find out whether there is anything to cancel. */
export const CANCEL = `
  WITH cancelled AS (
    UPDATE job SET
      status = CASE WHEN commit_begun_at IS NULL THEN 'CANCELLED' ELSE 'QUEUED' END,
      finished_at = CASE WHEN commit_begun_at IS NULL THEN now() ELSE NULL END,
      parked_at = NULL, dedupe_key = NULL, available_at = now(), ${FREED}
    WHERE ${HELD} RETURNING id, queue, name, status
  ), reopened AS (
    INSERT INTO outbox (job_id, queue, name) SELECT id, queue, name FROM cancelled WHERE status = 'QUEUED'
  )
  SELECT id FROM cancelled`;

/** Seconds until an attempt that is owed although the worker saw no sense in one: it has to find out what became of a commit. */
const SETTLE_SECONDS = 5;
const IS_QUEUED = `(commit_begun_at IS NOT NULL OR (${mayBeginAgain('$6')} AND ($5::float8 IS NOT NULL OR ${parks('$6')})))`;
const DELAY = `coalesce($5::float8, ${delayBeyond('$6', SETTLE_SECONDS)})`;

/** Somebody wanted it cancelled, and nothing of it can be there. */
const MAY_END = '(commit_begun_at IS NULL AND cancel_requested_at IS NOT NULL)';

/** A requeued row gives up its dedupe key: another queued job may have taken it meanwhile. */
export const FAIL = `
  WITH failed AS (
    UPDATE job SET
      status = CASE WHEN ${IS_QUEUED} THEN 'QUEUED' WHEN cancel_requested_at IS NOT NULL THEN 'CANCELLED' ELSE 'FAILED' END,
      finished_at = CASE WHEN ${IS_QUEUED} THEN NULL ELSE now() END,
      parked_at = CASE
        WHEN ${parks('$6')} AND cancel_requested_at IS NULL AND (${isSpent('$6')} OR NOT ($4::jsonb ->> 'retryable')::boolean) THEN coalesce(parked_at, now())
        WHEN cancel_requested_at IS NOT NULL THEN NULL ELSE parked_at END,
      error = $4, dedupe_key = NULL, available_at = ${seconds(DELAY)}, ${FREED}
    WHERE ${HELD} RETURNING id, queue, name, status, available_at
  ), reopened AS (
    INSERT INTO outbox (job_id, queue, name, delay_milliseconds)
    SELECT id, queue, name, ceil(extract(epoch FROM available_at - now()) * 1000)::int FROM failed WHERE status = 'QUEUED'
  )
  SELECT id FROM failed`;

/** Its worker was stopped: the job is begun again at once by another, with the attempts that it had. */
export const GIVE_BACK = `
  WITH given_back AS (
    UPDATE job SET
      status = CASE WHEN ${MAY_END} THEN 'CANCELLED' ELSE 'QUEUED' END, finished_at = CASE WHEN ${MAY_END} THEN now() ELSE NULL END,
      parked_at = CASE WHEN ${MAY_END} THEN NULL ELSE parked_at END,
      given_back = given_back + 1, dedupe_key = NULL, available_at = now(), ${FREED}
    WHERE ${HELD} RETURNING id, queue, name, status
  ), reopened AS (
    INSERT INTO outbox (job_id, queue, name) SELECT id, queue, name FROM given_back WHERE status = 'QUEUED'
  )
  SELECT id FROM given_back`;

export const APPEND_LOG = `
  INSERT INTO job_log (job_id, attempt, at, level, message, fields)
  SELECT $1, $2, line.at, line.level, line.message, coalesce(line.fields, '{}')
  FROM jsonb_to_recordset($3) AS line (at timestamptz, level text, message text, fields jsonb)`;

const IS_HOPELESS = `(status = 'QUEUED' AND parked_at IS NOT NULL AND error ->> 'retryable' = 'false' AND error ->> 'code' <> 'JOB_FAILED')`;
const IS_CANCELLED = `status = 'QUEUED' AND commit_begun_at IS NULL`;

/** A queued job that has begun to commit is delivered at once, to find out whether there is anything to cancel. What was accepted is given up only when it is parked for what is wrong with itself: any other error may have come after its commit. */
export const REQUEST_CANCEL = `
  WITH asked AS (
    UPDATE job SET
      cancel_requested_at = coalesce(cancel_requested_at, now()), updated_at = now(),
      finished_at = CASE WHEN ${IS_CANCELLED} THEN now() ELSE finished_at END,
      parked_at = CASE WHEN ${IS_CANCELLED} THEN NULL ELSE parked_at END,
      available_at = CASE WHEN status = 'QUEUED' THEN now() ELSE available_at END,
      status = CASE WHEN ${IS_CANCELLED} THEN 'CANCELLED' ELSE status END
    WHERE id = $1 AND status IN ('QUEUED', 'RUNNING') AND (NOT ${parks('$2')} OR ${IS_HOPELESS})
    RETURNING id, queue, name, status
  ), delivery AS (
    INSERT INTO outbox (job_id, queue, name) SELECT id, queue, name FROM asked WHERE status = 'QUEUED'
  )
  SELECT id FROM asked`;

/**
 * The attempts of the catalog begin again; the number of the attempt, which fences, goes on. A parked job, which has no last attempt, is only
 * due now: what it began to commit may be there.
 */
export const RETRY = `
  WITH retried AS (
    UPDATE job SET
      status = 'QUEUED', retried_after = CASE WHEN status = 'QUEUED' THEN retried_after ELSE attempt END,
      given_back = CASE WHEN status = 'QUEUED' THEN given_back ELSE 0 END, cancel_requested_at = NULL,
      dedupe_key = NULL, finished_at = NULL, available_at = now(), progress = 0, note = NULL, updated_at = now()
    WHERE id = $1 AND (status IN ('FAILED', 'CANCELLED') OR (status = 'QUEUED' AND parked_at IS NOT NULL AND cancel_requested_at IS NULL AND available_at > now()))
    RETURNING id, queue, name
  ), delivery AS (
    INSERT INTO outbox (job_id, queue, name) SELECT id, queue, name FROM retried
  )
  SELECT id FROM retried`;

/** A job that ended without success although its commit is there is begun again as one that may have committed. */
export const LOOK_FOR_COMMIT = `
  WITH reopened AS (
    UPDATE job SET status = 'QUEUED', commit_begun_at = now(), dedupe_key = NULL, finished_at = NULL, available_at = now(), updated_at = now()
    WHERE id = $1 AND status IN ('FAILED', 'CANCELLED') RETURNING id, queue, name
  ), delivery AS (
    INSERT INTO outbox (job_id, queue, name) SELECT id, queue, name FROM reopened
  )
  SELECT id FROM reopened`;
