import { describe, expect, it } from 'vitest';
import { windowSummarySchema, type ReferenceProfile } from '@millrace/contracts';
import { categoricalHistogram } from './categorical-histogram.ts';
import { mergeSummaries } from './merge-summaries.ts';
import { numericHistogram } from './numeric-histogram.ts';
import { NumericHistogramBuilder } from './numeric-histogram-builder.ts';
import { SummaryBuilder } from './summary-builder.ts';

const reference: ReferenceProfile = {
  rows: 3,
  features: { distance: numericHistogram([100, 500, 900], [300, 700]), origin: categoricalHistogram(['SFO', 'SFO', 'OAK'], ['SFO', 'OAK']) },
  score: numericHistogram([0.1, 0.5, 0.9], [0.4]),
};
const START = '2001-04-01T00:00:00Z';
const rows = Array.from({ length: 200 }, (_, i) => ({ distance: (i * 37) % 1000, origin: ['SFO', 'OAK', 'JFK'][i % 3], score: (i % 10) / 10 }));

function summaryOf(part: typeof rows) {
  const builder = new SummaryBuilder(reference, START);
  for (const row of part) builder.addRow(row, row.score);
  return builder.build();
}

describe('SummaryBuilder', () => {
  it('counts in the bins of the profile and gives a valid summary', () => {
    const summary = summaryOf(rows);
    expect(windowSummarySchema.parse(summary)).toEqual(summary);
    expect(summary.features['origin']).toEqual({ kind: 'categorical', values: ['SFO', 'OAK'], counts: [67, 67], other: 66, nulls: 0 });
    expect(summary.rows).toBe(200);
  });

  it('counts rows and columns alike', () => {
    const builder = new SummaryBuilder(reference, START);
    const columns = { distance: Float32Array.from(rows, (row) => row.distance), origin: rows.map((row) => row.origin) };
    const scores = rows.map((row) => row.score);
    builder.addRowsOf(columns, scores, 0, 50);
    builder.addRowsOf(columns, scores, 50, rows.length);
    expect(builder.build()).toEqual(summaryOf(rows));
  });

  it.each([
    ['none', []],
    ['one', [0]],
    ['even ones', [-1, 0, 1, 2]],
    ['skewed ones', [0, 1e-9, 2e-9, 1, 1e6, 1e12]],
    ['next to each other', [1, 1 + 2 ** -52, 1 + 2 ** -51]],
    ['far apart', [-1e308, 1e308]],
    ['a hundred', Array.from({ length: 100 }, (_, i) => Math.sinh(i / 9 - 5))],
  ])('a column of floats is counted as its values one after the other: edges %s', (_what, edges) => {
    const around = edges.flatMap((edge) => [edge, edge * (1 + 2 ** -52), edge * (1 - 2 ** -53), edge + 1e-9, edge - 1e-9]);
    const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0, 1e-300, 1e300, -1e300];
    const values = [...around, ...odd, ...Array.from({ length: 500 }, (_, i) => Math.sin(i) * 10 ** ((i % 30) - 15))];
    for (const column of [Float64Array.from(values), Float32Array.from(values)]) {
      const [bulk, single] = [new NumericHistogramBuilder(edges), new NumericHistogramBuilder(edges)];
      bulk.addAll(column, 0, 7);
      bulk.addAll(column, 7, column.length);
      for (const value of column) single.add(value);
      expect(bulk.build()).toEqual(single.build());
    }
  });

  it('counts an absent feature as missing and ignores columns outside the profile', () => {
    const builder = new SummaryBuilder(reference, START);
    builder.addRow({ distance: 400, colour: 'red' }, 0.5);
    const summary = builder.build();
    expect(Object.keys(summary.features)).toEqual(['distance', 'origin']);
    expect(summary.features['origin']).toMatchObject({ nulls: 1 });
  });

  it('a built summary does not change when more rows are added', () => {
    const builder = new SummaryBuilder(reference, START);
    const before = builder.build();
    builder.addRow({ distance: 1, origin: 'SFO' }, 0.1);
    expect(before.rows).toBe(0);
    expect(before.score.counts).toEqual([0, 0]);
  });
});

describe('mergeSummaries', () => {
  it('two nodes together equal one node that saw all', () => {
    const merged = mergeSummaries(summaryOf(rows.slice(0, 71)), summaryOf(rows.slice(71)));
    const whole = summaryOf(rows);
    expect(merged.features).toEqual(whole.features);
    expect(merged.score.counts).toEqual(whole.score.counts);
    expect(merged.score.sum).toBeCloseTo(whole.score.sum, 9);
  });

  it('refuses summaries of different windows or features', () => {
    const conflict = expect.objectContaining({ code: 'CONFLICT' });
    const summary = summaryOf([]);
    expect(() => mergeSummaries(summary, { ...summary, windowStart: '2001-04-02T00:00:00Z' })).toThrow(conflict);
    expect(() => mergeSummaries(summary, { ...summary, features: {} })).toThrow(conflict);
  });

  it('takes two spellings of one instant as one window', () => {
    const summary = summaryOf(rows);
    expect(mergeSummaries(summary, { ...summary, windowStart: '2001-04-01T00:00:00.000Z' }).rows).toBe(400);
  });
});
