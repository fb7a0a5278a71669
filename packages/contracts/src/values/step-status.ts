import type { MemberOf } from './closed-set.ts';

/** States of one recorded step of a release. */
export const STEP_STATUSES = ['RUNNING', 'PASSED', 'FAILED'] as const;
export type StepStatus = MemberOf<typeof STEP_STATUSES>;
