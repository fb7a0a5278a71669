import { leaseHolder, parseEnv, workerEnvShape } from '@millrace/service-kit';
import { z } from 'zod';

const shape = workerEnvShape.extend({
  STORAGE_URL: z.string().min(1),
  LAKEHOUSE_URL: z.string().min(1),
  CONCURRENCY: z.coerce.number().int().min(1).default(2),
});

/** What this process is told from outside. */
export interface MonitorWorkerEnv {
  readonly databaseUrl: string;
  readonly queueUrl: string;
  readonly storageUrl: string;
  readonly lakehouseUrl: string;
  readonly leaseSeconds: number;
  readonly concurrency: number;
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
    holder: leaseHolder('monitor-worker'),
  };
}
