import { send, type Client } from '../client.ts';
import { recordLabels } from '../generated/operations.ts';
import { JobHandle } from '../handles/job-handle.ts';
import type { Label, LabelBatch } from '../nouns/operation.ts';
import type { CallOptions } from '../options.ts';
import { newIdempotencyKey } from '../transport/idempotency-key.ts';
import { isoTime } from '../client.ts';

const LABELS_PER_CALL = 10_000;

/**
 * True outcomes, sent when they are known. They join predictions by event id, whichever comes first.
 *
 * @example
 * ```ts
 * import { Millrace } from '@millrace/sdk';
 * const millrace = new Millrace({ url: 'http://127.0.0.1:4000', token: 'mlr_…' });
 * await millrace.labels.record('late-flights', [{ eventId: 'AA-1-2001-04-01', value: 1 }]);
 * ```
 */
export class LabelsResource {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Sends labels in calls of 10,000. A given idempotency key covers the whole list. */
  async record(
    endpoint: string,
    labels: readonly Label[],
    { idempotencyKey = newIdempotencyKey(), ...options }: CallOptions = {},
  ): Promise<JobHandle<LabelBatch>[]> {
    const handles: JobHandle<LabelBatch>[] = [];
    for (let from = 0; from < labels.length; from += LABELS_PER_CALL) {
      const part = labels
        .slice(from, from + LABELS_PER_CALL)
        .map(({ eventTime, ...label }) => ({ ...label, ...(eventTime !== undefined && { eventTime: isoTime(eventTime) }) }));
      const key = labels.length > LABELS_PER_CALL ? `${idempotencyKey}-${from}` : idempotencyKey;
      const batch = (await send(this.#client, recordLabels, { endpoint, labels: part }, { ...options, idempotencyKey: key })).recordLabels as LabelBatch;
      handles.push(new JobHandle(this.#client, { id: batch.id, jobId: batch.job.id }, async (job) => ({ ...batch, job })));
    }
    return handles;
  }
}
