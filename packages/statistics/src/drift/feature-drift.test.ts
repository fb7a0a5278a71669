import { describe, expect, it } from 'vitest';
import { featureDriftSchema, type ReferenceProfile } from '@millrace/contracts';
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

describe('featureDrift', () => {
  it('gives the values that NumPy and SciPy give for categories', () => {
    const drift = featureDrift('carrier', reference, current, 0.25);
    expect(featureDriftSchema.parse(drift)).toEqual(drift);
    expect(drift.psi).toBeCloseTo(1.826_469_464_483_959, 10);
    expect(drift.jensenShannon).toBeCloseTo(0.391_514_219_010_847_5, 10);
    expect(drift).toMatchObject({ feature: 'carrier', lInfinity: 0.2, newCategoryRate: 0.2, missingRate: 0, kolmogorovSmirnov: null, drifted: true });
  });

  it('is 0 in every measure for identical samples', () => {
    const histogram = numericHistogram(numbers, edges);
    expect(featureDrift('x', histogram, histogram, 0.25)).toEqual({
      feature: 'x',
      psi: 0,
      jensenShannon: 0,
      kolmogorovSmirnov: 0,
      lInfinity: null,
      newCategoryRate: null,
      missingRate: 0,
      drifted: false,
    });
  });

  it('reads the Kolmogorov–Smirnov distance at the edges', () => {
    const drift = featureDrift('x', numericHistogram([1, 2, 3, 4], [1, 2, 3]), numericHistogram([3, 4, 4, 4], [1, 2, 3]), 0.25);
    expect(drift.kolmogorovSmirnov).toBe(0.5);
  });

  it('sees values that go missing', () => {
    const drift = featureDrift(
      'x',
      numericHistogram(numbers, edges),
      numericHistogram(
        numbers.map((value, i) => (i % 2 === 0 ? value : null)),
        edges,
      ),
      0.25,
    );
    expect(drift.missingRate).toBe(0.5);
    expect(drift.drifted).toBe(true);
  });

  it('sees a constant column change its value in either direction', () => {
    const constant = numericHistogram([5, 5, 5], quantileEdges([5, 5, 5]));
    for (const value of [3, 7]) expect(featureDrift('x', constant, numericHistogram([value, value], constant.edges), 0.25).drifted).toBe(true);
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
        0.25,
      );
      expect(drift.psi).toBeGreaterThan(last);
      expect(drift.jensenShannon).toBeLessThanOrEqual(1);
      last = drift.psi;
    }
  });

  it('PSI does not depend on which sample is called the reference', () => {
    expect(populationStabilityIndex(reference, current)).toBeCloseTo(populationStabilityIndex(current, reference), 12);
  });

  it('refuses an empty window and foreign bins', () => {
    const base = numericHistogram(numbers, edges);
    expect(() => featureDrift('x', base, numericHistogram([], edges), 0.25)).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
    expect(() => featureDrift('x', base, numericHistogram(numbers, [0]), 0.25)).toThrow(expect.objectContaining({ code: 'CONFLICT' }));
  });
});

describe('profileDrift', () => {
  const profile: ReferenceProfile = {
    rows: 100,
    features: { carrier: reference, x: numericHistogram(numbers, edges) },
    score: numericHistogram([0.2, 0.8], [0.5]),
  };

  it('states the share of drifted features', () => {
    const drift = profileDrift(profile, { ...profile, features: { carrier: current, x: numericHistogram(numbers, edges) } }, 0.25);
    expect(drift.driftShare).toBe(0.5);
    expect(drift.features.map((feature) => [feature.feature, feature.drifted])).toEqual([
      ['carrier', true],
      ['x', false],
    ]);
    expect(drift.score.drifted).toBe(false);
  });

  it('refuses a window that lacks a feature of the profile', () => {
    expect(() => profileDrift(profile, { ...profile, features: {} }, 0.25)).toThrow(expect.objectContaining({ code: 'CONFLICT' }));
  });
});
