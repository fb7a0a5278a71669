import { parseEnv } from '@millrace/service-kit';
import { z } from 'zod';
import { isSecret } from './authorisation/token-secret.ts';

const secret = z.string().refine(isSecret, 'must be mlr_ followed by 43 characters of base64url');
const MEBIBYTE = 1024 * 1024;

const shape = z.object({
  DATABASE_URL: z.string().min(1),
  QUEUE_URL: z.string().min(1),
  STORAGE_URL: z.string().min(1),
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(4000),
  /** The secrets of tokens that exist from the start; only their hashes are kept. */
  BOOTSTRAP_TOKEN: secret.optional(),
  NODE_BOOTSTRAP_TOKEN: secret.optional(),
  MAXIMUM_QUERY_DEPTH: z.coerce.number().int().min(1).default(8),
  MAXIMUM_QUERY_COST: z.coerce.number().int().min(1).default(50_000),
  MAXIMUM_ROOT_FIELDS: z.coerce.number().int().min(1).default(50),
  MAXIMUM_BODY_BYTES: z.coerce
    .number()
    .int()
    .min(1024)
    .default(16 * MEBIBYTE),
  MAXIMUM_ARTIFACT_BYTES: z.coerce
    .number()
    .int()
    .min(1024)
    .default(4096 * MEBIBYTE),
  /** What one request may take: bytes that it answers, bytes and rows that it reads, seconds. */
  MAXIMUM_ANSWER_BYTES: z.coerce
    .number()
    .int()
    .min(1024)
    .default(8 * MEBIBYTE),
  MAXIMUM_READ_BYTES: z.coerce
    .number()
    .int()
    .min(1024)
    .default(16 * MEBIBYTE),
  MAXIMUM_READ_ROWS: z.coerce.number().int().min(1).default(20_000),
  REQUEST_SECONDS: z.coerce.number().min(1).default(30),
  /** Over how long a peer must have kept its pace, or it is cut off. */
  SLOW_PEER_SECONDS: z.coerce.number().min(0.5).default(5),
  /** Longer than this no statement of a caller runs. */
  STATEMENT_SECONDS: z.coerce.number().min(1).default(15),
  POOL_SIZE: z.coerce.number().int().min(4).default(10),
  SWEEP_SECONDS: z.coerce.number().min(0.1).default(5),
  /** A job that is due for so long without a delivery on its way is delivered again: the queue may have lost it. */
  UNDELIVERED_SECONDS: z.coerce.number().min(1).default(60),
  /** How often milestones whose date has passed are looked for. */
  MILESTONE_SECONDS: z.coerce.number().min(0.1).default(60),
});

export type ControlPlaneEnv = z.infer<typeof shape>;

export function readEnv(variables: Readonly<Record<string, string | undefined>> = process.env): ControlPlaneEnv {
  return parseEnv(shape, variables);
}

/** What the commands of an administrator need. */
export function readAdminEnv(): Pick<ControlPlaneEnv, 'DATABASE_URL'> {
  return parseEnv(shape.pick({ DATABASE_URL: true }), process.env);
}
