import type { MemberOf } from './closed-set.ts';

/**
 * States of a release.
 *
 * @example
 * ```ts
 * import { RELEASE_STATUSES, type ReleaseStatus } from '@millrace/contracts';
 *
 * const status: ReleaseStatus = 'CANARY';
 * RELEASE_STATUSES.indexOf(status) < RELEASE_STATUSES.indexOf('PROMOTED'); // true
 * ```
 */
export const RELEASE_STATUSES = ['PENDING', 'CHECKING', 'CANARY', 'PROMOTED', 'REJECTED', 'ROLLED_BACK'] as const;
export type ReleaseStatus = MemberOf<typeof RELEASE_STATUSES>;
