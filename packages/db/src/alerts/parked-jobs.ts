import type { EntityManager } from 'typeorm';
import type { AlertFinding } from './move-alert.ts';

const CAUSE = 'parked';

/** Monitors whose endpoint has accepted data that is parked, and those that have an alert which says so. */
const PARKED = `
  WITH waiting AS (
    SELECT endpoint_id, job_id, rows FROM prediction_segment WHERE status = 'RECEIVED'
    UNION ALL SELECT endpoint_id, job_id, rows FROM label_batch WHERE status = 'RECEIVED'
  ), parked AS (
    SELECT m.id AS monitor_id, m.workspace_id, count(*)::int AS jobs, sum(w.rows)::float8 AS rows, min(j.parked_at) AS since,
      (array_agg(j.error ->> 'message' ORDER BY j.updated_at DESC))[1] AS reason, (array_agg(j.id ORDER BY j.parked_at, j.id))[1:20] AS job_ids
    FROM waiting w JOIN job j ON j.id = w.job_id JOIN monitor m ON m.endpoint_id = w.endpoint_id
    WHERE j.parked_at IS NOT NULL AND j.status IN ('QUEUED', 'RUNNING')
    GROUP BY m.id, m.workspace_id
  )
  SELECT coalesce(p.monitor_id, a.monitor_id) AS "monitorId", coalesce(p.workspace_id, a.workspace_id) AS "workspaceId",
    coalesce(p.jobs, 0) AS jobs, p.rows, p.since, p.reason, p.job_ids AS "jobIds", a.id AS "alertId"
  FROM parked p FULL JOIN (SELECT * FROM alert WHERE cause = '${CAUSE}' AND status = 'OPEN') a ON a.monitor_id = p.monitor_id`;

interface ParkedData {
  readonly monitorId: string;
  readonly workspaceId: string;
  readonly jobs: number;
  readonly rows: number | null;
  readonly since: Date | null;
  readonly reason: string | null;
  readonly jobIds: readonly string[] | null;
  readonly alertId: string | null;
}

/** One for each monitor whose accepted predictions or labels cannot be taken in: it says how much waits and why. */
export async function parkedJobs(manager: EntityManager): Promise<readonly AlertFinding[]> {
  const found = await manager.query<ParkedData[]>(PARKED);
  return found.map(({ monitorId, workspaceId, alertId, ...parked }) => ({
    monitorId,
    workspaceId,
    alertId,
    cause: CAUSE,
    seen:
      parked.jobs === 0
        ? undefined
        : { title: `${parked.jobs} accepted segments or label batches cannot be taken in: ${parked.reason ?? 'no reason was given'}`, detail: parked },
  }));
}
