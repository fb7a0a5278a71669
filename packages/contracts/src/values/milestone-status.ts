import type { MemberOf } from './closed-set.ts';

/** States of a milestone. */
export const MILESTONE_STATUSES = ['PENDING', 'ON_TRACK', 'AT_RISK', 'MET', 'MISSED'] as const;
export type MilestoneStatus = MemberOf<typeof MILESTONE_STATUSES>;
