import { leaseHolder, parseEnv, workerEnvShape } from '@millrace/service-kit';
import { z } from 'zod';
import type { Retention } from './retention/retention.ts';

const DAY = 24;

/** Parts of an hour are for trying out; nothing is kept for no time at all. */
const hours = (usually: number) => z.coerce.number().positive().default(usually);

const shape = workerEnvShape.extend({
  STORAGE_URL: z.string().min(1),
  LAKEHOUSE_URL: z.string().min(1),
  CONCURRENCY: z.coerce.number().int().min(1).default(2),
  RETENTION_SWEEP_SECONDS: z.coerce.number().positive().default(300),
  RETENTION_IDEMPOTENCY_HOURS: hours(7 * DAY),
  RETENTION_AUDIT_HOURS: hours(400 * DAY),
  RETENTION_TELEMETRY_AUDIT_HOURS: hours(30 * DAY),
  RETENTION_JOB_LOG_HOURS: hours(14 * DAY),
  RETENTION_TELEMETRY_JOB_HOURS: hours(30 * DAY),
  RETENTION_WINDOW_HOURS: hours(400 * DAY),
  RETENTION_CORRECTED_OBSERVATION_HOURS: hours(30 * DAY),
  RETENTION_INGESTED_ARTIFACT_HOURS: hours(1 * DAY),
  RETENTION_OUTCOME_HOURS: hours(400 * DAY),
  RETENTION_REMOVED_FILE_HOURS: hours(1),
  RETENTION_LOG_HOURS: hours(1 * DAY),
  RETENTION_DATASET_VERSION_HOURS: hours(90 * DAY),
  RETENTION_LEFTOVER_HOURS: hours(2 * DAY),
});

/** What this process is told from outside. */
export interface MonitorWorkerEnv {
  readonly databaseUrl: string;
  readonly queueUrl: string;
  readonly storageUrl: string;
  readonly lakehouseUrl: string;
  readonly leaseSeconds: number;
  readonly concurrency: number;
  readonly retention: Retention;
  readonly retentionSweepSeconds: number;
  /** Names this process in leases. */
  readonly holder: string;
}

/** @throws MillraceError BAD_INPUT that lists every variable that is missing or wrong. */
export function readEnv(): MonitorWorkerEnv {
  const env = parseEnv(shape, process.env);
  return {
    databaseUrl: env.DATABASE_URL,
    queueUrl: env.QUEUE_URL,
    storageUrl: env.STORAGE_URL,
    lakehouseUrl: env.LAKEHOUSE_URL,
    leaseSeconds: env.LEASE_SECONDS,
    concurrency: env.CONCURRENCY,
    retentionSweepSeconds: env.RETENTION_SWEEP_SECONDS,
    retention: {
      idempotencyHours: env.RETENTION_IDEMPOTENCY_HOURS,
      auditHours: env.RETENTION_AUDIT_HOURS,
      telemetryAuditHours: env.RETENTION_TELEMETRY_AUDIT_HOURS,
      jobLogHours: env.RETENTION_JOB_LOG_HOURS,
      telemetryJobHours: env.RETENTION_TELEMETRY_JOB_HOURS,
      windowHours: env.RETENTION_WINDOW_HOURS,
      correctedObservationHours: env.RETENTION_CORRECTED_OBSERVATION_HOURS,
      ingestedArtifactHours: env.RETENTION_INGESTED_ARTIFACT_HOURS,
      outcomeHours: env.RETENTION_OUTCOME_HOURS,
      removedFileHours: env.RETENTION_REMOVED_FILE_HOURS,
      logHours: env.RETENTION_LOG_HOURS,
      datasetVersionHours: env.RETENTION_DATASET_VERSION_HOURS,
      leftoverHours: env.RETENTION_LEFTOVER_HOURS,
    },
    holder: leaseHolder('monitor-worker'),
  };
}
