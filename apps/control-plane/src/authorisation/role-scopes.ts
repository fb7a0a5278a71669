import type { Role } from '@millrace/contracts';
import { SCOPES, type Scope } from './scopes.ts';

/** What the tokens of a member with a role may do. */
const SCOPES_OF_ROLE: Readonly<Record<Role, readonly Scope[]>> = {
  VIEWER: ['read'],
  PRODUCT: ['read', 'product:write'],
  DATA_SCIENCE: ['read', 'science:write', 'predict'],
  DATA_ENGINEERING: ['read', 'data:write'],
  MLOPS: ['read', 'ops:write', 'predict'],
  ADMIN: SCOPES.filter((scope) => scope !== 'node'),
};

/** What the tokens of a member may do, by all the roles together. */
export function scopesOfRoles(roles: readonly Role[]): Scope[] {
  return SCOPES.filter((scope) => roles.some((role) => SCOPES_OF_ROLE[role].includes(scope)));
}
