import type { TensorDatatype } from '@millrace/contracts';

/** The values that an integer datatype of up to 32 bits holds, both ends included. */
export interface IntegerRange {
  readonly low: number;
  readonly high: number;
}

export const INTEGER_RANGES: Readonly<Partial<Record<TensorDatatype, IntegerRange>>> = {
  UINT8: { low: 0, high: 0xff },
  UINT16: { low: 0, high: 0xffff },
  UINT32: { low: 0, high: 0xffff_ffff },
  INT8: { low: -0x80, high: 0x7f },
  INT16: { low: -0x8000, high: 0x7fff },
  INT32: { low: -0x8000_0000, high: 0x7fff_ffff },
};
