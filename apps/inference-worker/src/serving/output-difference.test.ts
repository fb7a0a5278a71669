import { expect, it } from 'vitest';
import type { NamedTensors } from '../engine/tensor/tensor.ts';
import { DifferenceSum } from './output-difference.ts';

const column = (...data: number[]): NamedTensors => ({ y: { datatype: 'FP64', shape: [data.length, 1], data: Float64Array.from(data) } });
const texts = (...data: string[]): NamedTensors => ({ y: { datatype: 'BYTES', shape: [data.length], data } });

it('infinite and missing values differ without a size, so that the report stays one of numbers', () => {
  const sum = new DifferenceSum();
  sum.add(column(1, Infinity, Infinity, Number.NaN, Number.NaN, 1e308), column(Infinity, -Infinity, Infinity, 3, Number.NaN, -1e308), 6);
  expect(sum.outputs()).toEqual([{ output: 'y', rows: 6, differingRows: 4, meanDifference: 4 / 6, maximumDifference: 1 }]);
});

it('a difference within the tolerance, absolutely and of the value, is none', () => {
  const sum = new DifferenceSum();
  sum.add(column(0, 1e9), column(1e-7, 1e9 + 100), 2);
  expect(sum.outputs()).toMatchObject([{ differingRows: 0, maximumDifference: 100 }]);
});

it('texts are the same or not, whatever numbers they look like', () => {
  const sum = new DifferenceSum();
  sum.add(texts('9000000', 'a'), texts('9000001', 'a'), 2);
  expect(sum.outputs()).toEqual([{ output: 'y', rows: 2, differingRows: 1, meanDifference: 0.5, maximumDifference: 1 }]);
});

it('an output that only one of them has differs in every row', () => {
  const sum = new DifferenceSum();
  sum.add(column(1, 2), {}, 2);
  expect(sum.outputs()).toMatchObject([{ rows: 2, differingRows: 2 }]);
});
