import { pagesOf, send, type Client } from '../client.ts';
import { createEndpoint, getEndpoint, listEndpoints, type CreateEndpointInput } from '../generated/operations.ts';
import type { Endpoint } from '../nouns/operation.ts';
import type { CallOptions } from '../options.ts';
import type { PageRequest, Pages } from '../transport/pages.ts';

/**
 * Stable names that clients call.
 *
 * @example
 * ```ts
 * import { Millrace } from '@millrace/sdk';
 * const millrace = new Millrace({ url: 'http://127.0.0.1:4000', token: 'mlr_…' });
 * const { urls, traffic } = await millrace.endpoints.get('late-flights');
 * ```
 */
export class EndpointsResource {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  async create(input: CreateEndpointInput, options?: CallOptions): Promise<Endpoint> {
    return (await send(this.#client, createEndpoint, input, options)).createEndpoint as Endpoint;
  }

  async get(name: string, options?: CallOptions): Promise<Endpoint> {
    return (await this.#client.transport.execute(getEndpoint, { name }, options)).endpoint as Endpoint;
  }

  list(request?: PageRequest): Pages<Endpoint> {
    return pagesOf(this.#client, listEndpoints, {}, ({ endpoints }) => endpoints, request);
  }
}
