import { expect, it } from 'vitest';
import { histogramSchema } from './histogram.ts';

const numeric = { kind: 'numeric', edges: [1, 2], counts: [1, 2, 3], nulls: 0, sum: 9, sumOfSquares: 19, min: 0, max: 4 };

it('a histogram has one count per bin', () => {
  expect(histogramSchema.parse(numeric)).toEqual(numeric);
  expect(histogramSchema.safeParse({ ...numeric, counts: [1, 2] }).error?.issues).toMatchObject([{ path: ['counts'] }]);
  const categorical = { kind: 'categorical', values: ['JFK'], counts: [3], other: 1, nulls: 0 };
  expect(histogramSchema.parse(categorical)).toEqual(categorical);
  expect(histogramSchema.safeParse({ ...categorical, counts: [3, 4] }).error?.issues).toMatchObject([{ path: ['counts'] }]);
});
