import { z } from 'zod';
import { defineJob } from './job-definition.ts';

/** Commits one segment of the prediction log to the `predictions` table of its endpoint, exactly once. */
export const ingestSegmentJob = defineJob({
  queue: 'monitoring',
  attempts: 10,
  parks: true,
  backoffSeconds: 1,
  timeoutSeconds: 300,
  payload: z.object({ predictionSegmentId: z.string() }),
  result: z.object({ rows: z.int().min(0) }),
});
