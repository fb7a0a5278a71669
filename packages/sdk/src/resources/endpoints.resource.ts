import type { Ensemble } from '@millrace/contracts';
import { pagesOf, send, type Client } from '../client.ts';
import { createEndpoint, defineEnsemble, getEndpoint, getEndpointUrls, listEndpoints, setShadow, type CreateEndpointInput } from '../generated/operations.ts';
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
 * await millrace.endpoints.setShadow('late-flights', { modelVersionId: 'mv_…', share: 10 });
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

  /** Where it answers by the Open Inference Protocol: one address per node that is ready. A token with the scope `predict` is enough. */
  async urls(name: string, options?: CallOptions): Promise<readonly string[]> {
    return (await this.#client.transport.execute(getEndpointUrls, { name }, options)).endpointUrls;
  }

  /**
   * Sends copies of `share` percent of the requests (default 100) to a version that takes the same inputs. Its answers are compared
   * with those that callers get, and never sent. `null` takes the shadow away.
   */
  async setShadow(endpoint: string, shadow: { readonly modelVersionId: string; readonly share?: number } | null, options?: CallOptions): Promise<Endpoint> {
    const { modelVersionId, ...share } = shadow ?? { modelVersionId: null };
    return (await send(this.#client, setShadow, { endpoint, modelVersionId, ...share }, options)).setShadow as Endpoint;
  }

  /** Lets a sequence of other endpoints of its environment answer in its place. It must have neither traffic nor a shadow. `null` takes the ensemble away. */
  async defineEnsemble(endpoint: string, ensemble: Ensemble | null, options?: CallOptions): Promise<Endpoint> {
    return (await send(this.#client, defineEnsemble, { endpoint, ensemble }, options)).defineEnsemble as Endpoint;
  }

  list(request?: PageRequest): Pages<Endpoint> {
    return pagesOf(this.#client, listEndpoints, {}, ({ endpoints }) => endpoints, request);
  }
}
