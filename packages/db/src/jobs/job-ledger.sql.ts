/** Seconds from now, by the clock of the database: holders' clocks never meet. */
const seconds = (parameter: string): string => `now() + make_interval(secs => ${parameter}::float8)`;

const HELD = `id = $1 AND attempt = $2 AND lease_holder = $3 AND status = 'RUNNING'`;
const FREED = `lease_holder = NULL, lease_expires_at = NULL, updated_at = now()`;
const ENDED = `${FREED}, finished_at = now()`;
const IS_RETRIED = `cancel_requested_at IS NULL AND $5::float8 IS NOT NULL AND attempt < ($6::jsonb ->> name)::int`;

export const LEASE = `
  WITH leased AS (
    UPDATE job SET
      status = 'RUNNING', attempt = attempt + 1, lease_holder = $2, lease_expires_at = ${seconds('$3')},
      started_at = coalesce(started_at, now()), progress = 0, note = NULL, updated_at = now()
    WHERE id = $1 AND (status = 'QUEUED' OR (status = 'RUNNING' AND lease_expires_at < now()))
      AND cancel_requested_at IS NULL AND attempt < ($4::jsonb ->> name)::int
    RETURNING attempt, name, payload, workspace_id
  )
  SELECT attempt, name, payload, workspace_id AS "workspaceId" FROM leased`;

export const RENEW = `
  WITH renewed AS (
    UPDATE job SET lease_expires_at = ${seconds('$4')}, progress = $5, note = coalesce($6, note), updated_at = now()
    WHERE ${HELD} RETURNING cancel_requested_at
  )
  SELECT cancel_requested_at IS NOT NULL AS "cancelRequested" FROM renewed`;

export const SUCCEED = `
  WITH succeeded AS (
    UPDATE job SET status = 'SUCCEEDED', result = $4, error = NULL, progress = 1, ${ENDED} WHERE ${HELD} RETURNING id
  )
  SELECT id FROM succeeded`;

export const CANCEL = `
  WITH cancelled AS (UPDATE job SET status = 'CANCELLED', ${ENDED} WHERE ${HELD} RETURNING id)
  SELECT id FROM cancelled`;

/** A requeued row gives up its dedupe key: another queued job may have taken it meanwhile. */
export const FAIL = `
  WITH failed AS (
    UPDATE job SET
      status = CASE WHEN ${IS_RETRIED} THEN 'QUEUED' WHEN cancel_requested_at IS NOT NULL THEN 'CANCELLED' ELSE 'FAILED' END,
      finished_at = CASE WHEN ${IS_RETRIED} THEN NULL ELSE now() END,
      error = $4, dedupe_key = NULL, available_at = ${seconds('coalesce($5, 0)')}, ${FREED}
    WHERE ${HELD} RETURNING id, queue, name, status
  ), reopened AS (
    INSERT INTO outbox (job_id, queue, name, delay_milliseconds)
    SELECT id, queue, name, ceil($5::float8 * 1000)::int FROM failed WHERE status = 'QUEUED'
  )
  SELECT id FROM failed`;

export const APPEND_LOG = `
  INSERT INTO job_log (job_id, attempt, at, level, message, fields)
  SELECT $1, $2, line.at, line.level, line.message, coalesce(line.fields, '{}')
  FROM jsonb_to_recordset($3) AS line (at timestamptz, level text, message text, fields jsonb)`;

export const REQUEST_CANCEL = `
  UPDATE job SET
    cancel_requested_at = coalesce(cancel_requested_at, now()), updated_at = now(),
    finished_at = CASE WHEN status = 'QUEUED' THEN now() ELSE finished_at END,
    status = CASE WHEN status = 'QUEUED' THEN 'CANCELLED' ELSE status END
  WHERE id = $1 AND status IN ('QUEUED', 'RUNNING')`;
