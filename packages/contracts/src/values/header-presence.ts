import type { MemberOf } from './closed-set.ts';

/**
 * Whether the first line of a file with separated values holds the names of its columns.
 *
 * @example
 * ```ts
 * import { HEADER_PRESENCES, type HeaderPresence } from '@millrace/contracts';
 *
 * const header: HeaderPresence = 'ABSENT';
 * HEADER_PRESENCES.includes(header); // true
 * ```
 */
export const HEADER_PRESENCES = ['PRESENT', 'ABSENT'] as const;
export type HeaderPresence = MemberOf<typeof HEADER_PRESENCES>;
