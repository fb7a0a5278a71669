import type { MemberOf } from './closed-set.ts';

/**
 * States of a window of event time.
 *
 * @example
 * ```ts
 * import { WINDOW_STATUSES, type WindowStatus } from '@millrace/contracts';
 *
 * const status: WindowStatus = 'CLOSED';
 * WINDOW_STATUSES.includes(status); // true
 * ```
 */
export const WINDOW_STATUSES = ['OPEN', 'CLOSED'] as const;
export type WindowStatus = MemberOf<typeof WINDOW_STATUSES>;
