import type { DataSource } from 'typeorm';

/** For how many hours rows are kept. */
export interface RowRetention {
  readonly idempotencyHours: number;
  readonly auditHours: number;
  /** Audit events of what machines send all day: segments, labels, artifacts. */
  readonly telemetryAuditHours: number;
  readonly jobLogHours: number;
  /** Jobs that take in telemetry and evaluate monitors, and the segments that they took in. Jobs of runs stay with their run. */
  readonly telemetryJobHours: number;
  /** Windows, their labels' batches and their resolved alerts. */
  readonly windowHours: number;
  /** Observations that a newer one took the place of. */
  readonly correctedObservationHours: number;
}

interface ExpireRule {
  readonly table: string;
  readonly hours: (retention: RowRetention) => number;
  /** Deletes at most $2 rows that are older than $1 hours, oldest first, and returns one row for each. */
  readonly sql: string;
}

const BEFORE = `now() - make_interval(secs => $1::float8 * 3600)`;
const TELEMETRY_ACTIONS = `('recordPredictionSegment', 'recordLabels', 'putArtifact')`;
const TELEMETRY_JOBS = `('ingest-segment', 'ingest-labels', 'evaluate-monitor')`;

function oldestOf(table: string, key: string, condition: string, time: string): string {
  return `DELETE FROM ${table} WHERE ${key} IN (SELECT ${key} FROM ${table} WHERE ${time} < ${BEFORE} AND ${condition} ORDER BY ${time} LIMIT $2) RETURNING 1`;
}

/** Rows before the rows that they refer to. */
const RULES: readonly ExpireRule[] = [
  { table: 'idempotency_record', hours: ({ idempotencyHours }) => idempotencyHours, sql: oldestOf('idempotency_record', 'id', 'true', 'created_at') },
  { table: 'audit_event', hours: ({ auditHours }) => auditHours, sql: oldestOf('audit_event', 'id', 'true', 'occurred_at') },
  {
    table: 'audit_event (telemetry)',
    hours: ({ telemetryAuditHours }) => telemetryAuditHours,
    sql: oldestOf('audit_event', 'id', `action IN ${TELEMETRY_ACTIONS}`, 'occurred_at'),
  },
  { table: 'job_log', hours: ({ jobLogHours }) => jobLogHours, sql: oldestOf('job_log', 'id', 'true', 'at') },
  {
    table: 'prediction_segment',
    hours: ({ telemetryJobHours }) => telemetryJobHours,
    sql: oldestOf('prediction_segment', 'id', `status = 'INGESTED' AND artifact_removed_at IS NOT NULL`, 'updated_at'),
  },
  {
    table: 'observation',
    hours: ({ correctedObservationHours }) => correctedObservationHours,
    sql: `
      DELETE FROM observation WHERE id IN (
        SELECT old.id FROM observation AS newer JOIN observation AS old ON old.id = newer.supersedes
        WHERE newer.supersedes IS NOT NULL AND newer.created_at < ${BEFORE} LIMIT $2
      ) RETURNING 1`,
  },
  {
    table: 'alert',
    hours: ({ windowHours }) => windowHours,
    sql: oldestOf('alert', 'id', `status = 'RESOLVED'`, 'resolved_at'),
  },
  {
    // What was observed in a window stays; it only no longer says in which.
    table: 'monitor_window',
    hours: ({ windowHours }) => windowHours,
    sql: `
      WITH expired AS (
        SELECT id, monitor_id, window_start FROM monitor_window WHERE status = 'CLOSED' AND closed_at < ${BEFORE} ORDER BY closed_at LIMIT $2
      ), freed AS (
        UPDATE observation SET window_id = NULL WHERE window_id IN (SELECT id FROM expired)
      ), unlabelled AS (
        DELETE FROM label_window USING expired WHERE label_window.monitor_id = expired.monitor_id AND label_window.window_start = expired.window_start
      )
      DELETE FROM monitor_window WHERE id IN (SELECT id FROM expired) RETURNING 1`,
  },
  {
    table: 'label_batch',
    hours: ({ windowHours }) => windowHours,
    sql: oldestOf('label_batch', 'id', `status = 'INGESTED' AND artifact_removed_at IS NOT NULL`, 'updated_at'),
  },
  {
    table: 'job',
    hours: ({ telemetryJobHours }) => telemetryJobHours,
    sql: oldestOf(
      'job',
      'id',
      `name IN ${TELEMETRY_JOBS}
         AND NOT EXISTS (SELECT FROM prediction_segment WHERE prediction_segment.job_id = job.id)
         AND NOT EXISTS (SELECT FROM label_batch WHERE label_batch.job_id = job.id)`,
      'finished_at',
    ),
  },
];

export interface ExpireOptions {
  /** Rows of one statement: locks are held for as long as it takes. */
  readonly batchRows?: number;
  /** Statements for one table and sweep: what is left waits for the next one. */
  readonly batches?: number;
  /** Called after every statement. */
  readonly onBatch?: () => Promise<void>;
}

/**
 * Deletes the rows whose time is over, in small batches, and tells how many of each table. It may be stopped anywhere.
 */
export async function expireRows(
  dataSource: DataSource,
  retention: RowRetention,
  { batchRows = 2000, batches = 20, onBatch = () => Promise.resolve() }: ExpireOptions = {},
): Promise<Record<string, number>> {
  const expired: Record<string, number> = {};
  for (const { table, hours, sql } of RULES) {
    for (let batch = 0; batch < batches; batch++) {
      // Of a DELETE the driver answers with rows and their number.
      const [rows]: [unknown[], number] = await dataSource.query(sql, [hours(retention), batchRows]);
      if (rows.length > 0) expired[table] = (expired[table] ?? 0) + rows.length;
      await onBatch();
      if (rows.length < batchRows) break;
    }
  }
  return expired;
}
