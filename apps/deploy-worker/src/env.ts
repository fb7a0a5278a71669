import { parseEnv, workerEnvShape } from '@millrace/service-kit';
import { z } from 'zod';

const shape = workerEnvShape.extend({
  STORAGE_URL: z.url(),
  /** Releases that are carried at the same time. They mostly wait, some for a person, so there may be many. */
  CONCURRENCY: z.coerce.number().int().positive().default(64),
  POLL_MILLISECONDS: z.coerce.number().positive().default(200),
  NODE_TIMEOUT_SECONDS: z.coerce.number().positive().default(60),
  MEASUREMENT_TIMEOUT_SECONDS: z.coerce.number().positive().default(120),
  NODE_LOST_SECONDS: z.coerce.number().positive().default(15),
});

export type DeployWorkerEnv = z.infer<typeof shape>;

/** The environment of this process. Throws `BAD_INPUT` that lists every bad variable. */
export function readEnv(): DeployWorkerEnv {
  // ONNX Runtime from 1.29 on reports to Microsoft unless told not to. It reads this before its first session, in the main thread's environment only.
  process.env['ORT_DISABLE_TELEMETRY'] = '1';
  return parseEnv(shape, process.env);
}
