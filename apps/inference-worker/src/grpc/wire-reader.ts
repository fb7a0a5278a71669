import { isUtf8 } from 'node:buffer';
import { MillraceError } from '@millrace/contracts';

/** How a field of a protobuf message is laid out. */
export const WIRE = { varint: 0, fixed64: 1, bytes: 2, group: 3, endGroup: 4, fixed32: 5 } as const;

/** Deeper than any message of the protocol, and little enough for recursion. */
const DEEPEST_GROUP = 32;
const TWO_TO_32 = 2 ** 32;
const LONGEST_VARINT = 10;

/**
 * Reads the protobuf wire format from part of a buffer, in place. Every read keeps within the part; what would reach beyond it, and what is not
 * protobuf, throws a `BAD_INPUT`.
 */
export class WireReader {
  readonly bytes: Buffer;
  position: number;
  end: number;
  /** The lower and upper half of the last varint, unsigned. */
  low = 0;
  high = 0;
  /** Of the last field. */
  wire = 0;

  constructor(bytes: Buffer, position = 0, end = bytes.length) {
    this.bytes = bytes;
    this.position = position;
    this.end = end;
  }

  /** The number of the next field, whose wire type is in `wire` then; 0 at the end. */
  next(): number {
    if (this.position >= this.end) return 0;
    this.varint();
    this.wire = this.low & 7;
    const field = this.low >>> 3;
    if (field === 0 || this.high !== 0) throw malformed(`a field must have a number from 1 to 536870911, given ${field}`);
    return field;
  }

  /** Reads a varint into `low` and `high`; bits beyond 64 are dropped, as protobuf says. */
  varint(): void {
    const { bytes, end } = this;
    let position = this.position;
    const first = position < end ? (bytes[position] ?? 0) : 0x80;
    if (first < 0x80) {
      this.position = position + 1;
      this.low = first;
      this.high = 0;
      return;
    }
    let low = 0;
    let high = 0;
    for (let count = 0; ; count++) {
      if (position >= end) throw malformed('a number reaches beyond the end of its message');
      if (count === LONGEST_VARINT) throw malformed(`a number has more than ${LONGEST_VARINT} bytes`);
      const byte = bytes[position++] ?? 0;
      const bits = byte & 0x7f;
      const shift = count * 7;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else if (shift < 64) high |= bits << (shift - 32);
      if (byte < 0x80) break;
    }
    this.position = position;
    this.low = low >>> 0;
    this.high = high >>> 0;
  }

  /** A signed number of 64 bits; beyond ±2^53 only near it. */
  signed(): number {
    this.varint();
    return (this.high | 0) * TWO_TO_32 + this.low;
  }

  /** An unsigned number of 64 bits; beyond 2^53 only near it. */
  unsigned(): number {
    this.varint();
    return this.high * TWO_TO_32 + this.low;
  }

  double(): number {
    const start = this.skipFixed(8);
    return this.bytes.readDoubleLE(start);
  }

  text(): string {
    const start = this.enter();
    const text = this.bytes.toString('utf8', start, this.position);
    // Only what cannot be decoded, or the replacement character itself, becomes U+FFFD.
    if (text.includes('\ufffd') && !isUtf8(this.bytes.subarray(start, this.position))) throw malformed('a text is not UTF-8');
    return text;
  }

  /** Passes over a length and as many bytes; gives where they begin. They end at `position`. */
  enter(): number {
    this.expect(WIRE.bytes);
    this.varint();
    const start = this.position;
    if (this.high !== 0 || this.low > this.end - start)
      throw malformed(`a field of ${this.high * TWO_TO_32 + this.low} bytes reaches beyond the end of its message`);
    this.position = start + this.low;
    return start;
  }

  /** Passes over a value of fixed size; gives where it begins. */
  skipFixed(size: 4 | 8): number {
    const start = this.position;
    if (size > this.end - start) throw malformed('a number reaches beyond the end of its message');
    this.position = start + size;
    return start;
  }

  /** Throws for a known field in another form than its type has. */
  expect(wire: number): void {
    if (this.wire !== wire) throw malformed(`a field has wire type ${this.wire}, expected ${wire}`);
  }

  /** Passes over a field that is not known. */
  skip(depth = 0): void {
    switch (this.wire) {
      case WIRE.varint:
        return this.varint();
      case WIRE.fixed64:
        this.skipFixed(8);
        return;
      case WIRE.bytes:
        this.enter();
        return;
      case WIRE.fixed32:
        this.skipFixed(4);
        return;
      case WIRE.group:
        return this.skipGroup(depth);
      default:
        throw malformed(`unknown wire type ${this.wire}`);
    }
  }

  private skipGroup(depth: number): void {
    if (depth >= DEEPEST_GROUP) throw malformed(`groups are nested deeper than ${DEEPEST_GROUP}`);
    for (;;) {
      if (this.next() === 0) throw malformed('a group has no end');
      if (this.wire === WIRE.endGroup) return;
      this.skip(depth + 1);
    }
  }
}

/** What is not a message of the protocol. */
export function malformed(problem: string): MillraceError {
  return new MillraceError('BAD_INPUT', `the message is not a valid protobuf message: ${problem}`);
}
