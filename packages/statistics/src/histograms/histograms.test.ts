import { describe, expect, it } from 'vitest';
import { categoricalHistogramSchema, numericHistogramSchema } from '@millrace/contracts';
import { categoricalHistogram, frequentCategories } from './categorical-histogram.ts';
import { mergeHistograms } from './merge-histograms.ts';
import { numericHistogram } from './numeric-histogram.ts';

describe('numericHistogram', () => {
  it('puts a value that equals an edge into the bin below it', () => {
    expect(numericHistogram([0, 1, 1.5, 2, 2.5], [1, 2])).toEqual({
      kind: 'numeric',
      edges: [1, 2],
      counts: [2, 2, 1],
      nulls: 0,
      sum: 7,
      sumOfSquares: 13.5,
      min: 0,
      max: 2.5,
    });
  });

  it('counts everything that is not a finite number as missing and stays valid JSON', () => {
    const histogram = numericHistogram([Number.NaN, null, Number.NEGATIVE_INFINITY, 7n], [5]);
    expect(histogram).toMatchObject({ counts: [0, 1], nulls: 3, sum: 7 });
    expect(numericHistogramSchema.parse(JSON.parse(JSON.stringify(histogram)))).toEqual(histogram);
  });

  it('has no minimum and maximum without values', () => {
    expect(numericHistogram([], [0])).toMatchObject({ counts: [0, 0], min: null, max: null });
  });
});

describe('categoricalHistogram', () => {
  it('counts values outside the frozen list as other', () => {
    const histogram = categoricalHistogram(['a', 'b', 'x', null, undefined, 'a'], ['a', 'b']);
    expect(histogram).toEqual({ kind: 'categorical', values: ['a', 'b'], counts: [2, 1], other: 1, nulls: 2 });
    expect(categoricalHistogramSchema.parse(histogram)).toEqual(histogram);
  });

  it('freezes the most frequent values, ties by name', () => {
    expect(frequentCategories(['b', 'a', 'c', 'c', null, 'a', 'b', 'd'], 3)).toEqual(['a', 'b', 'c']);
  });

  it('is not misled by values named like object members', () => {
    expect(categoricalHistogram(['__proto__', 'constructor'], ['constructor'])).toMatchObject({ counts: [1], other: 1 });
  });
});

/** As another process reads it. */
const sent = (numbers: readonly number[]) => numericHistogramSchema.parse(JSON.parse(JSON.stringify(numericHistogram(numbers, [0]))));

describe('mergeHistograms', () => {
  const values = Array.from({ length: 1000 }, (_, i) => (i % 17 === 0 ? Number.NaN : ((i * 7919) % 101) / 4));

  it('merged parts equal the whole, wherever the cut is', () => {
    const whole = numericHistogram(values, [3, 9, 20]);
    for (const cut of [0, 1, 500, 999, 1000]) {
      expect(mergeHistograms(numericHistogram(values.slice(0, cut), [3, 9, 20]), numericHistogram(values.slice(cut), [3, 9, 20]))).toEqual(whole);
    }
  });

  it('refuses different edges, different values and different kinds', () => {
    const conflict = expect.objectContaining({ code: 'CONFLICT' });
    expect(() => mergeHistograms(numericHistogram([], [1]), numericHistogram([], [2]))).toThrow(conflict);
    expect(() => mergeHistograms(categoricalHistogram([], ['a']), categoricalHistogram([], ['b']))).toThrow(conflict);
    expect(() => mergeHistograms(categoricalHistogram([], ['a']) as never, numericHistogram([], [1]))).toThrow(conflict);
  });

  it('of values whose sums and squares are no numbers any more can still be sent and merged', () => {
    const huge = sent([1e200, 1.5e308, 1.5e308]);
    const merged = mergeHistograms(mergeHistograms(huge, huge), sent([-1e308, -1.5e308]));
    expect(numericHistogramSchema.parse(JSON.parse(JSON.stringify(merged))).counts).toEqual([2, 6]);
  });
});
