import { z } from 'zod';
import { LOG_THRESHOLDS, type LogThreshold } from './create-logger.ts';
import { parseEnv } from './parse-env.ts';

const shape = z.object({
  LOG_LEVEL: z.string().toLowerCase().pipe(z.enum(LOG_THRESHOLDS)).default('info'),
  MILLRACE_PARENT_PID: z.coerce.number().int().positive().optional(),
});

export interface ProcessEnv {
  readonly level: LogThreshold;
  /** The process without which this one has no reason to live. */
  readonly parentPid: number | undefined;
}

/** What every process reads, whatever it does. */
export function readProcessEnv(): ProcessEnv {
  const env = parseEnv(shape, process.env);
  return { level: env.LOG_LEVEL, parentPid: env.MILLRACE_PARENT_PID };
}
