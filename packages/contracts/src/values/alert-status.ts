import type { MemberOf } from './closed-set.ts';

/**
 * States of an alert.
 *
 * @example
 * ```ts
 * import { ALERT_STATUSES, type AlertStatus } from '@millrace/contracts';
 *
 * const status: AlertStatus = 'OPEN';
 * ALERT_STATUSES.indexOf(status); // 0
 * ```
 */
export const ALERT_STATUSES = ['OPEN', 'RESOLVED'] as const;
export type AlertStatus = MemberOf<typeof ALERT_STATUSES>;
