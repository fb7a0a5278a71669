import { MillraceError } from '@millrace/contracts';
import type { Http } from './http.ts';

/** One request without a stream: text or bytes go out and a text comes back. */
export interface ExchangeCall {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer> | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ExchangeAnswer {
  readonly status: number;
  readonly text: string;
}

/**
 * Sends requests to nodes. Follows no redirect: a token must not travel on. Rejects with a retryable `UNAVAILABLE` when the
 * connection fails and with `TIMEOUT` when it takes too long; an abort by the caller stays what it is.
 */
export interface Exchange {
  send(url: string, call: ExchangeCall): Promise<ExchangeAnswer>;
  close(): void;
}

/** By `fetch`, which runs everywhere. */
export function fetchExchange(http: Http): Exchange {
  return {
    send: (url, { method, headers, body, signal }) =>
      http.request(url, { method, headers, redirect: 'manual', ...(body !== undefined && { body }) }, answerOf, signal),
    close: () => {},
  };
}

/** The whole of a response. */
export async function answerOf(response: Response): Promise<ExchangeAnswer> {
  return { status: response.status, text: await response.text() };
}

export function timeoutOf(url: string, timeoutSeconds: number): MillraceError {
  return new MillraceError('TIMEOUT', `${url} did not answer within ${timeoutSeconds} seconds`, { fields: { url, timeoutSeconds } });
}
