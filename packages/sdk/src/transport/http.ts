import { MillraceError } from '@millrace/contracts';
import { timeoutOf } from './exchange.ts';
import { unreachable } from './server-error.ts';

/** `fetch` with a time limit, whose network failures are `UNAVAILABLE` and `TIMEOUT`. An abort by the caller stays what it is. */
export class Http {
  readonly #fetch: typeof globalThis.fetch;
  readonly #timeoutSeconds: number;

  constructor(fetcher: typeof globalThis.fetch | undefined, timeoutSeconds: number) {
    this.#fetch = fetcher ?? ((input, init) => globalThis.fetch(input, init));
    this.#timeoutSeconds = timeoutSeconds;
  }

  /** Sends one request and hands the response to `read` under the same time limit. */
  async request<Value>(url: string, init: RequestInit, read: (response: Response) => Promise<Value>, signal?: AbortSignal): Promise<Value> {
    // One timer that is cleared: `AbortSignal.timeout` would leave a live one behind every call for its whole length.
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), this.#timeoutSeconds * 1_000);
    const both = signal === undefined ? limit.signal : AbortSignal.any([limit.signal, signal]);
    try {
      return await read(await this.#fetch(url, { ...init, signal: both }));
    } catch (error) {
      if (error instanceof MillraceError) throw error;
      signal?.throwIfAborted();
      if (limit.signal.aborted) throw timeoutOf(url, this.#timeoutSeconds);
      throw unreachable(url, error);
    } finally {
      clearTimeout(timer);
    }
  }
}
