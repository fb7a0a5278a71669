import type { ByteBudget } from '../http/byte-budget.ts';

const PREFIX_BYTES = 5;

/** Follows the messages of one call that somebody else reads, and takes what has arrived of an unfinished one from a budget. */
export class ArrivingMessages {
  private readonly budget: ByteBudget;
  /** Bytes of the prefix that have come, the length that they say, and what is left of it. */
  private prefixed = 0;
  private length = 0;
  private left = 0;
  private held = 0;

  constructor(budget: ByteBudget) {
    this.budget = budget;
  }

  /** Whether part of a message waits for the rest. */
  get isPartial(): boolean {
    return this.left > 0 || this.prefixed > 0;
  }

  /** Bytes as they come. False when the budget does not hold them. */
  append(chunk: Buffer): boolean {
    const wasPartial = this.isPartial;
    const ended = this.follow(chunk);
    const held = this.isPartial ? chunk.length + (wasPartial && !ended ? this.held : 0) : 0;
    if (held > this.held && !this.budget.take(held - this.held)) return false;
    if (held < this.held) this.budget.give(this.held - held);
    this.held = held;
    return true;
  }

  /** Nobody waits any more. */
  release(): void {
    this.budget.give(this.held);
    this.held = 0;
  }

  /** Whether a message has ended within the chunk. */
  private follow(chunk: Buffer): boolean {
    let ended = false;
    for (let at = 0; at < chunk.length;) {
      if (this.left > 0) {
        const taken = Math.min(this.left, chunk.length - at);
        at += taken;
        this.left -= taken;
        ended ||= this.left === 0;
        continue;
      }
      this.length = this.prefixed <= 1 ? (chunk[at] ?? 0) : this.length * 256 + (chunk[at] ?? 0);
      at++;
      this.prefixed++;
      if (this.prefixed < PREFIX_BYTES) continue;
      this.left = this.length;
      this.prefixed = 0;
      ended ||= this.left === 0;
    }
    return ended;
  }
}
