import { createClient, type Client } from 'graphql-ws/client';
import { errorFromGraphql } from './server-error.ts';
import { nameOf, type Operation } from './operation.ts';

/** Subscriptions over one WebSocket, opened with the first and closed after the last. Absent where there is no WebSocket. */
export class Subscriptions {
  readonly #client: Client | undefined;

  constructor(options: { url: string; token: string; webSocket: typeof globalThis.WebSocket | false | undefined }) {
    const webSocketImpl = options.webSocket ?? globalThis.WebSocket;
    if (webSocketImpl === false || webSocketImpl === undefined) return;
    this.#client = createClient({
      url: options.url.replace(/^http/, 'ws'),
      webSocketImpl,
      connectionParams: { authorization: `Bearer ${options.token}` },
      lazyCloseTimeout: 500,
      retryAttempts: 2,
      shouldRetry: () => true,
      onNonLazyError: () => undefined,
    });
  }

  get available(): boolean {
    return this.#client !== undefined;
  }

  /** Events of one subscription until the consumer stops, the server completes it, or the socket fails: then it throws. */
  async *events<Result, Variables extends object>(operation: Operation<Result, Variables>, variables: Variables, signal: AbortSignal): AsyncGenerator<Result> {
    if (this.#client === undefined) return;
    const events = this.#client.iterate<Result>({
      operationName: nameOf(operation),
      query: operation.text,
      variables: Object.fromEntries(Object.entries(variables)),
    });
    const stop = (): void => void events.return?.();
    signal.addEventListener('abort', stop);
    try {
      for await (const { data, errors } of events) {
        const [first] = errors ?? [];
        if (first !== undefined) throw errorFromGraphql({ message: first.message, ...(first.extensions !== undefined && { extensions: first.extensions }) });
        if (data !== undefined && data !== null) yield data;
      }
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  async close(): Promise<void> {
    await this.#client?.dispose();
  }
}
