import type { MemberOf } from './closed-set.ts';

/**
 * Datatypes of the Open Inference Protocol that a signature may use.
 *
 * @example
 * ```ts
 * import { TENSOR_DATATYPES, type TensorDatatype } from '@millrace/contracts';
 *
 * const datatype: TensorDatatype = 'FP32';
 * TENSOR_DATATYPES.includes(datatype); // true
 * ```
 */
export const TENSOR_DATATYPES = [
  'BOOL',
  'UINT8',
  'UINT16',
  'UINT32',
  'UINT64',
  'INT8',
  'INT16',
  'INT32',
  'INT64',
  'FP16',
  'BF16',
  'FP32',
  'FP64',
  'BYTES',
] as const;
export type TensorDatatype = MemberOf<typeof TENSOR_DATATYPES>;
