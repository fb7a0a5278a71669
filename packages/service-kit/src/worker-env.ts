import { hostname } from 'node:os';
import { z } from 'zod';

/** The variables that every worker reads. A job is held for `LEASE_SECONDS` without a sign of life. */
export const workerEnvShape = z.object({
  DATABASE_URL: z.url(),
  QUEUE_URL: z.url(),
  LEASE_SECONDS: z.coerce.number().int().min(2).default(30),
});

/** Names this process in leases. */
export function leaseHolder(service: string): string {
  return `${service}@${hostname()}:${process.pid}`;
}
