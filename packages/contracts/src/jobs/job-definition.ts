import type { z } from 'zod';
import type { QueueName } from '../values/queue-name.ts';

/** A catalog entry: everything that is fixed about one kind of job. Payload and result are parsed on enqueue and on dequeue. */
export interface JobDefinition<Queue extends QueueName = QueueName, Payload extends z.ZodType = z.ZodType, Result extends z.ZodType = z.ZodType> {
  readonly queue: Queue;
  readonly payload: Payload;
  readonly result: Result;
  /** How often a job is begun before it fails for good, or is parked. */
  readonly attempts: number;
  /**
   * What this job works on was accepted, so there is no last attempt: after `attempts` in vain, or an error that says that another
   * one is in vain, it is parked. A parked job is tried again for ever, less and less often. It can be
   * cancelled only once it is parked for what is wrong with itself: then somebody has decided to do without.
   */
  readonly parks?: boolean;
  /** Seconds before the second attempt; doubled for each further one. */
  readonly backoffSeconds: number;
  readonly timeoutSeconds: number;
}

/**
 * A catalog entry as written, with the types of its payload and result kept.
 *
 * @example
 * ```ts
 * import { defineJob, type JobDefinition } from '@millrace/contracts';
 * import { z } from 'zod';
 *
 * const job: JobDefinition = defineJob({
 *   queue: 'etl',
 *   attempts: 3,
 *   backoffSeconds: 1,
 *   timeoutSeconds: 60,
 *   payload: z.object({ datasetId: z.string() }),
 *   result: z.object({ rows: z.int() }),
 * });
 * ```
 */
export function defineJob<Queue extends QueueName, Payload extends z.ZodType, Result extends z.ZodType>(
  definition: JobDefinition<Queue, Payload, Result>,
): JobDefinition<Queue, Payload, Result> {
  return definition;
}
