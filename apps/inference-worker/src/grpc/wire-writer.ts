/** How many bytes a number takes as a varint. Non-negative and below 2^53. */
export function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) size++;
  return size;
}

/** How many bytes a field of `length` bytes takes, with a number below 16. */
export function fieldSize(length: number): number {
  return 1 + varintSize(length) + length;
}

/** Writes the protobuf wire format into a buffer that is large enough. */
export class WireWriter {
  readonly bytes: Buffer;
  position: number;

  constructor(bytes: Buffer, position = 0) {
    this.bytes = bytes;
    this.position = position;
  }

  /** Non-negative and below 2^53. */
  varint(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.bytes[this.position++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.bytes[this.position++] = rest;
  }

  /** The beginning of a field of `length` bytes, with a number below 16. */
  begin(field: number, length: number): void {
    this.bytes[this.position++] = (field << 3) | 2;
    this.varint(length);
  }

  append(bytes: Uint8Array): void {
    this.bytes.set(bytes, this.position);
    this.position += bytes.length;
  }

  field(field: number, bytes: Uint8Array): void {
    this.begin(field, bytes.length);
    this.append(bytes);
  }

  /** `length` is that of the text in UTF-8. */
  text(field: number, text: string, length: number): void {
    this.begin(field, length);
    this.bytes.write(text, this.position, length);
    this.position += length;
  }
}

/** Fields of bytes or text, in order. */
export function encodeFields(fields: readonly (readonly [field: number, value: string | Uint8Array])[]): Buffer {
  const values = fields.map(([field, value]) => [field, typeof value === 'string' ? Buffer.from(value) : value] as const);
  const writer = new WireWriter(Buffer.allocUnsafe(values.reduce((size, [, value]) => size + fieldSize(value.length), 0)));
  for (const [field, value] of values) writer.field(field, value);
  return writer.bytes;
}
