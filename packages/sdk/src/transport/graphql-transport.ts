import { MillraceError } from '@millrace/contracts';
import type { CallOptions, RetryOptions } from '../options.ts';
import { errorFromGraphql, errorFromStatus, type GraphqlErrorEntry } from './server-error.ts';
import type { Http } from './http.ts';
import { newIdempotencyKey } from './idempotency-key.ts';
import { nameOf, type Operation } from './operation.ts';
import { retry } from './retry.ts';

interface GraphqlResponse<Result> {
  readonly data?: Result | null;
  readonly errors?: readonly GraphqlErrorEntry[];
}

/**
 * Sends queries and mutations. Retryable failures are tried again; a mutation keeps its idempotency key over all tries, so
 * a retry after a lost answer returns that answer instead of doing the work twice.
 */
export class GraphqlTransport {
  readonly #http: Http;
  readonly #url: string;
  readonly #token: string;
  readonly #retries: RetryOptions;

  constructor(options: { http: Http; url: string; token: string; retries: RetryOptions }) {
    this.#http = options.http;
    this.#url = options.url;
    this.#token = options.token;
    this.#retries = options.retries;
  }

  execute<Result, Variables>(operation: Operation<Result, Variables>, variables: Variables, options: CallOptions = {}): Promise<Result> {
    const headers: Record<string, string> = {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json',
      authorization: `Bearer ${this.#token}`,
    };
    if (operation.text.startsWith('mutation')) headers['idempotency-key'] = options.idempotencyKey ?? newIdempotencyKey();
    const body = JSON.stringify({ operationName: nameOf(operation), query: operation.text, variables });
    const once = (): Promise<Result> =>
      this.#http.request(this.#url, { method: 'POST', headers, body }, (response) => this.#read<Result>(response), options.signal);
    return retry(once, this.#retries, options.signal);
  }

  async #read<Result>(response: Response): Promise<Result> {
    const text = await response.text();
    const parsed = parse<Result>(text);
    if (parsed === undefined) throw errorFromStatus(response.ok ? 502 : response.status, text, this.#url, response.headers.get('retry-after'));
    const [first] = parsed.errors ?? [];
    if (first !== undefined) throw errorFromGraphql(first);
    if (parsed.data === undefined || parsed.data === null) throw new MillraceError('INTERNAL', 'the server answered without data and without an error');
    return parsed.data;
  }
}

function parse<Result>(text: string): GraphqlResponse<Result> | undefined {
  try {
    const value: GraphqlResponse<Result> | null = JSON.parse(text);
    return typeof value === 'object' && value !== null && ('data' in value || 'errors' in value) ? value : undefined;
  } catch {
    return undefined;
  }
}
