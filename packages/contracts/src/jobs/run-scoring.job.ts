import { z } from 'zod';
import { defineJob } from './job-definition.ts';

/** Batch inference: every row of a dataset version through one model version, into a dataset version of predictions. */
export const runScoringJob = defineJob({
  queue: 'scoring',
  attempts: 3,
  backoffSeconds: 1,
  timeoutSeconds: 86_400,
  payload: z.object({ scoringRunId: z.string() }),
  result: z.object({ datasetVersionId: z.string(), rows: z.int().min(0) }),
});
