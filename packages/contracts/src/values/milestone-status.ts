import type { MemberOf } from './closed-set.ts';

/**
 * States of a milestone.
 *
 * @example
 * ```ts
 * import { MILESTONE_STATUSES, type MilestoneStatus } from '@millrace/contracts';
 *
 * const decided: readonly MilestoneStatus[] = ['MET', 'MISSED'];
 * MILESTONE_STATUSES.filter((status) => !decided.includes(status)); // PENDING, ON_TRACK, AT_RISK
 * ```
 */
export const MILESTONE_STATUSES = ['PENDING', 'ON_TRACK', 'AT_RISK', 'MET', 'MISSED'] as const;
export type MilestoneStatus = MemberOf<typeof MILESTONE_STATUSES>;
