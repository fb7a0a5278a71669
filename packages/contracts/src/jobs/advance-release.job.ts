import { z } from 'zod';
import { RELEASE_STATUSES } from '../values/release-status.ts';
import { defineJob } from './job-definition.ts';

/** Carries a release through its checks and canary steps to promoted, rejected or rolled back. A canary may be held for a week, and wait for a person. */
export const advanceReleaseJob = defineJob({
  queue: 'deploy',
  attempts: 5,
  backoffSeconds: 1,
  timeoutSeconds: 1_209_600,
  payload: z.object({ releaseId: z.string() }),
  result: z.object({ status: z.enum(RELEASE_STATUSES) }),
});
