import type { Client } from '../client.ts';
import type { CallOptions } from '../options.ts';
import { answerOf, type ExchangeAnswer } from '../transport/exchange.ts';
import { retry } from '../transport/retry.ts';
import { errorFromStatus } from '../transport/server-error.ts';

/**
 * An artifact by the digest of its content: `sha256:…`.
 *
 * @example
 * ```ts
 * import type { ArtifactReference } from '@millrace/sdk';
 * const short = ({ digest }: ArtifactReference): string => digest.slice(0, 'sha256:'.length + 12);
 * ```
 */
export interface ArtifactReference {
  readonly digest: string;
  readonly bytes: number;
}

/**
 * Content-addressed files: model artifacts, prediction segments, labels.
 *
 * @example
 * ```ts
 * import { Millrace } from '@millrace/sdk';
 * const millrace = new Millrace({ url: 'http://127.0.0.1:4000', token: 'mlr_…' });
 * const { digest } = await millrace.artifacts.put(new Uint8Array([1, 2, 3]));
 * const bytes = await millrace.artifacts.get(digest);
 * ```
 */
export class ArtifactsResource {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Stores bytes. Storing the same bytes again changes nothing, so this is retried freely. A blob is streamed, so that a file need not fit into memory. */
  put(content: Uint8Array<ArrayBuffer> | Blob, options: CallOptions = {}): Promise<ArtifactReference> {
    const { http, exchange, baseUrl, token, retries } = this.#client;
    const url = `${baseUrl}/artifacts`;
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' };
    const send = (): Promise<ExchangeAnswer> =>
      content instanceof Uint8Array
        ? exchange.send(url, { method: 'PUT', headers, body: content, signal: options.signal })
        : http.request(url, { method: 'PUT', headers, body: content }, answerOf, options.signal);
    return retry(
      async () => {
        const { status, text } = await send();
        if (status < 200 || status >= 300) throw errorFromStatus(status, text, url);
        return JSON.parse(text) as ArtifactReference;
      },
      retries,
      options.signal,
    );
  }

  /** All bytes of an artifact. The caller compares the digest where the bytes are to be trusted. */
  get(digest: string, options: CallOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
    const { http, baseUrl, token, retries } = this.#client;
    const url = `${baseUrl}/artifacts/${digest}`;
    const read = async (response: Response): Promise<Uint8Array<ArrayBuffer>> => {
      if (!response.ok) throw errorFromStatus(response.status, await response.text(), url, response.headers.get('retry-after'));
      return new Uint8Array(await response.arrayBuffer());
    };
    return retry(() => http.request(url, { method: 'GET', headers: { authorization: `Bearer ${token}` } }, read, options.signal), retries, options.signal);
  }
}
