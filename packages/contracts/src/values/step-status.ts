import type { MemberOf } from './closed-set.ts';

/**
 * States of one recorded step of a release. INCONCLUSIVE is a canary whose time is over and whose requests allow no conclusion: it goes on
 * watching, and waits for more traffic or for a person.
 *
 * @example
 * ```ts
 * import { STEP_STATUSES, type StepStatus } from '@millrace/contracts';
 *
 * const status: StepStatus = 'PASSED';
 * STEP_STATUSES.includes(status); // true
 * ```
 */
export const STEP_STATUSES = ['RUNNING', 'INCONCLUSIVE', 'PASSED', 'FAILED'] as const;
export type StepStatus = MemberOf<typeof STEP_STATUSES>;
