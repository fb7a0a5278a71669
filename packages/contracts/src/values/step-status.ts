import type { MemberOf } from './closed-set.ts';

/**
 * States of one recorded step of a release.
 *
 * @example
 * ```ts
 * import { STEP_STATUSES, type StepStatus } from '@millrace/contracts';
 *
 * const status: StepStatus = 'PASSED';
 * STEP_STATUSES.includes(status); // true
 * ```
 */
export const STEP_STATUSES = ['RUNNING', 'PASSED', 'FAILED'] as const;
export type StepStatus = MemberOf<typeof STEP_STATUSES>;
