/** How many streams are remembered that we ended before their clients had. */
const REMEMBERED = 1024;

/** What is known about the streams of one connection that are over: whether a client may still be sending on them without knowing. */
export class ClosedStreams {
  readonly #cutOff = new Set<number>();
  /** Up to here it is not known any more. */
  #forgotten = 0;
  /** The last streams that were passed over. */
  #passedFrom = 0;
  #passedTo = 0;

  /** We ended a stream whose client had not finished. */
  add(id: number): void {
    this.#cutOff.add(id);
    if (this.#cutOff.size <= REMEMBERED) return;
    const [oldest = 0] = this.#cutOff;
    this.#cutOff.delete(oldest);
    this.#forgotten = Math.max(this.#forgotten, oldest);
  }

  /** A client opens stream `id` after `last`. */
  opened(id: number, last: number): void {
    if (id <= last + 2) return;
    this.#passedFrom = last + 1;
    this.#passedTo = id - 1;
  }

  /** Whether frames on the stream may have been on their way when it ended. */
  mayStillCome(id: number): boolean {
    return id <= this.#forgotten || this.#cutOff.has(id);
  }

  /** Whether the client has never opened the stream although it opened later ones. */
  wasPassedOver(id: number): boolean {
    return id >= this.#passedFrom && id <= this.#passedTo;
  }
}
