/** What a connection may have open however many streams the others have. */
const FEW_STREAMS = 4;

/**
 * How many streams all connections of a server may have open together: some wait for ever, such as a watch of health, and need no token. Beyond it a connection still
 * gets a few, so that those who hold many shut nobody out.
 */
export class StreamRoom {
  readonly #streams: number;
  #open = 0;

  constructor(streams: number) {
    this.#streams = streams;
  }

  /** Whether a connection that has `own` streams may open another. Whoever takes one gives it back. */
  take(own: number): boolean {
    if (this.#open >= this.#streams && own >= FEW_STREAMS) return false;
    this.#open++;
    return true;
  }

  give(): void {
    this.#open--;
  }
}
