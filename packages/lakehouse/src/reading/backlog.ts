/** Bytes that wait for the end of what they begin. A record that is larger than a piece is looked at again when there is twice as much of it. */
export class Backlog {
  #pieces: Buffer[] = [];
  #length = 0;
  #enough = 0;

  get length(): number {
    return this.#length;
  }

  /** Takes a piece. Returns all bytes that wait, in one, where it is worth looking at them. */
  push(piece: Buffer): Buffer | undefined {
    this.#pieces.push(piece);
    this.#length += piece.length;
    return this.#length < this.#enough ? undefined : this.all();
  }

  all(): Buffer {
    const [only] = this.#pieces;
    const all = only !== undefined && this.#pieces.length === 1 ? only : Buffer.concat(this.#pieces);
    this.#pieces = [all];
    return all;
  }

  /** Keeps what `all` gave from a place on. */
  keepFrom(at: number): void {
    const [all = Buffer.alloc(0)] = this.#pieces;
    this.#enough = at === 0 ? all.length * 2 : 0;
    this.#pieces = at >= all.length ? [] : [all.subarray(at)];
    this.#length = Math.max(0, all.length - at);
  }
}
