import { pagesOf, send, type Client } from '../client.ts';
import { createToken, getViewer, listTokens, revokeToken, unbindToken, type CreateTokenInput, type CreateTokenMutation } from '../generated/operations.ts';
import type { Token, Viewer } from '../nouns/job.ts';
import type { CallOptions } from '../options.ts';
import type { PageRequest, Pages } from '../transport/pages.ts';

/**
 * Tokens of the workspace. A secret is shown once, when its token is made.
 *
 * @example
 * ```ts
 * import { Millrace } from '@millrace/sdk';
 * const millrace = new Millrace({ url: 'http://127.0.0.1:4000', token: 'mlr_…' });
 * const { secret } = await millrace.tokens.create({ name: 'nightly jobs', kind: 'SERVICE', scopes: ['read', 'data:write'] });
 * const caller = await millrace.tokens.create({ name: 'web shop', kind: 'SERVICE', scopes: ['predict'], endpoints: ['late-flights'] });
 * ```
 */
export class TokensResource {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Whom the token of this client belongs to. */
  async viewer(options?: CallOptions): Promise<Viewer> {
    return (await this.#client.transport.execute(getViewer, {}, options)).viewer;
  }

  list(request?: PageRequest): Pages<Token> {
    return pagesOf(this.#client, listTokens, {}, ({ tokens }) => tokens, request);
  }

  /** With the scope `predict` it may predict, on all endpoints unless some are named. Nodes learn of it within a heartbeat, about a second. */
  async create(input: CreateTokenInput, options?: CallOptions): Promise<CreateTokenMutation['createToken']> {
    return (await send(this.#client, createToken, input, options)).createToken;
  }

  async revoke(id: string, options?: CallOptions): Promise<Token> {
    return (await this.#client.transport.execute(revokeToken, { id }, options)).revokeToken;
  }

  /** Takes a token off the node that it has registered: another token may then register that node, and this one another. */
  async unbind(id: string, options?: CallOptions): Promise<Token> {
    return (await this.#client.transport.execute(unbindToken, { id }, options)).unbindToken;
  }
}
