import type { MemberOf } from './closed-set.ts';

/**
 * Roles of a member of a workspace.
 *
 * @example
 * ```ts
 * import { ROLES, type Role } from '@millrace/contracts';
 *
 * const isRole = (text: string): text is Role => ROLES.some((role) => role === text);
 * isRole('OWNER'); // false
 * ```
 */
export const ROLES = ['PRODUCT', 'DATA_SCIENCE', 'DATA_ENGINEERING', 'MLOPS', 'ADMIN', 'VIEWER'] as const;
export type Role = MemberOf<typeof ROLES>;
