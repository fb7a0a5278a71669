import { aligned } from './layout.ts';

const FIRST_BYTES = 64 * 1024;

/** Bytes that grow, in pieces that begin at multiples of 8. Used again and again: `clear` keeps the memory. */
export class GrowingBytes {
  #bytes = Buffer.alloc(FIRST_BYTES);
  #end = 0;

  get length(): number {
    return this.#end;
  }

  /** Valid until the next piece is added. */
  get written(): Buffer {
    return this.#bytes.subarray(0, this.#end);
  }

  clear(): void {
    this.#end = 0;
  }

  /** Room for so many bytes, and where it begins. The padding after it is zero. */
  add(bytes: number): { readonly at: number; readonly buffer: Buffer } {
    const at = this.#end;
    const end = at + aligned(bytes);
    if (end > this.#bytes.length) {
      const larger = Buffer.alloc(Math.max(2 * this.#bytes.length, end));
      this.#bytes.copy(larger, 0, 0, at);
      this.#bytes = larger;
    }
    if (end > at) this.#bytes.fill(0, Math.max(at, end - 8), end);
    this.#end = end;
    return { at, buffer: this.#bytes };
  }

  /** Gives back what was asked for too much of the last piece. */
  shrink(at: number, bytes: number): void {
    const end = at + aligned(bytes);
    this.#bytes.fill(0, at + bytes, end);
    this.#end = end;
  }

  /** Copies a piece. */
  copy(source: NodeJS.ArrayBufferView): void {
    const { at, buffer } = this.add(source.byteLength);
    buffer.set(new Uint8Array(source.buffer, source.byteOffset, source.byteLength), at);
  }
}
