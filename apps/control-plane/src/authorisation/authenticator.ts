import { timingSafeEqual } from 'node:crypto';
import { MillraceError } from '@millrace/contracts';
import { Token } from '@millrace/db';
import { In, type DataSource, type EntityManager } from 'typeorm';
import { gatedManager } from '../budget/gated-manager.ts';
import type { Authentication } from '../context/request-context.ts';
import { asMillraceError } from '../errors/as-millrace-error.ts';
import { BatchLoader } from '../loading/batch-loader.ts';
import { isScope } from './scopes.ts';
import { hashOf, isSecret } from './token-secret.ts';

/** `lastUsedAt` is written at most once in this time, so that reading stays reading. */
const LAST_USED_GRAIN_MILLISECONDS = 60_000;

const HINT = 'Send the header "Authorization: Bearer mlr_…" with a token of the workspace.';

/** Turns what a caller sent as authorization into a caller. Nothing is cached: a revoked token is refused from the next call on, on every replica. */
export class Authenticator {
  readonly #dataSource: DataSource;
  /** Looks up once what many subscriptions ask for at the same moment, because one change woke them all. */
  readonly #together: BatchLoader<string, Token>;

  constructor(collaborators: { readonly dataSource: DataSource }) {
    this.#dataSource = collaborators.dataSource;
    const reader = gatedManager(collaborators.dataSource);
    this.#together = new BatchLoader((hashes) => byHashes(reader, hashes));
  }

  /** With the connection of the request where it has one. */
  authenticate(authorization: string | undefined, manager: EntityManager = this.#dataSource.manager): Promise<Authentication> {
    return this.#authenticate(authorization, (hash) => manager.findOneBy(Token, { hash }));
  }

  /** As `authenticate`, in one statement with all that ask in the same moment. */
  authenticateTogether(authorization: string | undefined): Promise<Authentication> {
    return this.#authenticate(authorization, async (hash) => (await this.#together.load(hash.toString('hex'))) ?? null);
  }

  async #authenticate(authorization: string | undefined, find: (hash: Buffer) => Promise<Token | null>): Promise<Authentication> {
    const secret = secretIn(authorization);
    if (secret === undefined) return refused(`No token was sent, or something that is none. ${HINT}`);
    const hash = hashOf(secret);
    try {
      return this.#judge(await find(hash), hash, new Date());
    } catch (error) {
      return { refusal: asMillraceError(error) };
    }
  }

  #judge(token: Token | null, hash: Buffer, now: Date): Authentication {
    if (token === null || !timingSafeEqual(token.hash, hash)) return refused(`The token is not known. ${HINT}`);
    if (token.revokedAt !== null) return refused(`The token was revoked at ${token.revokedAt.toISOString()}. Use another one.`);
    if (token.expiresAt !== null && token.expiresAt <= now) return refused(`The token expired at ${token.expiresAt.toISOString()}. Use another one.`);
    this.#touch(token, now);
    const { id: tokenId, workspaceId, kind, nodeId, endpointIds } = token;
    return { caller: { tokenId, workspaceId, kind, nodeId, endpointIds, scopes: token.scopes.filter(isScope) } };
  }

  /** Runs beside the request: nobody waits for it, and a failure only leaves the time a little older. */
  #touch(token: Token, now: Date): void {
    if (token.lastUsedAt !== null && now.getTime() - token.lastUsedAt.getTime() < LAST_USED_GRAIN_MILLISECONDS) return;
    this.#dataSource.manager.update(Token, { id: token.id }, { lastUsedAt: now }).catch(() => undefined);
  }
}

async function byHashes(manager: EntityManager, hashes: readonly string[]): Promise<Map<string, Token>> {
  const tokens = await manager.findBy(Token, { hash: In(hashes.map((hash) => Buffer.from(hash, 'hex'))) });
  return new Map(tokens.map((token) => [token.hash.toString('hex'), token]));
}

/** The secret in a header, if it has the form of one. */
export function secretIn(authorization: string | undefined): string | undefined {
  const text = /^Bearer (\S{1,100})$/i.exec(authorization?.trim() ?? '')?.[1];
  return text !== undefined && isSecret(text) ? text : undefined;
}

function refused(message: string): Authentication {
  return { refusal: new MillraceError('UNAUTHENTICATED', message) };
}
