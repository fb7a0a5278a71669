import type { TensorDatatype } from '@millrace/contracts';

/*
 * A segment is a sequence of blocks: a preamble of 32 bytes, then a payload padded to a multiple of 8.
 *
 *   0 magic   4 kind   8 bytes of the payload without padding   12 CRC-32   16 schema   20 rows   24 ids   28 zero
 *
 * The checksum is over the fields after it, the kind and the length, and the payload. The first block is the head of the segment; a
 * schema comes before the first rows that name it, and is counted from 0 in order of appearance.
 */
export const MAGIC = 0x53_52_4c_4d;
export const PREAMBLE_BYTES = 32;
export const BLOCK = { HEAD: 1, SCHEMA: 2, ROWS: 3 } as const;

/** A head is never longer, so a file that is no longer and has no head was never more than begun. */
export const LONGEST_HEAD_BYTES = 4096;

/** Values of one datatype: BOOL as bytes of 0 and 1, FP16 and BF16 as raw bits, BYTES as text. */
export type ColumnValues =
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Float32Array
  | Float64Array
  | string[];

export type NumberValues = Exclude<ColumnValues, string[]>;

interface NumberValuesConstructor {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): NumberValues;
}

const VALUES: Readonly<Record<Exclude<TensorDatatype, 'BYTES'>, NumberValuesConstructor>> = {
  BOOL: Uint8Array,
  UINT8: Uint8Array,
  UINT16: Uint16Array,
  UINT32: Uint32Array,
  UINT64: BigUint64Array,
  INT8: Int8Array,
  INT16: Int16Array,
  INT32: Int32Array,
  INT64: BigInt64Array,
  FP16: Uint16Array,
  BF16: Uint16Array,
  FP32: Float32Array,
  FP64: Float64Array,
};

export function valueBytes(datatype: Exclude<TensorDatatype, 'BYTES'>): number {
  return VALUES[datatype].BYTES_PER_ELEMENT;
}

/** `length` values from `byteOffset` on; nothing is copied. */
export function viewValues(datatype: Exclude<TensorDatatype, 'BYTES'>, buffer: ArrayBufferLike, byteOffset: number, length: number): NumberValues {
  return new VALUES[datatype](buffer, byteOffset, length);
}

export function aligned(bytes: number): number {
  return (bytes + 7) & ~7;
}
