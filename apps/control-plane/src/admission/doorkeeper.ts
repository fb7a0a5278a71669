import type { FastifyRequest } from 'fastify';
import { hashOf } from '../authorisation/token-secret.ts';
import { secretIn, type Authenticator } from '../authorisation/authenticator.ts';
import type { Caller } from '../context/caller.ts';
import type { Authentication } from '../context/request-context.ts';
import type { Holder } from './fair-queue.ts';
import { Lanes } from './lanes.ts';

/** Who somebody is, as far as shares are concerned, and what he was found to be if he was looked up just now. */
export interface Acquaintance {
  readonly holder: Holder;
  readonly authentication: Authentication | undefined;
}

/** Secrets that were good lately, by hash, and for how long that is remembered. */
const REMEMBERED = 10_000;
const REMEMBERED_MILLISECONDS = 60_000;

/**
 * Knows whose request it is before anything of it is read. A secret that was good a moment ago has its share already; whoever comes with
 * another one stands in the queue of strangers, which is narrow, until he was looked up, so that guessing costs the known nothing.
 * What is remembered decides about shares only: every request is looked up when its turn comes, and a revoked token is refused.
 */
export class Doorkeeper {
  readonly #authenticator: Authenticator;
  readonly #strangers = new Lanes({
    slots: 2,
    what: 'The door for tokens that were not used lately',
    lanes: { STRANGERS: { atMost: 2, perWorkspace: 2, perToken: 2, waiting: 200, waitingPerToken: 100, seconds: 2 } },
  });
  readonly #known = new Map<string, { readonly holder: Holder; readonly until: number }>();

  constructor(collaborators: { readonly authenticator: Authenticator }) {
    this.#authenticator = collaborators.authenticator;
  }

  /** @throws MillraceError `UNAUTHENTICATED`, or that the door is too crowded */
  async admit(request: Pick<FastifyRequest, 'headers' | 'ip'>): Promise<Acquaintance> {
    const { authorization } = request.headers;
    const known = this.#recall(authorization);
    if (known !== undefined) return { holder: known, authentication: undefined };
    const stranger = { workspaceId: request.ip, tokenId: request.ip };
    const lookUp = (): Promise<Authentication> => this.#authenticator.authenticate(authorization);
    // Without anything that looks like a token there is nothing to look up, and nothing to wait for.
    const authentication = secretIn(authorization) === undefined ? await lookUp() : await this.#strangers.run('STRANGERS', stranger, lookUp);
    if ('refusal' in authentication) throw authentication.refusal;
    return { holder: this.remember(authorization, authentication.caller), authentication };
  }

  /** Whoever goes on asking goes on being known, and never stands among strangers again. */
  remember(authorization: string | undefined, { workspaceId, tokenId }: Caller): Holder {
    const key = keyOf(authorization);
    const holder = { workspaceId, tokenId };
    if (key !== undefined) this.#known.delete(key);
    const [oldest] = this.#known.keys();
    if (this.#known.size >= REMEMBERED && oldest !== undefined) this.#known.delete(oldest);
    if (key !== undefined) this.#known.set(key, { holder, until: Date.now() + REMEMBERED_MILLISECONDS });
    return holder;
  }

  /** A token that turned out to be bad is a stranger's from now on. */
  forget(authorization: string | undefined): void {
    const key = keyOf(authorization);
    if (key !== undefined) this.#known.delete(key);
  }

  #recall(authorization: string | undefined): Holder | undefined {
    const key = keyOf(authorization);
    const known = key === undefined ? undefined : this.#known.get(key);
    return known !== undefined && known.until > Date.now() ? known.holder : undefined;
  }
}

function keyOf(authorization: string | undefined): string | undefined {
  const secret = secretIn(authorization);
  return secret === undefined ? undefined : hashOf(secret).toString('base64');
}
