const encoder = new TextEncoder();

/** Appends protobuf fields to a growing buffer. Only what ONNX needs: varints, floats, length-delimited values and packed lists. */
export class ProtobufWriter {
  private buffer = new Uint8Array(256);
  private length = 0;

  /** An `int32`, `int64` or enum field; negative values take ten bytes, as the format asks. */
  int(field: number, value: number | bigint): this {
    this.varint(BigInt(field << 3));
    this.varint(BigInt.asUintN(64, BigInt(value)));
    return this;
  }

  float(field: number, value: number): this {
    this.varint(BigInt((field << 3) | 5));
    this.reserve(4);
    new DataView(this.buffer.buffer).setFloat32(this.length, value, true);
    this.length += 4;
    return this;
  }

  string(field: number, value: string): this {
    return this.bytes(field, encoder.encode(value));
  }

  message(field: number, message: ProtobufWriter): this {
    return this.bytes(field, message.finish());
  }

  bytes(field: number, value: Uint8Array): this {
    this.varint(BigInt((field << 3) | 2));
    this.varint(BigInt(value.length));
    this.reserve(value.length);
    this.buffer.set(value, this.length);
    this.length += value.length;
    return this;
  }

  /** A field that is written already, its tag with it. */
  whole(field: Uint8Array): this {
    this.reserve(field.length);
    this.buffer.set(field, this.length);
    this.length += field.length;
    return this;
  }

  packedFloats(field: number, values: ArrayLike<number>): this {
    const bytes = new Uint8Array(values.length * 4);
    const view = new DataView(bytes.buffer);
    for (let i = 0; i < values.length; i++) view.setFloat32(i * 4, values[i] ?? 0, true);
    return this.bytes(field, bytes);
  }

  packedInts(field: number, values: ArrayLike<number>): this {
    const packed = new ProtobufWriter();
    for (let i = 0; i < values.length; i++) packed.varint(BigInt.asUintN(64, BigInt(values[i] ?? 0)));
    return this.bytes(field, packed.finish());
  }

  /** The bytes written so far; the writer can go on being used. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.buffer.slice(0, this.length);
  }

  private varint(value: bigint): void {
    this.reserve(10);
    let rest = value;
    while (rest > 0x7fn) {
      this.buffer[this.length++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.buffer[this.length++] = Number(rest);
  }

  private reserve(bytes: number): void {
    if (this.length + bytes <= this.buffer.length) return;
    const grown = new Uint8Array(Math.max(this.buffer.length * 2, this.length + bytes));
    grown.set(this.buffer.subarray(0, this.length));
    this.buffer = grown;
  }
}
