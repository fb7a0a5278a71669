/** A value in Thrift's compact protocol, as far as the footer of a Parquet file has such values. Scalars are kept as their bytes. */
export type ThriftValue = ThriftScalar | ThriftStruct | ThriftList;

interface ThriftScalar {
  readonly kind: 'scalar';
  readonly type: number;
  readonly bytes: Buffer;
}

export interface ThriftStruct {
  readonly kind: 'struct';
  readonly fields: Map<number, ThriftValue>;
}

interface ThriftList {
  readonly kind: 'list';
  readonly type: number;
  readonly items: readonly ThriftValue[];
}

const TRUE = 1;
const FALSE = 2;
const BYTE = 3;
const I32 = 5;
const I64 = 6;
const DOUBLE = 7;
const BINARY = 8;
const LIST = 9;
const SET = 10;
const STRUCT = 12;

/** Reads one structure. Throws a `RangeError` where the bytes are none. */
export function readStruct(bytes: Buffer): ThriftStruct {
  return new Reader(bytes).struct();
}

/** The bytes of a structure. */
export function writeStruct({ fields }: ThriftStruct): Buffer {
  const parts: Buffer[] = [];
  let last = 0;
  for (const [id, value] of [...fields].toSorted(([left], [right]) => left - right)) {
    const type = typeOf(value);
    const delta = id - last;
    parts.push(delta > 0 && delta < 16 ? Buffer.from([(delta << 4) | type]) : Buffer.concat([Buffer.from([type]), varint(zigzag(id))]), bytesOf(value));
    last = id;
  }
  return Buffer.concat([...parts, Buffer.from([0])]);
}

/** A whole number of 32 bits. */
export function i32(value: number): ThriftValue {
  return { kind: 'scalar', type: I32, bytes: varint(zigzag(value)) };
}

export function bool(value: boolean): ThriftValue {
  return { kind: 'scalar', type: value ? TRUE : FALSE, bytes: Buffer.alloc(0) };
}

/** The whole number that a value is; `undefined` where it is none. */
export function numberOf(value: ThriftValue | undefined): number | undefined {
  if (value?.kind !== 'scalar' || value.type < BYTE + 1 || value.type > I64) return undefined;
  const encoded = new Reader(value.bytes).varint();
  return Number((encoded >> 1n) ^ -(encoded & 1n));
}

function typeOf(value: ThriftValue): number {
  if (value.kind === 'struct') return STRUCT;
  return value.kind === 'list' ? LIST : value.type;
}

function bytesOf(value: ThriftValue): Buffer {
  if (value.kind === 'scalar') return value.bytes;
  if (value.kind === 'struct') return writeStruct(value);
  const count = value.items.length;
  const head = count < 15 ? Buffer.from([(count << 4) | value.type]) : Buffer.concat([Buffer.from([0xf0 | value.type]), varint(BigInt(count))]);
  return Buffer.concat([head, ...value.items.map(bytesOf)]);
}

function zigzag(value: number): bigint {
  return BigInt(value < 0 ? -2 * value - 1 : 2 * value);
}

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  struct(): ThriftStruct {
    const fields = new Map<number, ThriftValue>();
    let last = 0;
    for (let head = this.#byte(); head !== 0; head = this.#byte()) {
      const delta = head >> 4;
      const encoded = delta === 0 ? this.varint() : 0n;
      last = delta === 0 ? Number((encoded >> 1n) ^ -(encoded & 1n)) : last + delta;
      fields.set(last, this.#value(head & 15, false));
    }
    return { kind: 'struct', fields };
  }

  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  }

  /** In a list a truth value has a byte of its own; in a structure it is part of the header of its field. */
  #value(type: number, inList: boolean): ThriftValue {
    if (type === STRUCT) return this.struct();
    if (type === LIST || type === SET) return this.#list();
    const start = this.#at;
    if (type === TRUE || type === FALSE) this.#at += inList ? 1 : 0;
    else if (type === BYTE) this.#at += 1;
    else if (type === DOUBLE) this.#at += 8;
    else if (type === BINARY) {
      const length = Number(this.varint());
      this.#at += length;
    } else if (type > BYTE && type <= I64) this.varint();
    else throw new RangeError(`a footer has no values of the type ${type}`);
    if (this.#at > this.#bytes.length) throw new RangeError('the footer is cut off');
    return { kind: 'scalar', type, bytes: this.#bytes.subarray(start, this.#at) };
  }

  #list(): ThriftList {
    const head = this.#byte();
    const type = head & 15;
    const count = head >> 4 === 15 ? Number(this.varint()) : head >> 4;
    const items: ThriftValue[] = [];
    while (items.length < count) items.push(this.#value(type, true));
    return { kind: 'list', type, items };
  }

  #byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw new RangeError('the footer is cut off');
    this.#at += 1;
    return byte;
  }
}
