import type { ColumnType, TensorDatatype } from '@millrace/contracts';
import { describe, expect, it } from 'vitest';
import type { TensorData } from '../engine/tensor/tensor.ts';
import { asColumn } from './as-column.ts';
import type { InferInput } from './infer-request.ts';

const input = (datatype: TensorDatatype, data: TensorData, missing?: readonly number[]): InferInput => ({
  name: 'x',
  datatype,
  shape: [data.length],
  data,
  ...(missing === undefined ? {} : { missing }),
});

/** `given` as a model takes it whose input `x` is `datatype`, and was trained on a column of `type`. */
function taken(datatype: TensorDatatype, type: ColumnType | undefined, given: InferInput): InferInput {
  return asColumn({ name: 'x', datatype, shape: [-1] }, given, type === undefined ? [] : [{ name: 'x', type, nullable: false }]);
}

describe('a column that the model was trained on', () => {
  it.each<[string, TensorDatatype, ColumnType, InferInput, TensorData]>([
    ['integers for whole numbers', 'FP64', 'long', input('INT64', BigInt64Array.of(2n ** 53n + 3n, -1n)), Float64Array.of(2 ** 53 + 4, -1)],
    ['integers for fractions', 'FP32', 'double', input('INT32', Int32Array.of(2 ** 24 + 1)), Float32Array.of(2 ** 24)],
    ['booleans for booleans', 'FP32', 'boolean', input('BOOL', Uint8Array.of(1, 0)), Float32Array.of(1, 0)],
    ['null for a whole number', 'FP64', 'integer', input('INT64', BigInt64Array.of(7n, 0n), [1]), Float64Array.of(7, Number.NaN)],
    ['null for a boolean', 'FP32', 'boolean', input('BOOL', Uint8Array.of(0, 1), [0]), Float32Array.of(Number.NaN, 1)],
    ['null for a text', 'BYTES', 'string', input('BYTES', ['', 'SFO'], [0]), ['', 'SFO']],
  ])('takes %s', (_what, datatype, type, given, data) => {
    expect(taken(datatype, type, given)).toMatchObject({ datatype, data, shape: given.shape });
  });

  it('takes nothing else for what it is not', () => {
    for (const given of [input('BOOL', Uint8Array.of(1)), input('BYTES', ['1']), input('FP32', Float32Array.of(1))])
      expect(taken('FP64', 'long', given)).toBe(given);
  });
});

describe('an input of a model of somebody else', () => {
  it('stays as it was given', () => {
    const given = input('INT64', BigInt64Array.of(1n));
    expect(taken('FP32', undefined, given)).toBe(given);
  });

  it.each<[TensorDatatype, ColumnType | undefined, InferInput]>([
    ['INT64', undefined, input('INT64', BigInt64Array.of(1n, 0n), [1])],
    ['INT64', 'long', input('INT64', BigInt64Array.of(1n, 0n), [1])],
    ['BYTES', undefined, input('BYTES', ['a', ''], [1])],
    ['FP32', undefined, input('INT64', BigInt64Array.of(1n, 0n), [1])],
  ])('cannot be null where %s cannot say so', (datatype, type, given) => {
    expect(() => taken(datatype, type, given)).toThrow(
      expect.objectContaining({ code: 'BAD_INPUT', message: expect.stringMatching(/^input "x": value 1 .*null/) }),
    );
  });
});
