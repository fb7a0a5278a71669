import { describe, expect, it } from 'vitest';
import { monitorDefinitionSchema } from '@millrace/contracts';
import { performanceOf } from '../tables/window-performance.ts';
import { isSameValue, liveValues } from './live-values.ts';
import { statedPerformance } from './stated-performance.ts';

const definition = monitorDefinitionSchema.parse({
  liveMetrics: [
    { metric: 'live auc', measure: 'auc' },
    { metric: 'live precision', measure: 'precision' },
  ],
  costMetric: { metric: 'cost', falsePositiveCost: 5, falseNegativeCost: 20 },
});
const sums = { predictions: 100, labels: 80, tp: 10, fp: 4, tn: 60, fn: 6, logLoss: 40, brier: 8, wins: 700, pairs: 1024 };

describe('liveValues', () => {
  it('states every measure and the cost of the true outcomes', () => {
    expect(liveValues(definition, performanceOf(sums))).toEqual([
      { metric: 'live auc', source: 'LIVE', value: 700 / 1024 },
      { metric: 'live precision', source: 'LIVE', value: 10 / 14 },
      { metric: 'cost', source: 'BUSINESS', value: (140 / 80) * 1000 },
    ]);
  });

  it('nothing is stated before enough predictions have labels, or of too few rows', () => {
    const performance = performanceOf(sums);
    expect(statedPerformance(definition, { rows: 100, performance })).toBe(performance);
    expect(statedPerformance(definition, { rows: 99, performance })).toBeNull();
    expect(statedPerformance(definition, { rows: 101, performance: performanceOf({ ...sums, predictions: 101 }) })).toBeNull();
    expect(statedPerformance({ ...definition, labelCoverage: 0 }, { rows: 100, performance: performanceOf({ ...sums, labels: 0 }) })).toBeNull();
  });

  it('never makes up a measure that is undefined', () => {
    const values = liveValues(definition, performanceOf({ ...sums, tp: 0, fp: 0, pairs: 0, wins: 0 }));
    expect(values.map(({ metric }) => metric)).toEqual(['cost']);
  });
});

it('a value that differs by rounding is the same value', () => {
  expect(isSameValue(0.1 + 0.2, 0.3)).toBe(true);
  expect(isSameValue(0.3, 0.300_001)).toBe(false);
  expect(isSameValue(0, 0)).toBe(true);
  expect(isSameValue(0, 1e-9)).toBe(false);
});
