import { MillraceError } from '@millrace/contracts';

const WIRE_VARINT = 0;
const WIRE_FIXED64 = 1;
const WIRE_LENGTH = 2;
const WIRE_FIXED32 = 5;

const decoder = new TextDecoder('utf-8', { fatal: true });

/** What a message of a file cannot be. */
export function malformed(reason: string): MillraceError {
  return new MillraceError('MODEL_INVALID', `The file is not an ONNX model that can be read: ${reason}.`);
}

/**
 * Walks the fields of one protobuf message. Nothing is copied: values of bytes and messages are views of the file. Every length
 * is checked against the message that it is in, so no file makes it read or allocate beyond itself.
 * All methods throw `MODEL_INVALID` for bytes that are no protobuf, or a field of another wire type than asked for.
 */
export class ProtobufReader {
  /** The number of the field that `next` came to. */
  field = 0;
  #wire = 0;
  readonly #bytes: Uint8Array;
  readonly #end: number;
  readonly #view: DataView;
  #at: number;
  /** Where the field that `next` came to begins, with its tag. */
  #fieldAt = 0;
  #low = 0;
  #high = 0;

  constructor(bytes: Uint8Array, from = 0, to = bytes.length) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = from;
    this.#end = to;
  }

  /** Goes to the next field; false at the end. Its value must then be taken or skipped. */
  next(): boolean {
    if (this.#at >= this.#end) return false;
    this.#fieldAt = this.#at;
    const tag = this.#unsigned();
    this.#wire = tag % 8;
    this.field = Math.floor(tag / 8);
    if (this.field < 1 || this.field > 0x1fffffff) throw malformed(`byte ${this.#at} holds a field with the number ${this.field}`);
    return true;
  }

  skip(): void {
    switch (this.#wire) {
      case WIRE_VARINT:
        this.#unsigned();
        return;
      case WIRE_FIXED64:
        this.#advance(8);
        return;
      case WIRE_LENGTH:
        this.#advance(this.#unsigned());
        return;
      case WIRE_FIXED32:
        this.#advance(4);
        return;
      default:
        throw malformed(`field ${this.field} has the wire type ${this.#wire}`);
    }
  }

  /** The bytes of the whole field, its tag with them, for writing it as it is. */
  whole(): Uint8Array {
    this.skip();
    return this.#bytes.subarray(this.#fieldAt, this.#at);
  }

  /** An `int64` or enum. What a double cannot hold exactly is rounded. */
  integer(): number {
    this.#expect(WIRE_VARINT);
    return this.#signed();
  }

  float(): number {
    this.#expect(WIRE_FIXED32);
    return this.#view.getFloat32(this.#advance(4), true);
  }

  bytes(): Uint8Array {
    this.#expect(WIRE_LENGTH);
    const length = this.#unsigned();
    const at = this.#advance(length);
    return this.#bytes.subarray(at, at + length);
  }

  message(): ProtobufReader {
    this.#expect(WIRE_LENGTH);
    const length = this.#unsigned();
    const at = this.#advance(length);
    return new ProtobufReader(this.#bytes, at, at + length);
  }

  text(maximumBytes: number): string {
    const bytes = this.bytes();
    if (bytes.length > maximumBytes) throw malformed(`a name or text of ${bytes.length} bytes is longer than the ${maximumBytes} that are read`);
    try {
      return decoder.decode(bytes);
    } catch {
      throw malformed('a name is not valid UTF-8');
    }
  }

  /** The values of a repeated integer field, packed or one by one. Those beyond `maximum` are counted and not kept. */
  integers(into: number[], maximum: number): number {
    return this.#repeated(WIRE_VARINT, into, maximum, () => this.#signed());
  }

  /** The values of a repeated float field, packed or one by one. Those beyond `maximum` are counted and not kept. */
  floats(into: number[], maximum: number): number {
    return this.#repeated(WIRE_FIXED32, into, maximum, () => this.#view.getFloat32(this.#advance(4), true));
  }

  /** The values of a repeated double field, packed or one by one. Those beyond `maximum` are counted and not kept. */
  doubles(into: number[], maximum: number): number {
    return this.#repeated(WIRE_FIXED64, into, maximum, () => this.#view.getFloat64(this.#advance(8), true));
  }

  #repeated(wire: number, into: number[], maximum: number, take: () => number): number {
    let stop = this.#at + 1;
    if (this.#wire === WIRE_LENGTH) {
      const length = this.#unsigned();
      stop = this.#at + length;
      if (stop > this.#end) throw malformed(`field ${this.field} is cut off`);
    } else this.#expect(wire);
    let count = 0;
    while (this.#at < stop) {
      const value = take();
      if (into.length < maximum) into.push(value);
      count++;
    }
    if (this.#wire === WIRE_LENGTH && this.#at !== stop) throw malformed(`field ${this.field} ends within a value`);
    return count;
  }

  #expect(wire: number): void {
    if (this.#wire !== wire) throw malformed(`field ${this.field} has the wire type ${this.#wire} instead of ${wire}`);
  }

  /** Steps over `count` bytes and returns where they begin. */
  #advance(count: number): number {
    const at = this.#at;
    if (count > this.#end - at) throw malformed(`field ${this.field} is cut off: it says ${count} bytes, ${this.#end - at} are left`);
    this.#at = at + count;
    return at;
  }

  #byte(): number {
    if (this.#at >= this.#end) throw malformed('it ends within a number');
    return this.#bytes[this.#at++] ?? 0;
  }

  #unsigned(): number {
    this.#varint();
    return this.#high * 0x1_0000_0000 + this.#low;
  }

  #signed(): number {
    this.#varint();
    return (this.#high | 0) * 0x1_0000_0000 + this.#low;
  }

  /** Leaves the two halves of a varint in `#low` and `#high`, so that lists of millions allocate nothing. */
  #varint(): void {
    this.#low = 0;
    this.#high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.#byte();
      const bits = byte & 0x7f;
      if (shift < 28) this.#low += bits * 2 ** shift;
      else if (shift === 28) {
        this.#low += (bits & 0x0f) * 2 ** 28;
        this.#high = bits >> 4;
      } else if (shift < 63) this.#high += bits * 2 ** (shift - 32);
      else this.#high += (bits & 1) * 2 ** 31;
      if (byte < 0x80) return;
    }
    throw malformed('a number is longer than ten bytes');
  }
}
