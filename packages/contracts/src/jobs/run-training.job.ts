import { z } from 'zod';
import { defineJob } from './job-definition.ts';

/** One training run: split, train, evaluate, export to ONNX, store the artifacts. */
export const runTrainingJob = defineJob({
  queue: 'training',
  attempts: 2,
  backoffSeconds: 1,
  timeoutSeconds: 7200,
  payload: z.object({ trainingRunId: z.string() }),
  result: z.object({ artifactDigest: z.string(), metrics: z.record(z.string(), z.number()) }),
});
