const SMALLEST = 4096;

/** Bytes that come in pieces of any size, in one buffer that grows by doubling up to a limit. */
export class BodyBuffer {
  private readonly limit: number;
  private buffer: Buffer;
  private used = 0;

  constructor(limit: number, expected = SMALLEST) {
    this.limit = limit;
    this.buffer = Buffer.allocUnsafeSlow(Math.min(limit, expected));
  }

  get length(): number {
    return this.used;
  }

  /** The caller has checked the limit. */
  append(source: Buffer, from: number, to: number): void {
    const needed = this.used + to - from;
    if (needed > this.buffer.length) {
      const grown = Buffer.allocUnsafeSlow(Math.min(this.limit, Math.max(needed, this.buffer.length * 2)));
      this.buffer.copy(grown, 0, 0, this.used);
      this.buffer = grown;
    }
    source.copy(this.buffer, this.used, from, to);
    this.used = needed;
  }

  bytes(): Buffer {
    return this.buffer.subarray(0, this.used);
  }
}
