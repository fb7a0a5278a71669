import type { MemberOf } from './closed-set.ts';

/** States of a release. */
export const RELEASE_STATUSES = ['PENDING', 'CHECKING', 'CANARY', 'PROMOTED', 'REJECTED', 'ROLLED_BACK'] as const;
export type ReleaseStatus = MemberOf<typeof RELEASE_STATUSES>;
