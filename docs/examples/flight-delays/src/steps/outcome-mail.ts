import type { Label } from '@millrace/sdk';

type Outcome = Label & { readonly knownAt: number };

const LABELS_PER_CALL = 10_000;

/** Holds outcomes back until they are known in event time, and sends them in calls of 10,000. */
export class OutcomeMail {
  sent = 0;
  #kept: Outcome[] = [];
  readonly #send: (labels: readonly Label[]) => Promise<unknown>;

  constructor(send: (labels: readonly Label[]) => Promise<unknown>) {
    this.#send = send;
  }

  /** Outcomes in the order in which they become known. */
  keep(outcomes: readonly Outcome[]): void {
    this.#kept.push(...outcomes);
  }

  /** Sends what is known at `now` in full calls; at the end of time, the rest as well. */
  async sendKnown(now: number): Promise<void> {
    const known = this.#knownAt(now);
    const last = now === Number.POSITIVE_INFINITY;
    const count = last ? known : known - (known % LABELS_PER_CALL);
    if (count === 0) return;
    const labels = this.#kept.slice(0, count).map(({ eventId, value, eventTime }) => ({ eventId, value, ...(eventTime !== undefined && { eventTime }) }));
    this.#kept = this.#kept.slice(count);
    await this.#send(labels);
    this.sent += count;
  }

  #knownAt(now: number): number {
    const index = this.#kept.findIndex(({ knownAt }) => knownAt > now);
    return index === -1 ? this.#kept.length : index;
  }
}
