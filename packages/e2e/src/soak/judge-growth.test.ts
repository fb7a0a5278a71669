import { expect, it } from 'vitest';
import { judgeGrowth } from './judge-growth.ts';

const samplesOf = (name: string, values: readonly number[]) => values.map((value) => new Map([[name, value * 1_000_000]]));

it('what grows on in the last third is not flat, and what has grown to its size is', () => {
  expect(judgeGrowth(samplesOf('table job', [1, 5, 9, 13, 17, 21]))).toMatchObject([{ name: 'table job', isFlat: false }]);
  expect(judgeGrowth(samplesOf('table job', [1, 9, 20, 20, 21, 20]))).toMatchObject([{ isFlat: true }]);
});

it('a process may breathe, a folder may not as much', () => {
  expect(judgeGrowth(samplesOf('process node', [100, 100, 200, 200, 230, 230]))).toMatchObject([{ isFlat: true }]);
  expect(judgeGrowth(samplesOf('folder artifacts', [1, 1, 10, 10, 40, 40]))).toMatchObject([{ isFlat: false }]);
});
