import type { Lease } from '@millrace/contracts';
import type { JobLedger } from '../job-ledger.ts';

/** Whether this attempt is about to commit, or has. While it is, a wish to cancel does not reach its handler. */
export class CommitOfAttempt {
  readonly #ledger: JobLedger;
  readonly #lease: Lease;
  #begun = false;

  constructor(ledger: JobLedger, lease: Lease) {
    this.#ledger = ledger;
    this.#lease = lease;
  }

  get isBegun(): boolean {
    return this.#begun;
  }

  /** A wish to cancel that comes while this is asked for is either told here, or too late. */
  async begin(): Promise<void> {
    this.#begun = true;
    try {
      await this.#ledger.beginCommit(this.#lease);
    } catch (error) {
      this.#begun = false;
      throw error;
    }
  }

  async abandon(): Promise<void> {
    await this.#ledger.abandonCommit(this.#lease);
    this.#begun = false;
  }
}
