/** `TensorProto.DataType`; 0 is UNDEFINED. */
export type ElementTypeCode = number;

/** The numbers of `TensorProto.DataType` by the name that they have on the wire. */
export const ELEMENT_TYPE_CODES = {
  FP32: 1,
  UINT8: 2,
  INT8: 3,
  UINT16: 4,
  INT16: 5,
  INT32: 6,
  INT64: 7,
  BYTES: 8,
  BOOL: 9,
  FP16: 10,
  FP64: 11,
  UINT32: 12,
  UINT64: 13,
  BF16: 16,
} as const;

const INTEGERS: ReadonlySet<ElementTypeCode> = new Set([2, 3, 4, 5, 6, 7, 12, 13]);
/** FP32, FP16, FP64, complex numbers, BF16 and the floats of eight and four bits. */
const FLOATS: ReadonlySet<ElementTypeCode> = new Set([1, 10, 11, 14, 15, 16, 17, 18, 19, 20, 23, 24]);

export function isIntegerType(code: ElementTypeCode): boolean {
  return INTEGERS.has(code);
}

export function isFloatType(code: ElementTypeCode): boolean {
  return FLOATS.has(code);
}
