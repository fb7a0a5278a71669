import type { ByteBudget } from './byte-budget.ts';

const SMALLEST = 4096;

/**
 * Bytes that come in pieces of any size, in one buffer that grows by doubling up to a limit: what a client says that it will send reserves nothing. The buffer is
 * taken from a budget.
 */
export class BodyBuffer {
  private readonly limit: number;
  private readonly budget: ByteBudget;
  private readonly first: number;
  private buffer: Buffer = Buffer.alloc(0);
  private used = 0;

  /** `first` is what the buffer begins with. */
  constructor(limit: number, budget: ByteBudget, first = SMALLEST) {
    this.limit = limit;
    this.budget = budget;
    this.first = first;
  }

  get length(): number {
    return this.used;
  }

  /** False when the budget does not hold the bytes. The caller has checked the limit. */
  append(source: Buffer, from: number, to: number): boolean {
    const needed = this.used + to - from;
    if (needed > this.buffer.length && !this.grow(needed)) return false;
    source.copy(this.buffer, this.used, from, to);
    this.used = needed;
    return true;
  }

  bytes(): Buffer {
    return this.buffer.subarray(0, this.used);
  }

  /** Gives back what was taken from the budget; to be called once, when the body is whole or nobody waits for it any more. */
  release(): void {
    this.budget.give(this.buffer.length);
  }

  private grow(needed: number): boolean {
    const size = Math.min(this.limit, Math.max(needed, this.buffer.length * 2, this.first));
    if (!this.budget.take(size - this.buffer.length)) return false;
    const grown = Buffer.allocUnsafe(size);
    this.buffer.copy(grown, 0, 0, this.used);
    this.buffer = grown;
    return true;
  }
}
