import { z } from 'zod';
import { defineJob } from './job-definition.ts';

/** One pipeline run: extract, transform, expect, load for one interval. */
export const runPipelineJob = defineJob({
  queue: 'etl',
  attempts: 3,
  backoffSeconds: 1,
  timeoutSeconds: 3600,
  payload: z.object({ pipelineRunId: z.string() }),
  result: z.object({ datasetVersionId: z.string(), rowsLoaded: z.int().min(0), rowsQuarantined: z.int().min(0) }),
});
