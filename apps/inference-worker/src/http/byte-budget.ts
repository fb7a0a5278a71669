/** How many of the largest bodies may arrive at a time where nothing else is said. */
export const RECEIVED_BODIES = 8;

/** Bytes that all connections of a node may hold together while requests arrive. */
export class ByteBudget {
  private readonly limit: number;
  private used = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  get left(): number {
    return this.limit - this.used;
  }

  /** Whether the bytes were there to be taken. Whoever takes them gives them back. */
  take(bytes: number): boolean {
    if (bytes > this.left) return false;
    this.used += bytes;
    return true;
  }

  give(bytes: number): void {
    this.used -= bytes;
  }
}
