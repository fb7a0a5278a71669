import type { TensorDatatype } from '@millrace/contracts';

/** The values of a tensor, row-major. BOOL is 0 or 1 in bytes, BYTES is strings. */
export type TensorData =
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

/** One tensor in memory. `data.length` is the product of `shape`. */
export interface Tensor {
  readonly datatype: TensorDatatype;
  readonly shape: readonly number[];
  readonly data: TensorData;
}

/** Tensors by the name that the model gives them. */
export type NamedTensors = Readonly<Record<string, Tensor>>;

const ALLOCATORS: Readonly<Record<TensorDatatype, (length: number) => TensorData>> = {
  BOOL: (length) => new Uint8Array(length),
  UINT8: (length) => new Uint8Array(length),
  UINT16: (length) => new Uint16Array(length),
  UINT32: (length) => new Uint32Array(length),
  UINT64: (length) => new BigUint64Array(length),
  INT8: (length) => new Int8Array(length),
  INT16: (length) => new Int16Array(length),
  INT32: (length) => new Int32Array(length),
  INT64: (length) => new BigInt64Array(length),
  FP16: (length) => new Uint16Array(length),
  BF16: (length) => new Uint16Array(length),
  FP32: (length) => new Float32Array(length),
  FP64: (length) => new Float64Array(length),
  BYTES: (length) => new Array<string>(length).fill(''),
};

/** Zeroed (or empty-string) data of one datatype. */
export function allocateData(datatype: TensorDatatype, length: number): TensorData {
  return ALLOCATORS[datatype](length);
}

/** How many values a shape holds. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, dimension) => product * dimension, 1);
}
