import type { Client } from '../client.ts';
import type { CallOptions } from '../options.ts';
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

  /** Stores bytes. Storing the same bytes again changes nothing, so this is retried freely. */
  put(content: Uint8Array<ArrayBuffer> | Blob, options?: CallOptions): Promise<ArtifactReference> {
    const init = { method: 'PUT', body: content, type: 'application/octet-stream' };
    return this.#request('/artifacts', init, async (response) => JSON.parse(await response.text()) as ArtifactReference, options);
  }

  /** All bytes of an artifact. The caller compares the digest where the bytes are to be trusted. */
  get(digest: string, options?: CallOptions): Promise<Uint8Array<ArrayBuffer>> {
    return this.#request(`/artifacts/${digest}`, { method: 'GET' }, async (response) => new Uint8Array(await response.arrayBuffer()), options);
  }

  #request<Value>(
    path: string,
    init: { readonly method: string; readonly body?: Uint8Array<ArrayBuffer> | Blob; readonly type?: string },
    read: (response: Response) => Promise<Value>,
    options: CallOptions = {},
  ): Promise<Value> {
    const { http, baseUrl, token, retries } = this.#client;
    const url = `${baseUrl}${path}`;
    const headers: Record<string, string> = { authorization: `Bearer ${token}`, ...(init.type !== undefined && { 'content-type': init.type }) };
    const checked = async (response: Response): Promise<Value> => {
      if (!response.ok) throw errorFromStatus(response.status, await response.text(), url);
      return read(response);
    };
    return retry(
      () => http.request(url, { method: init.method, headers, ...(init.body !== undefined && { body: init.body }) }, checked, options.signal),
      retries,
      options.signal,
    );
  }
}
