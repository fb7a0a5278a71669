import { availableParallelism } from 'node:os';
import { EXECUTION_PROVIDERS, type ExecutionProvider } from '@millrace/contracts';
import { leaseHolder, parseEnv } from '@millrace/service-kit';
import { z } from 'zod';

const count = z.coerce.number().int().positive();

const shape = z.object({
  CONTROL_PLANE_URL: z.url(),
  NODE_TOKEN: z.string(),
  /** Runs that are meant for an environment are taken by the processes of that environment; without it, only runs that are meant for none. */
  ENVIRONMENT: z.string().optional(),
  QUEUE_URL: z.url(),
  LAKEHOUSE_URL: z.string().min(1),
  STATE_DIR: z.string(),
  EXECUTION_PROVIDER: z.enum(EXECUTION_PROVIDERS).default('cpu'),
  /** Files that are scored side by side, each with a session of its own. */
  SCORING_THREADS: count.default(availableParallelism()),
  LEASE_SECONDS: z.coerce.number().int().min(2).default(30),
});

/** What the scoring process is told from outside. */
export interface ScoringEnv {
  readonly controlPlaneUrl: string;
  readonly token: string;
  readonly environment: string | undefined;
  readonly queueUrl: string;
  readonly lakehouseUrl: string;
  readonly stateFolder: string;
  readonly provider: ExecutionProvider;
  readonly threads: number;
  readonly leaseSeconds: number;
  /** Names this process in leases. */
  readonly holder: string;
}

/** The environment of this process. Throws `BAD_INPUT` that lists every bad variable. */
export function readEnv(): ScoringEnv {
  // ONNX Runtime from 1.29 on reports to Microsoft unless told not to.
  process.env['ORT_DISABLE_TELEMETRY'] = '1';
  const env = parseEnv(shape, process.env);
  return {
    controlPlaneUrl: env.CONTROL_PLANE_URL,
    token: env.NODE_TOKEN,
    environment: env.ENVIRONMENT,
    queueUrl: env.QUEUE_URL,
    lakehouseUrl: env.LAKEHOUSE_URL,
    stateFolder: env.STATE_DIR,
    provider: env.EXECUTION_PROVIDER,
    threads: env.SCORING_THREADS,
    leaseSeconds: env.LEASE_SECONDS,
    holder: leaseHolder('scoring-worker'),
  };
}
