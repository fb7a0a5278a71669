import { Token } from '@millrace/db';
import { ArrayContains, IsNull, MoreThan, type EntityManager } from 'typeorm';

const MAKE_ONE = 'Make one with "npm run admin -- create-token --scopes admin", or start with BOOTSTRAP_TOKEN.';

/** Says when nobody could ever sign in, or nobody could let others in: a database without a token that works, or without one of an administrator. */
export async function signInWarnings(manager: EntityManager): Promise<string[]> {
  const usable = { revokedAt: IsNull() };
  if (!(await manager.existsBy(Token, either(usable)))) return [`Nobody can sign in: there is no token that works. ${MAKE_ONE}`];
  const hasAdministrator = await manager.existsBy(Token, either({ ...usable, scopes: ArrayContains(['admin']) }));
  return hasAdministrator ? [] : [`Nobody can make tokens: there is none of an administrator that works. ${MAKE_ONE}`];
}

/** Without an expiry, or before it. */
function either(where: object): object[] {
  return [
    { ...where, expiresAt: IsNull() },
    { ...where, expiresAt: MoreThan(new Date()) },
  ];
}
