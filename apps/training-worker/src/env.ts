import { leaseHolder, parseEnv, workerEnvShape } from '@millrace/service-kit';
import { z } from 'zod';

const shape = workerEnvShape.extend({
  STORAGE_URL: z.string().min(1),
  LAKEHOUSE_URL: z.string().min(1),
  CONCURRENCY: z.coerce.number().int().min(1).default(1),
});

/** What this process is told from outside. */
export interface TrainingWorkerEnv {
  readonly databaseUrl: string;
  readonly queueUrl: string;
  readonly storageUrl: string;
  readonly lakehouseUrl: string;
  readonly leaseSeconds: number;
  /** Trainings at once; each takes a core and holds its rows in memory. */
  readonly concurrency: number;
  /** Names this process in leases. */
  readonly holder: string;
}

/** The environment of this process. Throws `BAD_INPUT` that lists every variable that is missing or wrong. */
export function readEnv(): TrainingWorkerEnv {
  // ONNX Runtime from 1.29 on reports to Microsoft unless told not to.
  process.env['ORT_DISABLE_TELEMETRY'] = '1';
  const env = parseEnv(shape, process.env);
  return {
    databaseUrl: env.DATABASE_URL,
    queueUrl: env.QUEUE_URL,
    storageUrl: env.STORAGE_URL,
    lakehouseUrl: env.LAKEHOUSE_URL,
    leaseSeconds: env.LEASE_SECONDS,
    concurrency: env.CONCURRENCY,
    holder: leaseHolder('training-worker'),
  };
}
