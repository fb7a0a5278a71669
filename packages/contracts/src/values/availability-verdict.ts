import type { MemberOf } from './closed-set.ts';

/**
 * What an availability assessment concludes.
 *
 * @example
 * ```ts
 * import { AVAILABILITY_VERDICTS, type AvailabilityVerdict } from '@millrace/contracts';
 *
 * const verdict: AvailabilityVerdict = 'PARTIAL';
 * const worst = AVAILABILITY_VERDICTS.at(-1) === verdict;
 * ```
 */
export const AVAILABILITY_VERDICTS = ['AVAILABLE', 'PARTIAL', 'MISSING'] as const;
export type AvailabilityVerdict = MemberOf<typeof AVAILABILITY_VERDICTS>;
