import { describe, expect, it } from 'vitest';
import { numericHistogram } from './numeric-histogram.ts';
import { quantileEdges } from './quantile-edges.ts';

describe('quantileEdges', () => {
  it('gives the quantiles that NumPy gives', () => {
    expect(quantileEdges([12.5, 2, 3, 4, 5, 6, 7, 8, 9, 1], 4)).toEqual([3.25, 5.5, 7.75]);
  });

  it('merges duplicate edges', () => {
    expect(quantileEdges([0, 1, 2, 2, 2, 2, 2, 2, 2, 3], 5)).toEqual([1.8, 2]);
  });

  it('leaves missing and infinite values out', () => {
    expect(quantileEdges([Number.NaN, 1, null, 3, Number.POSITIVE_INFINITY], 2)).toEqual([2]);
    expect(quantileEdges([null, Number.NaN])).toEqual([]);
  });

  it('keeps a bin for values below a constant column', () => {
    const edges = quantileEdges([5, 5, 5, 5]);
    expect(numericHistogram([5, 5, 3, 7], edges).counts).toEqual([1, 2, 1]);
  });

  it('cuts into bins of about equal share', () => {
    const values = Array.from({ length: 10_000 }, (_, i) => Math.sin(i) ** 3);
    for (const count of numericHistogram(values, quantileEdges(values)).counts) expect(Math.abs(count - 1000)).toBeLessThanOrEqual(2);
  });

  it('refuses a bin count that is not a positive integer', () => {
    expect(() => quantileEdges([1], 0)).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
  });

  it('cuts where values lie further apart than a number can say', () => {
    for (const edge of quantileEdges([-1.7e308, -1e308, 1e308, 1.7e308])) expect(Number.isFinite(edge)).toBe(true);
  });
});
