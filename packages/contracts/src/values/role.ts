import type { MemberOf } from './closed-set.ts';

/** Roles of a member of a workspace. */
export const ROLES = ['PRODUCT', 'DATA_SCIENCE', 'DATA_ENGINEERING', 'MLOPS', 'ADMIN', 'VIEWER'] as const;
export type Role = MemberOf<typeof ROLES>;
