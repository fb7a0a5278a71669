import { MillraceError, type NodeAssignment } from '@millrace/contracts';
import { hash } from 'node:crypto';

/** Whether callers need a token, or whoever stands in front of the node has checked them. */
export const ACCESS_MODES = ['token', 'open'] as const;
export type AccessMode = (typeof ACCESS_MODES)[number];

type Grant = NodeAssignment['access'][number];

/** Who may predict on which endpoint. Tokens are known by their SHA-256 only, and the node asks nobody about them. */
export class AccessTable {
  private readonly mode: AccessMode;
  private readonly now: () => number;
  private grants: ReadonlyMap<string, Grant> = new Map();
  /** Hashing a token costs as much as parsing a small request. Only tokens that were granted are here, so that guesses take no memory. */
  private readonly remembered = new Map<string, Grant>();

  /** `now` in milliseconds since the epoch. */
  constructor(mode: AccessMode, now: () => number) {
    this.mode = mode;
    this.now = now;
  }

  /** Takes effect at once: a token that is missing here is refused from now on. */
  replace(access: NodeAssignment['access']): void {
    this.grants = new Map(access.map((grant) => [grant.tokenHash, grant]));
    this.remembered.clear();
  }

  /** Throws `UNAUTHENTICATED` without a valid token, and `FORBIDDEN` with one for other endpoints. */
  require(token: string | undefined, endpoint: string): void {
    if (this.mode === 'open') return;
    if (token === undefined) throw new MillraceError('UNAUTHENTICATED', 'a token with the right to predict is needed: send "authorization: Bearer <token>"');
    const grant = this.grantOf(token);
    if (grant === undefined) throw new MillraceError('UNAUTHENTICATED', 'the token is not known to this node, was revoked, or has no right to predict');
    if (grant.expiresAt !== null && Date.parse(grant.expiresAt) <= this.now())
      throw new MillraceError('UNAUTHENTICATED', `the token expired at ${grant.expiresAt}`, { fields: { expiresAt: grant.expiresAt } });
    if (grant.endpoints !== null && !grant.endpoints.includes(endpoint))
      throw new MillraceError('FORBIDDEN', `the token does not allow endpoint "${endpoint}"`, { fields: { endpoint } });
  }

  /** Whether `require` would let it pass. */
  allows(token: string | undefined, endpoint: string): boolean {
    try {
      this.require(token, endpoint);
      return true;
    } catch {
      return false;
    }
  }

  /** How many tokens need no hashing any more. */
  get rememberedTokens(): number {
    return this.remembered.size;
  }

  private grantOf(token: string): Grant | undefined {
    const known = this.remembered.get(token);
    if (known !== undefined) return known;
    const grant = this.grants.get(hash('sha256', token, 'hex'));
    if (grant !== undefined) this.remembered.set(token, grant);
    return grant;
  }
}

/** The token of an `authorization` header or of metadata of that name. */
export function bearerToken(authorization: string | undefined): string | undefined {
  const match = authorization === undefined ? null : /^Bearer +(\S+) *$/i.exec(authorization);
  return match?.[1];
}
