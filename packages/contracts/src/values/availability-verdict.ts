import type { MemberOf } from './closed-set.ts';

/** What an availability assessment concludes. */
export const AVAILABILITY_VERDICTS = ['AVAILABLE', 'PARTIAL', 'MISSING'] as const;
export type AvailabilityVerdict = MemberOf<typeof AVAILABILITY_VERDICTS>;
