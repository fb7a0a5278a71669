/**
 * One page of a connection.
 *
 * @example
 * ```ts
 * import type { Page, UseCaseSummary } from '@millrace/sdk';
 * const hasMore = ({ pageInfo }: Page<UseCaseSummary>): boolean => pageInfo.hasNextPage;
 * ```
 */
export interface Page<Item> {
  readonly nodes: readonly Item[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/**
 * How many to fetch at a time, and where to begin.
 *
 * @example
 * ```ts
 * import type { PageRequest } from '@millrace/sdk';
 * const second: PageRequest = { first: 20, after: 'cursor of the twentieth' };
 * ```
 */
export interface PageRequest {
  readonly first?: number;
  readonly after?: string;
}

/**
 * A connection of the API. Iterating fetches page after page; `page` fetches one.
 *
 * @example
 * ```ts
 * import { Millrace, type Pages, type UseCaseSummary } from '@millrace/sdk';
 * const millrace = new Millrace({ url: 'http://127.0.0.1:4000', token: 'mlr_…' });
 * const useCases: Pages<UseCaseSummary> = millrace.useCases.list({ first: 20 });
 * for await (const useCase of useCases) console.log(useCase.name);
 * ```
 */
export class Pages<Item> implements AsyncIterable<Item> {
  readonly #fetch: (request: PageRequest) => Promise<Page<Item>>;
  readonly #request: PageRequest;

  constructor(fetch: (request: PageRequest) => Promise<Page<Item>>, request: PageRequest = {}) {
    this.#fetch = fetch;
    this.#request = request;
  }

  page(request: PageRequest = this.#request): Promise<Page<Item>> {
    return this.#fetch(request);
  }

  async toArray(): Promise<Item[]> {
    const items: Item[] = [];
    for await (const item of this) items.push(item);
    return items;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Item> {
    let request = this.#request;
    for (;;) {
      const { nodes, pageInfo } = await this.#fetch(request);
      yield* nodes;
      if (!pageInfo.hasNextPage || pageInfo.endCursor === null) return;
      request = { ...this.#request, after: pageInfo.endCursor };
    }
  }
}
