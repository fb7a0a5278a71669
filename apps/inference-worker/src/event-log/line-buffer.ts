import { writeNumber, LONGEST_NUMBER } from './write-number.ts';

const QUOTE = 34;
const BACKSLASH = 92;
const FIRST_PRINTABLE = 32;
const LAST_ASCII = 126;
const FIRST_SIZE = 64 * 1024;

/** Half of a surrogate pair is text to JavaScript, and to nobody who reads the line. */
const HALF_A_PAIR = /\p{Surrogate}/gu;

/** Bytes of JSON that grow. It is used again and again: `clear` keeps the memory. */
export class LineBuffer {
  private bytes = Buffer.allocUnsafe(FIRST_SIZE);
  private end = 0;

  get length(): number {
    return this.end;
  }

  /** What was written since `clear`; valid until the next write. */
  get written(): Buffer {
    return this.bytes.subarray(0, this.end);
  }

  clear(): void {
    this.end = 0;
  }

  raw(piece: Uint8Array): void {
    const { length } = piece;
    this.reserve(length);
    const { bytes, end } = this;
    for (let i = 0; i < length; i++) bytes[end + i] = piece[i] ?? 0;
    this.end = end + length;
  }

  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.end++] = value;
  }

  /** Null when it is not finite. */
  number(value: number): void {
    this.reserve(LONGEST_NUMBER);
    this.end = writeNumber(this.bytes, this.end, value);
  }

  /** A JSON string; halves of surrogate pairs are replaced. */
  text(value: string): void {
    const { length } = value;
    this.reserve(length + 2);
    const { bytes, end } = this;
    bytes[end] = QUOTE;
    for (let i = 0; i < length; i++) {
      const code = value.charCodeAt(i);
      if (code < FIRST_PRINTABLE || code > LAST_ASCII || code === QUOTE || code === BACKSLASH) return this.json(JSON.stringify(wellFormed(value)));
      bytes[end + 1 + i] = code;
    }
    bytes[end + 1 + length] = QUOTE;
    this.end = end + length + 2;
  }

  /** Text that is JSON already. */
  json(text: string): void {
    this.reserve(3 * text.length);
    this.end += this.bytes.write(text, this.end);
  }

  private reserve(room: number): void {
    if (this.end + room <= this.bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(2 * this.bytes.length, this.end + room));
    this.bytes.copy(larger, 0, 0, this.end);
    this.bytes = larger;
  }
}

/** Text that UTF-8 can carry. */
export function wellFormed(text: string): string {
  return text.replaceAll(HALF_A_PAIR, '\uFFFD');
}
