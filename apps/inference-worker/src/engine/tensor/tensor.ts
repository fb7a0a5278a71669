import type { TensorDatatype } from '@millrace/contracts';

/** The values of a tensor, row-major. BOOL is 0 or 1 in bytes, BYTES is strings, FP16 and BF16 are raw bits. */
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

type NumericArray = Exclude<TensorData, string[]>;
interface NumericArrayConstructor {
  readonly BYTES_PER_ELEMENT: number;
  new (length: number): NumericArray;
  new (buffer: ArrayBuffer, byteOffset: number, length: number): NumericArray;
}

/** Stated again in the prediction segment: a session process begins without zod, so nothing here may load the contracts. */
const ARRAYS: Readonly<Record<Exclude<TensorDatatype, 'BYTES'>, NumericArrayConstructor>> = {
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

/** Zeroed (or empty-string) data of one datatype. */
export function allocateData(datatype: TensorDatatype, length: number): TensorData {
  return datatype === 'BYTES' ? new Array<string>(length).fill('') : new ARRAYS[datatype](length);
}

/** `length` values of a buffer from `byteOffset` on, which is a multiple of the size of one value. Nothing is copied. */
export function viewData(datatype: Exclude<TensorDatatype, 'BYTES'>, buffer: ArrayBuffer, byteOffset: number, length: number): NumericArray {
  return new ARRAYS[datatype](buffer, byteOffset, length);
}

/** The size of one value in bytes; 0 for BYTES, whose values have no fixed size. */
export function elementBytes(datatype: TensorDatatype): number {
  return datatype === 'BYTES' ? 0 : ARRAYS[datatype].BYTES_PER_ELEMENT;
}

/** How many values a shape holds. */
export function elementCount(shape: readonly number[]): number {
  let count = 1;
  for (const dimension of shape) count *= dimension;
  return count;
}

/** Whether two requests can share one run: same trailing shape for every input. */
export function haveSameTrailingShapes(a: NamedTensors, b: NamedTensors): boolean {
  for (const name in a) {
    const shape = a[name]?.shape ?? [];
    const other = b[name]?.shape;
    if (other === undefined || other.length !== shape.length) return false;
    for (let axis = 1; axis < shape.length; axis++) if (shape[axis] !== other[axis]) return false;
  }
  return true;
}
