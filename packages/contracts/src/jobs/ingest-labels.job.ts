import { z } from 'zod';
import { defineJob } from './job-definition.ts';

/** Commits one batch of labels to the `labels` table of its endpoint, exactly once. */
export const ingestLabelsJob = defineJob({
  queue: 'monitoring',
  attempts: 10,
  parks: true,
  backoffSeconds: 1,
  timeoutSeconds: 300,
  payload: z.object({ labelBatchId: z.string() }),
  /** `rejected`: lines that were set aside, beside the `rows` that were taken in. */
  result: z.object({ rows: z.int().min(0), rejected: z.int().min(0).optional() }),
});
