import { z } from 'zod';
import { defineJob } from './job-definition.ts';

/** Closes due windows, tests drift, joins labels, records live metrics, moves milestones, opens alerts and reviews. */
export const evaluateMonitorJob = defineJob({
  queue: 'monitoring',
  attempts: 10,
  backoffSeconds: 1,
  timeoutSeconds: 600,
  payload: z.object({ monitorId: z.string() }),
  result: z.object({ windowsClosed: z.int().min(0), observations: z.int().min(0) }),
});
