import { describe, expect, it } from 'vitest';
import { numericHistogram } from './numeric-histogram.ts';
import { quantileEdges, scoreEdges } from './quantile-edges.ts';

describe('quantileEdges', () => {
  it('cuts half-way between two values, with a guard on both sides', () => {
    expect(quantileEdges([12.5, 2, 3, 4, 5, 6, 7, 8, 9, 1], 4)).toEqual([1 - 1.15e-5, 3.5, 5.5, 8.5, 12.5 + 1.25e-5]);
  });

  it('few different values have a bin each', () => {
    expect(quantileEdges([0, 1, 2, 2, 2, 2, 2, 2, 2, 3], 5)).toEqual([-3e-6, 0.5, 1.5, 2.5, 3 + 3e-6]);
  });

  it('a value that fills a bin has one of its own, wherever it stands', () => {
    for (const heavy of [-1, 500.5, 2000]) {
      const values = Array.from({ length: 10_000 }, (_, i) => (i % 3 === 0 ? heavy : i % 1000));
      const edges = quantileEdges(values);
      const { counts } = numericHistogram(new Array(50).fill(heavy), edges);
      const own = counts.findIndex((count) => count > 0);
      expect(numericHistogram(values, edges).counts[own]).toBe(3334);
    }
  });

  it('leaves missing and infinite values out', () => {
    expect(quantileEdges([Number.NaN, 1, null, 3, Number.POSITIVE_INFINITY], 2).slice(1, -1)).toEqual([2]);
    expect(quantileEdges([null, Number.NaN])).toEqual([]);
  });

  it('keeps a bin for values below a constant column', () => {
    const edges = quantileEdges([5, 5, 5, 5]);
    expect(numericHistogram([5, 5, 3, 7], edges).counts).toEqual([1, 2, 1]);
  });

  it('cuts into bins of about equal share', () => {
    const values = Array.from({ length: 10_000 }, (_, i) => Math.sin(i) ** 3);
    const { counts } = numericHistogram(values, quantileEdges(values));
    expect([counts[0], counts.at(-1)]).toEqual([0, 0]);
    for (const count of counts.slice(1, -1)) expect(Math.abs(count - 1000)).toBeLessThanOrEqual(2);
  });

  it('refuses a bin count that is not a positive integer', () => {
    expect(() => quantileEdges([1], 0)).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
  });

  it('cuts where values lie further apart than a number can say', () => {
    for (const edge of quantileEdges([-1.7e308, -1e308, 1e308, 1.7e308])) expect(Number.isFinite(edge)).toBe(true);
  });
});

describe('scoreEdges', () => {
  it('no score lies so near an edge that its last digits decide on its bin', () => {
    const leaves = Array.from({ length: 5000 }, (_, i) => [0.07, 0.07 + 4e-8, 0.2, 0.5, 0.5 - 1e-7, 0.93][(i * 7) % 6] ?? 0);
    const edges = scoreEdges(leaves);
    const other = leaves.map((score, i) => Math.fround(score * (1 + (i % 2 === 0 ? 1e-6 : -1e-6))));
    expect(numericHistogram(other, edges).counts).toEqual(numericHistogram(leaves, edges).counts);
    expect(edges.length).toBe(3);
  });

  it('a model that knows one score has one bin', () => {
    expect(scoreEdges([0.25, 0.25, 0.25])).toEqual([]);
    expect(scoreEdges([])).toEqual([]);
  });

  it('cuts small probabilities as finely as large ones', () => {
    const scores = Array.from({ length: 10_000 }, (_, i) => 1e-4 * ((i + 0.5) / 10_000) ** 3 + 1e-5);
    const { counts } = numericHistogram(scores, scoreEdges(scores));
    expect(counts.length).toBeGreaterThan(15);
  });
});
