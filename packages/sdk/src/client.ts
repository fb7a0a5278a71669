import type { CallOptions } from './options.ts';
import type { Exchange } from './transport/exchange.ts';
import type { GraphqlTransport } from './transport/graphql-transport.ts';
import type { Http } from './transport/http.ts';
import type { Operation } from './transport/operation.ts';
import type { Page, PageRequest } from './transport/pages.ts';
import { Pages } from './transport/pages.ts';
import type { RetryOptions } from './options.ts';
import type { Subscriptions } from './transport/subscriptions.ts';

/** What every resource works with. */
export interface Client {
  readonly baseUrl: string;
  readonly token: string;
  readonly transport: GraphqlTransport;
  readonly subscriptions: Subscriptions;
  readonly http: Http;
  readonly exchange: Exchange;
  readonly retries: RetryOptions;
}

/** Runs an operation whose only variable is `input`. */
export function send<Result, Input>(
  client: Client,
  operation: Operation<Result, { readonly input: Input }>,
  input: Input,
  options?: CallOptions,
): Promise<Result> {
  return client.transport.execute(operation, { input }, options);
}

/** A connection: `pick` finds its page in the result. */
export function pagesOf<Result, Variables extends object, Item>(
  client: Client,
  operation: Operation<Result, Variables & { readonly first?: number | null | undefined; readonly after?: string | null | undefined }>,
  variables: Variables,
  pick: (result: Result) => { readonly nodes: readonly unknown[]; readonly pageInfo: Page<Item>['pageInfo'] },
  request: PageRequest = {},
): Pages<Item> {
  return new Pages(async (at) => {
    const { nodes, pageInfo } = pick(await client.transport.execute(operation, { ...variables, ...at }));
    return { nodes: nodes as readonly Item[], pageInfo };
  }, request);
}

/** A time as the API takes it. */
export function isoTime(time: string | Date): string {
  return typeof time === 'string' ? time : time.toISOString();
}
