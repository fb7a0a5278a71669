import { z } from 'zod';
import { AVAILABILITY_VERDICTS } from '../values/availability-verdict.ts';
import { defineJob } from './job-definition.ts';

/** Measures a data requirement against a data source or a dataset version. */
export const assessAvailabilityJob = defineJob({
  queue: 'etl',
  attempts: 3,
  backoffSeconds: 1,
  timeoutSeconds: 900,
  payload: z.object({ availabilityAssessmentId: z.string() }),
  result: z.object({ verdict: z.enum(AVAILABILITY_VERDICTS) }),
});
