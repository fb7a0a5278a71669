import { setImmediate as immediate, setTimeout as delay } from 'node:timers/promises';
import { FairQueue, type Holder } from './fair-queue.ts';

/** Events that are answered together: those that follow the same are read together. */
const AT_ONCE = 50;
/** Between two groups everybody else has the process. */
const PAUSE_MILLISECONDS = 2;

/** One change may wake a thousand subscriptions. Their events are answered in groups, in which workspaces take turns, and requests go on in between. */
export class EventTurns {
  readonly #waiting = new FairQueue<() => void>();
  #isServing = false;

  /** Resolves when an event of this holder may be answered. */
  wait(holder: Holder): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.add(holder, resolve);
    if (!this.#isServing) void this.#serve();
    return promise;
  }

  async #serve(): Promise<void> {
    this.#isServing = true;
    // All that one change wakes have come by then.
    await immediate();
    while (this.#waiting.size > 0) {
      for (let count = 0; count < AT_ONCE; count++) this.#waiting.take(() => true)?.();
      await delay(PAUSE_MILLISECONDS);
    }
    this.#isServing = false;
  }
}
