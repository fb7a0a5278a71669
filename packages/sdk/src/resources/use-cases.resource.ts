import { pagesOf, send, type Client } from '../client.ts';
import { createUseCase, getUseCase, listUseCases, retireUseCase, watchUseCase, type CreateUseCaseInput } from '../generated/operations.ts';
import type { UseCase, UseCaseSummary } from '../nouns/product.ts';
import type { CallOptions } from '../options.ts';
import { liveStates } from '../transport/live-states.ts';
import type { PageRequest, Pages } from '../transport/pages.ts';

/**
 * Business problems where a model may add value.
 *
 * @example
 * ```ts
 * import { Millrace } from '@millrace/sdk';
 * const millrace = new Millrace({ url: 'http://127.0.0.1:4000', token: 'mlr_…' });
 * const useCase = await millrace.useCases.create({ name: 'Warn passengers of late flights', problem: 'They learn too late.' });
 * for await (const change of millrace.useCases.watch(useCase.id)) {
 *   console.log(change.status, change.milestones.map(({ name, status }) => `${name}: ${status}`));
 *   if (change.status === 'LIVE') break;
 * }
 * ```
 */
export class UseCasesResource {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  async create(input: CreateUseCaseInput, options?: CallOptions): Promise<UseCase> {
    return (await send(this.#client, createUseCase, input, options)).createUseCase;
  }

  async get(id: string, options?: CallOptions): Promise<UseCase> {
    return (await this.#client.transport.execute(getUseCase, { id }, options)).useCase;
  }

  list(request?: PageRequest): Pages<UseCaseSummary> {
    return pagesOf(this.#client, listUseCases, {}, ({ useCases }) => useCases, request);
  }

  async retire(id: string, options?: CallOptions): Promise<UseCase> {
    return (await this.#client.transport.execute(retireUseCase, { id }, options)).retireUseCase;
  }

  /** The use case as it is now, and again after every change of it, its goal, milestones, observations or reviews. Ends when the use case is retired. */
  watch(id: string, signal?: AbortSignal): AsyncGenerator<UseCase> {
    const { subscriptions } = this.#client;
    async function* events(until: AbortSignal): AsyncGenerator<UseCase> {
      for await (const { useCaseChanged } of subscriptions.events(watchUseCase, { id }, until)) yield useCaseChanged;
    }
    return liveStates<UseCase>(
      {
        subscribe: subscriptions.available ? events : undefined,
        poll: (until) => this.get(id, { signal: until }),
        advances: (previous, next) => JSON.stringify(previous) !== JSON.stringify(next),
        isFinal: ({ status }) => status === 'RETIRED',
      },
      signal,
    );
  }
}
