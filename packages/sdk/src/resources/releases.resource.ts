import { pagesOf, send, type Client } from '../client.ts';
import { decideRelease, getRelease, listReleases, startRelease, type DecideReleaseInput, type StartReleaseInput } from '../generated/operations.ts';
import { ReleaseHandle } from '../handles/release-handle.ts';
import type { Release } from '../nouns/operation.ts';
import type { CallOptions } from '../options.ts';
import type { PageRequest, Pages } from '../transport/pages.ts';

/**
 * Model versions on their way to an endpoint: checks, canary, promoted or rolled back.
 *
 * @example
 * ```ts
 * import { Millrace } from '@millrace/sdk';
 * const millrace = new Millrace({ url: 'http://127.0.0.1:4000', token: 'mlr_…' });
 * const release = await millrace.releases.start({ endpointId: 'ep_…', modelVersionId: 'mv_…' });
 * const { steps } = await release.waitUntilPromoted({ timeoutSeconds: 120 });
 * ```
 */
export class ReleasesResource {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  async start(input: StartReleaseInput, options?: CallOptions): Promise<ReleaseHandle> {
    return this.#handle((await send(this.#client, startRelease, input, options)).startRelease as Release);
  }

  /**
   * Promotes or rolls back a release in its canary, for a reason that is recorded: what a canary that is INCONCLUSIVE waits for where no more traffic
   * comes. Throws `CONFLICT` when the release is not in its canary.
   */
  async decide(input: DecideReleaseInput, options?: CallOptions): Promise<Release> {
    return (await send(this.#client, decideRelease, input, options)).decideRelease as Release;
  }

  async get(id: string, options?: CallOptions): Promise<Release> {
    return (await this.#client.transport.execute(getRelease, { id }, options)).release as Release;
  }

  list(request: PageRequest & { readonly endpointId?: string } = {}): Pages<Release> {
    const { endpointId, ...page } = request;
    return pagesOf(this.#client, listReleases, endpointId === undefined ? {} : { endpointId }, ({ releases }) => releases, page);
  }

  /** A handle on a release that was started earlier. */
  async handle(id: string): Promise<ReleaseHandle> {
    return this.#handle(await this.get(id));
  }

  #handle({ id, job }: Release): ReleaseHandle {
    return new ReleaseHandle(this.#client, { id, jobId: job.id }, () => this.get(id));
  }
}
