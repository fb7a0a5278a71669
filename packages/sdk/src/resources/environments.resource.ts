import type { EnvironmentPolicyInput } from '@millrace/contracts';
import { pagesOf, send, type Client } from '../client.ts';
import { createEnvironment, getEnvironment, listEnvironments } from '../generated/operations.ts';
import type { Environment } from '../nouns/operation.ts';
import type { CallOptions } from '../options.ts';
import type { PageRequest, Pages } from '../transport/pages.ts';

/**
 * Places to serve from, with the policy that releases into them must pass.
 *
 * @example
 * ```ts
 * import { Millrace } from '@millrace/sdk';
 * const millrace = new Millrace({ url: 'http://127.0.0.1:4000', token: 'mlr_…' });
 * const { nodes } = await millrace.environments.create({ name: 'production', policy: { latencyObjectiveMilliseconds: 20 } });
 * ```
 */
export class EnvironmentsResource {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  async create(input: { readonly name: string; readonly policy?: EnvironmentPolicyInput }, options?: CallOptions): Promise<Environment> {
    return (await send(this.#client, createEnvironment, input, options)).createEnvironment as Environment;
  }

  async get(name: string, options?: CallOptions): Promise<Environment> {
    return (await this.#client.transport.execute(getEnvironment, { name }, options)).environment as Environment;
  }

  list(request?: PageRequest): Pages<Environment> {
    return pagesOf(this.#client, listEnvironments, {}, ({ environments }) => environments, request);
  }
}
