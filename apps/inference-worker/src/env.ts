import { EXECUTION_PROVIDERS } from '@millrace/contracts';
import { parseEnv } from '@millrace/service-kit';
import { z } from 'zod';
import { ACCESS_MODES } from './serving/access-table.ts';

const count = z.coerce.number().int().positive();

const shape = z.object({
  CONTROL_PLANE_URL: z.url(),
  NODE_TOKEN: z.string(),
  NODE_NAME: z.string(),
  ENVIRONMENT: z.string(),
  STATE_DIR: z.string(),
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  /** Without it no gRPC; 0 takes a free one. */
  GRPC_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  /** Under which clients reach this node, where it is not the address it listens on. */
  PUBLIC_URL: z.url().optional(),
  /** `open` where whoever stands in front of this node has checked the callers. */
  PREDICT_ACCESS: z.enum(ACCESS_MODES).default('token'),
  /** Whether callers may load and unload versions themselves. */
  MODEL_REPOSITORY: z.enum(['on', 'off']).default('off'),
  EXECUTION_PROVIDER: z.enum(EXECUTION_PROVIDERS).default('cpu'),
  HEARTBEAT_SECONDS: z.coerce.number().positive().default(1),
  SEGMENT_ROWS: count.default(100_000),
  SEGMENT_SECONDS: z.coerce.number().positive().default(2),
  BACKLOG_ROWS: count.default(200_000),
  MAXIMUM_BATCH_ROWS: count.default(256),
  /** What this process may hold in memory, models and all; without it, half of what the machine or its control group has. */
  MEMORY_BUDGET_BYTES: count.optional(),
  MAXIMUM_QUEUED_ROWS: count.default(50_000),
  /** Certificate chain and key in PEM: with both, HTTP and gRPC are spoken by TLS only. */
  TLS_CERT_FILE: z.string().optional(),
  TLS_KEY_FILE: z.string().optional(),
  /** Origins whose pages may call this node from a browser, separated by commas. None by default. */
  CORS_ORIGINS: z
    .string()
    .default('')
    .transform((text) => text.split(',').flatMap((origin) => (origin.trim() === '' ? [] : [origin.trim()]))),
  MAXIMUM_CONNECTIONS: count.default(16_384),
  /** How long a connection may stay open between requests. */
  IDLE_SECONDS: z.coerce.number().positive().default(75),
  /** How long a node that was asked to stop still answers, not ready any more, before it closes. */
  DRAIN_SECONDS: z.coerce.number().min(0).max(3600).default(0),
  /** What may be in flight when the node stops, and the handing over of its log, have this long; then the process ends. */
  STOP_TIMEOUT_SECONDS: z.coerce.number().positive().max(3600).default(8),
  /** How long a version may take to be loaded, with its first run. */
  LOAD_TIMEOUT_SECONDS: z.coerce.number().positive().max(86_400).default(120),
  /** How long one run of a model may take that does not set its own limit. */
  RUN_TIMEOUT_SECONDS: z.coerce.number().positive().max(3600).default(60),
  MAXIMUM_BODY_BYTES: count.default(32 * 1024 * 1024),
  /** Of bodies and messages that arrive at a time; without it, eight of the largest. */
  MAXIMUM_RECEIVING_BYTES: count.optional(),
});

export type InferenceWorkerEnv = z.infer<typeof shape>;

/** The environment of this process. Throws `BAD_INPUT` that lists every bad variable. */
export function readEnv(): InferenceWorkerEnv {
  // ONNX Runtime from 1.29 on reports to Microsoft unless told not to. It reads this before its first session, in the main thread's environment only.
  process.env['ORT_DISABLE_TELEMETRY'] = '1';
  return parseEnv(shape, process.env);
}

/** What session processes inherit: all but the right to speak for this node. */
export function sessionEnvironment(): NodeJS.ProcessEnv {
  const { NODE_TOKEN: _secret, ...inherited } = process.env;
  return inherited;
}
