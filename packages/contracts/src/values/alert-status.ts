import type { MemberOf } from './closed-set.ts';

/** States of an alert. */
export const ALERT_STATUSES = ['OPEN', 'RESOLVED'] as const;
export type AlertStatus = MemberOf<typeof ALERT_STATUSES>;
