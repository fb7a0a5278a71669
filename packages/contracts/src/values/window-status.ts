import type { MemberOf } from './closed-set.ts';

/** States of a window of event time. */
export const WINDOW_STATUSES = ['OPEN', 'CLOSED'] as const;
export type WindowStatus = MemberOf<typeof WINDOW_STATUSES>;
