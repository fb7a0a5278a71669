import { describe, expect, it } from 'vitest';
import { featureDriftSchema, type FeatureDrift, type Histogram, type ReferenceProfile } from '@millrace/contracts';
import { categoricalHistogram } from '../histograms/categorical-histogram.ts';
import { numericHistogram } from '../histograms/numeric-histogram.ts';
import { quantileEdges } from '../histograms/quantile-edges.ts';
import { featureDrift, profileDrift } from './feature-drift.ts';
import { populationStabilityIndex } from './population-stability-index.ts';

const repeat = (value: string, times: number): string[] => new Array<string>(times).fill(value);
const reference = categoricalHistogram([...repeat('a', 20), ...repeat('b', 30), ...repeat('c', 50)], ['a', 'b', 'c']);
const current = categoricalHistogram([...repeat('a', 10), ...repeat('b', 10), ...repeat('c', 60), ...repeat('d', 20)], ['a', 'b', 'c']);
const numbers = Array.from({ length: 5000 }, (_, i) => Math.sin(i * 1.7) * 10);
const edges = quantileEdges(numbers);
const CRITERION = { falseAlarmRate: 0.005, minimumPsi: 0.005 };

/** An even sample of the normal distribution, by the method of Box and Muller. */
const normal = (rows: number, mean = 0) => Array.from({ length: rows }, (_, i) => mean + Math.sqrt(-2 * Math.log((i + 0.5) / rows)) * Math.cos(i * 2.399_963));

const flag = (ones: number) => Array.from({ length: 1000 }, (_, i) => (i < ones ? 1 : 0));

/** Drift of one feature alone. */
function driftOf(base: Histogram, now: Histogram): FeatureDrift {
  const score = numericHistogram([0.2, 0.8], [0.5]);
  const { features } = profileDrift({ rows: 1, features: { x: base }, score }, { features: { x: now }, score }, CRITERION);
  if (features[0] === undefined) throw new Error('no feature');
  return features[0];
}

describe('featureDrift', () => {
  it('gives the values that NumPy and SciPy give for categories', () => {
    const drift = driftOf(reference, current);
    expect(featureDriftSchema.parse(drift)).toEqual(drift);
    expect(drift.psi).toBeCloseTo(1.826_469_464_483_959, 10);
    expect(drift.jensenShannon).toBeCloseTo(0.391_514_219_010_847_5, 10);
    expect(drift).toMatchObject({ lInfinity: 0.2, newCategoryRate: 0.2, missingRate: 0, kolmogorovSmirnov: null, wasserstein: null, drifted: true });
  });

  it('is 0 in every measure for identical samples', () => {
    const histogram = numericHistogram(numbers, edges);
    expect(driftOf(histogram, histogram)).toEqual({
      feature: 'x',
      psi: 0,
      jensenShannon: 0,
      hellinger: 0,
      kolmogorovSmirnov: 0,
      wasserstein: 0,
      lInfinity: null,
      newCategoryRate: null,
      missingRate: 0,
      pValues: { chiSquare: 1, rankSum: 1, rareValues: 1, kolmogorovSmirnov: 1 },
      pValue: 1,
      adjustedPValue: 1,
      drifted: false,
    });
  });

  it('reads the Kolmogorov–Smirnov distance at the edges', () => {
    const drift = featureDrift('x', numericHistogram([1, 2, 3, 4], [1, 2, 3]), numericHistogram([3, 4, 4, 4], [1, 2, 3]));
    expect(drift.kolmogorovSmirnov).toBe(0.5);
  });

  it('sees values that go missing', () => {
    const drift = driftOf(
      numericHistogram(numbers, edges),
      numericHistogram(
        numbers.map((value, i) => (i % 2 === 0 ? value : null)),
        edges,
      ),
    );
    expect(drift.missingRate).toBe(0.5);
    expect(drift.drifted).toBe(true);
  });

  it('sees a constant column change its value in either direction', () => {
    const fives = new Array<number>(100).fill(5);
    const constant = numericHistogram(fives, quantileEdges(fives));
    for (const value of [3, 7]) expect(driftOf(constant, numericHistogram([value, value, value, 5, 5, 5], constant.edges)).drifted).toBe(true);
  });

  it('PSI and distances are never negative and grow with the shift', () => {
    const base = numericHistogram(numbers, edges);
    let last = 0;
    for (const shift of [0.1, 1, 3, 8, 30]) {
      const drift = featureDrift(
        'x',
        base,
        numericHistogram(
          numbers.map((value) => value + shift),
          edges,
        ),
      );
      expect(drift.psi).toBeGreaterThan(last);
      expect(drift.jensenShannon).toBeLessThanOrEqual(1);
      last = drift.psi;
    }
  });

  it('sees a flag turn over on either side, which quantiles of the reference hid', () => {
    for (const [before, after] of [
      [950, 100],
      [50, 900],
      [1000, 980],
      [0, 20],
    ] as const) {
      const base = numericHistogram(flag(before), quantileEdges(flag(before)));
      const drift = driftOf(base, numericHistogram(flag(after), base.edges));
      expect(drift).toMatchObject({ drifted: true });
      expect(drift.psi).toBeGreaterThan(0.04);
    }
  });

  it('a value that was never seen counts by its rows, in a small window as in a large one', () => {
    const base = categoricalHistogram([...repeat('a', 600), ...repeat('b', 400)], ['a', 'b']);
    const window = (rows: number, strange: number) => categoricalHistogram([...repeat('a', rows - strange), ...repeat('new', strange)].toSorted(), ['a', 'b']);
    expect(driftOf(base, categoricalHistogram([...repeat('a', 30), ...repeat('b', 19), 'new'], base.values)).drifted).toBe(false);
    expect(driftOf(base, categoricalHistogram([...repeat('a', 30), ...repeat('b', 15), ...repeat('new', 5)], base.values)).drifted).toBe(true);
    // So small a window has three bins that are rare.
    expect(driftOf(base, window(2, 1)).pValues.rareValues).toBeCloseTo((3 * 2) / 1002, 12);
  });

  it('no window is too small to be judged, and none so large that a trifle is drift', () => {
    const base = numericHistogram(normal(20_000), quantileEdges(normal(20_000)));
    expect(driftOf(base, numericHistogram([3.5], base.edges)).drifted).toBe(false);
    const drift = driftOf(base, numericHistogram(normal(1_000_000, 0.03), base.edges));
    expect(drift.adjustedPValue).toBeLessThan(0.005);
    expect(drift.drifted).toBe(false);
  });

  it('says how far numbers have moved in standard deviations of the reference', () => {
    const fine = quantileEdges(normal(20_000), 100);
    const moved = numericHistogram(normal(20_000, 0.3), fine);
    expect(featureDrift('x', numericHistogram(normal(20_000), fine), moved).wasserstein).toBeCloseTo(0.3, 1);
    const constant = numericHistogram([5, 5], quantileEdges([5, 5]));
    expect(featureDrift('x', constant, numericHistogram([7, 7], constant.edges)).wasserstein).toBeNull();
  });

  it('PSI does not depend on which sample is called the reference', () => {
    expect(populationStabilityIndex(reference, current)).toBeCloseTo(populationStabilityIndex(current, reference), 12);
  });

  it('refuses an empty window and foreign bins', () => {
    const base = numericHistogram(numbers, edges);
    expect(() => featureDrift('x', base, numericHistogram([], edges))).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
    expect(() => featureDrift('x', base, numericHistogram(numbers, [0]))).toThrow(expect.objectContaining({ code: 'CONFLICT' }));
  });
});

describe('profileDrift', () => {
  const profile: ReferenceProfile = {
    rows: 100,
    features: { carrier: reference, x: numericHistogram(numbers, edges) },
    score: numericHistogram([0.2, 0.8], [0.5]),
  };

  it('states the share of drifted features', () => {
    const drift = profileDrift(profile, { ...profile, features: { carrier: current, x: numericHistogram(numbers, edges) } }, CRITERION);
    expect(drift.driftShare).toBe(0.5);
    expect(drift.features.map((feature) => [feature.feature, feature.drifted])).toEqual([
      ['carrier', true],
      ['x', false],
    ]);
    expect(drift.score.drifted).toBe(false);
  });

  it('refuses a window that lacks a feature of the profile', () => {
    expect(() => profileDrift(profile, { ...profile, features: {} }, CRITERION)).toThrow(expect.objectContaining({ code: 'CONFLICT' }));
  });
});
