const FIRST_MILLISECONDS = 500;
const LONGEST_MILLISECONDS = 10_000;
/** Whatever ran so long begins with the shortest pause again. */
const STABLE_MILLISECONDS = 30_000;

/** How long to wait before something that ended is started again: each time twice as long, until it runs for a while. */
export class Pauses {
  #milliseconds = FIRST_MILLISECONDS;

  next(): number {
    const now = this.#milliseconds;
    this.#milliseconds = Math.min(now * 2, LONGEST_MILLISECONDS);
    return now;
  }

  ranFor(milliseconds: number): void {
    if (milliseconds > STABLE_MILLISECONDS) this.#milliseconds = FIRST_MILLISECONDS;
  }
}
