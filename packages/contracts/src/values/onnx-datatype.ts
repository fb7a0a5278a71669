import type { TensorDatatype } from './tensor-datatype.ts';

/**
 * The datatype of a signature for each element type that ONNX Runtime names.
 *
 * @example
 * ```ts
 * import { DATATYPE_OF_ONNX_TYPE } from '@millrace/contracts';
 *
 * DATATYPE_OF_ONNX_TYPE['float32']; // 'FP32'
 * ```
 */
export const DATATYPE_OF_ONNX_TYPE: Readonly<Record<string, TensorDatatype>> = {
  bool: 'BOOL',
  uint8: 'UINT8',
  uint16: 'UINT16',
  uint32: 'UINT32',
  uint64: 'UINT64',
  int8: 'INT8',
  int16: 'INT16',
  int32: 'INT32',
  int64: 'INT64',
  float16: 'FP16',
  bfloat16: 'BF16',
  float32: 'FP32',
  float64: 'FP64',
  string: 'BYTES',
};
