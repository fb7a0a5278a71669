/** How sessions that end are replaced. */
export interface RestartPolicy {
  /** After this many ends in a row without one good run, no more are opened. */
  readonly attempts: number;
  /** The wait after the second end; it doubles with each further one. */
  readonly firstBackoffMilliseconds: number;
}

/** Gives up after about 13 seconds. */
const DEFAULT_POLICY: RestartPolicy = { attempts: 8, firstBackoffMilliseconds: 100 };
/** Requests that end a session again and again, beside others that do not, cost no more than a start in this time. */
const LONGEST_BACKOFF_MILLISECONDS = 10_000;
/** Ends that lie further back do not count towards the wait. */
const MEMORY_MILLISECONDS = 60_000;

/**
 * When the session that replaces one that ended is opened: the first time at once, then after a wait that doubles with every end within
 * a minute. Good runs in between do not shorten the wait, so that one caller cannot keep a machine busy with starting processes; they
 * only say that the model is not broken as a whole.
 */
export class RestartPlan {
  readonly #policy: RestartPolicy;
  readonly #now: () => number;
  #ends: number[] = [];
  #inRow = 0;
  #restarts = 0;

  constructor(policy: RestartPolicy = DEFAULT_POLICY, now: () => number = () => performance.now()) {
    this.#policy = policy;
    this.#now = now;
  }

  get restarts(): number {
    return this.#restarts;
  }

  get isGivenUp(): boolean {
    return this.#inRow > this.#policy.attempts;
  }

  ranWell(): void {
    this.#inRow = 0;
  }

  /** The session ended: the milliseconds to wait before the next is opened; undefined when none is to be. */
  next(): number | undefined {
    const now = this.#now();
    this.#ends = [...this.#ends.filter((at) => now - at < MEMORY_MILLISECONDS), now];
    this.#inRow++;
    if (this.isGivenUp) return undefined;
    this.#restarts++;
    const earlier = this.#ends.length - 1;
    return earlier === 0 ? 0 : Math.min(LONGEST_BACKOFF_MILLISECONDS, this.#policy.firstBackoffMilliseconds * 2 ** (earlier - 1));
  }
}
