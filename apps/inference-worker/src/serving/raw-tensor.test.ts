import { TENSOR_DATATYPES, type TensorDatatype } from '@millrace/contracts';
import { expect, it } from 'vitest';
import type { TensorData } from '../engine/tensor/tensor.ts';
import { decodeRaw, encodeRaw } from './raw-tensor.ts';

const VALUES: Readonly<Record<TensorDatatype, TensorData>> = {
  BOOL: Uint8Array.of(0, 1, 1),
  UINT8: Uint8Array.of(0, 7, 255),
  UINT16: Uint16Array.of(0, 7, 65_535),
  UINT32: Uint32Array.of(0, 7, 4_294_967_295),
  UINT64: BigUint64Array.of(0n, 7n, 2n ** 64n - 1n),
  INT8: Int8Array.of(-128, 0, 127),
  INT16: Int16Array.of(-32_768, 0, 32_767),
  INT32: Int32Array.of(-(2 ** 31), 0, 2 ** 31 - 1),
  INT64: BigInt64Array.of(-(2n ** 63n), 0n, 2n ** 63n - 1n),
  FP16: Uint16Array.of(0, 0x3c00, 0xfc00),
  BF16: Uint16Array.of(0, 0x3f80, 0xff80),
  FP32: Float32Array.of(-0, Number.NaN, Number.NEGATIVE_INFINITY),
  FP64: Float64Array.of(-0, 1e300, Number.NaN),
  BYTES: ['', 'héllo 🙂', '\ufffd'],
};

it('every datatype comes back as it went, from any offset, in memory of its own', () => {
  for (const datatype of TENSOR_DATATYPES) {
    const data = VALUES[datatype];
    const raw = encodeRaw({ datatype, shape: [3], data });
    for (const offset of [0, 1, 3]) {
      const body = new Uint8Array(raw.length + offset + 2);
      body.set(raw, offset);
      const decoded = decodeRaw(datatype, [3], body.subarray(offset, offset + raw.length), 'x');
      body.fill(0xff);
      expect(decoded, datatype).toEqual(data);
    }
  }
});

it('an outcome of a batch is encoded from its place in the batch', () => {
  const batch = Float32Array.of(1, 2, 3, 4);
  expect([...encodeRaw({ datatype: 'FP32', shape: [1], data: batch.subarray(2, 3) })]).toEqual([0, 0, 64, 64]);
});

it('bytes that do not make the tensor are refused with the expected and the given', () => {
  const cases: [TensorDatatype, number[], number[], string][] = [
    ['FP32', [2], [0, 0, 0, 0], 'input "x": FP32 of shape [2] needs 8 bytes, given 4'],
    ['FP32', [2 ** 53, 2 ** 53], [], 'given 0'],
    ['BOOL', [2], [1, 2], 'input "x": value 1 must be a byte of 0 or 1, given 2'],
    ['BYTES', [1], [1, 0, 0], 'needs at least 4 bytes, given 3'],
    ['BYTES', [1], [2, 0, 0, 0, 65], 'value 0 of 2 bytes reaches beyond the 5 bytes'],
    ['BYTES', [1], [255, 255, 255, 255, 65], 'value 0 of 4294967295 bytes reaches beyond the 5 bytes'],
    ['BYTES', [1], [1, 0, 0, 0, 65, 66], 'take 5 bytes, given 6'],
    ['BYTES', [2], [1, 0, 0, 0, 65, 1, 0, 0], 'the 8 bytes hold 1'],
    ['BYTES', [1], [1, 0, 0, 0, 0xff], 'value 0 must be UTF-8, given other bytes'],
    ['BYTES', [1], [3, 0, 0, 0, 0xed, 0xa0, 0x80], 'value 0 must be UTF-8, given other bytes'],
  ];
  for (const [datatype, shape, bytes, message] of cases)
    expect(refused(datatype, shape, bytes), message).toMatchObject({ code: 'BAD_INPUT', message: expect.stringContaining(message) });
});

function refused(datatype: TensorDatatype, shape: number[], bytes: number[]): unknown {
  try {
    return decodeRaw(datatype, shape, Uint8Array.from(bytes), 'x');
  } catch (error) {
    return error;
  }
}
