import { pagesOf, type Client } from '../client.ts';
import { listAuditEvents } from '../generated/operations.ts';
import type { AuditEvent } from '../nouns/people.ts';
import type { PageRequest, Pages } from '../transport/pages.ts';

/**
 * Every change of the workspace, oldest first. For administrators.
 *
 * @example
 * ```ts
 * import { Millrace } from '@millrace/sdk';
 * const millrace = new Millrace({ url: 'http://127.0.0.1:4000', token: 'mlr_…' });
 * for await (const { occurredAt, action } of millrace.auditEvents.list()) console.log(occurredAt, action);
 * ```
 */
export class AuditEventsResource {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  list(request?: PageRequest): Pages<AuditEvent> {
    return pagesOf(this.#client, listAuditEvents, {}, ({ auditEvents }) => auditEvents, request);
  }
}
