/** How long something that fails again and again is left alone: a while that doubles with every failure, up to a minute. */
const LONGEST_MILLISECONDS = 60_000;
const FIRST_MILLISECONDS = 1000;
/** After so long without a failure the next one counts as the first. */
const FORGOTTEN_MILLISECONDS = 10 * LONGEST_MILLISECONDS;

/** Whether something that failed may be tried again. */
export class RetryGate {
  readonly #freeTries: number;
  readonly #now: () => number;
  #failures = 0;
  #failedAt = -Infinity;

  /** `freeTries`: after so many failures in a row the next try need not wait. */
  constructor({ freeTries }: { readonly freeTries: number }, now: () => number = () => performance.now()) {
    this.#freeTries = freeTries;
    this.#now = now;
  }

  get isOpen(): boolean {
    return this.#now() - this.#failedAt >= this.#wait();
  }

  failed(): void {
    const now = this.#now();
    this.#failures = now - this.#failedAt > FORGOTTEN_MILLISECONDS ? 1 : this.#failures + 1;
    this.#failedAt = now;
  }

  #wait(): number {
    const doublings = this.#failures - this.#freeTries - 1;
    if (doublings < 0) return 0;
    return Math.min(LONGEST_MILLISECONDS, FIRST_MILLISECONDS * 2 ** doublings);
  }
}
