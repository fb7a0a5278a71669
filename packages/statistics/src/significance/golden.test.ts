import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { chiSquareTail } from '../distributions/chi-square.ts';
import { hypergeometricTail } from '../distributions/hypergeometric.ts';
import { kolmogorovTail } from '../distributions/kolmogorov.ts';
import { hellingerDistance } from '../drift/hellinger.ts';
import { wassersteinDistance } from '../drift/wasserstein.ts';
import { benjaminiHochberg } from './benjamini-hochberg.ts';
import { chiSquareTest } from './chi-square-test.ts';
import { kolmogorovSmirnovTail, kolmogorovSmirnovTest } from './kolmogorov-smirnov-test.ts';
import { rankSumTest } from './rank-sum-test.ts';

/** Written by golden/make-golden.py with SciPy. */
interface Golden {
  readonly samples: readonly { kind: string; reference: number[]; current: number[]; wasserstein: number; ksDistance: number; ksExact: number }[];
  readonly counts: readonly {
    reference: number[];
    current: number[];
    chiSquare: { statistic: number; degreesOfFreedom: number; pValue: number };
    rankSum: { u: number; pValue: number };
    hellinger: number;
  }[];
  readonly chiSquareTails: readonly [number, number, number][];
  readonly hypergeometricTails: readonly [number, number, number, number, number][];
  readonly kolmogorovTails: readonly [number, number][];
  readonly largeKolmogorovSmirnov: readonly [number, number, number, number][];
  readonly falseDiscovery: readonly [number[], number[]][];
}
const golden = JSON.parse(readFileSync(new URL('../../golden/scipy.golden.json', import.meta.url), 'utf8')) as Golden;

/** Equal to `digits` digits, also where both are next to nothing. */
function expectNear(actual: number, expected: number, digits = 9): void {
  if (expected === 0 || Math.abs(expected) < 1e-290) expect(actual).toBeLessThan(1e-280);
  else expect(Math.abs(actual / expected - 1)).toBeLessThan(10 ** -digits);
}

const histogram = (counts: number[]) => ({ kind: 'categorical', values: counts.map((_count, bin) => `${bin}`), counts, other: 0, nulls: 0 }) as const;

describe('as SciPy says', () => {
  it.each(golden.samples)('of raw samples: $kind, $reference.length and $current.length values', ({ reference, current, ...expected }) => {
    const { distance, pValue } = kolmogorovSmirnovTest(reference, current);
    expectNear(distance, expected.ksDistance);
    expectNear(pValue, expected.ksExact, 8);
    expectNear(wassersteinDistance(reference, current), expected.wasserstein);
    expect(kolmogorovSmirnovTest([...current, Number.NaN], reference).pValue).toBeCloseTo(pValue, 12);
  });

  it.each(golden.counts)('of counts in $reference.length bins', ({ reference, current, ...expected }) => {
    const { statistic, degreesOfFreedom, pValue } = chiSquareTest(reference, current);
    expectNear(statistic, expected.chiSquare.statistic);
    expect(degreesOfFreedom).toBe(expected.chiSquare.degreesOfFreedom);
    expectNear(pValue, expected.chiSquare.pValue);
    const ranks = rankSumTest({ reference, current });
    expectNear(ranks.u, expected.rankSum.u);
    expectNear(ranks.pValue, expected.rankSum.pValue, 8);
    expectNear(hellingerDistance(histogram(reference), histogram(current)), expected.hellinger);
  });

  it.each(golden.chiSquareTails)('of χ² %d with %d degrees of freedom', (statistic, degreesOfFreedom, tail) => {
    expectNear(chiSquareTail(statistic, degreesOfFreedom), tail);
  });

  it.each(golden.hypergeometricTails)('of %d rows with %d of a kind: %d draws, %d or more', (population, successes, draws, atLeast, tail) => {
    expectNear(hypergeometricTail({ population, successes, draws }, atLeast), tail, 8);
  });

  it.each(golden.kolmogorovTails)("of Kolmogorov's limit at %d", (x, tail) => expectNear(kolmogorovTail(x), tail));

  it.each(golden.largeKolmogorovSmirnov)('of D = %d of %d and %d values, to one part in thirty', (distance, m, n, tail) => {
    expect(Math.abs(kolmogorovSmirnovTail(distance, m, n) / tail - 1)).toBeLessThan(1 / 30);
  });

  it.each(golden.falseDiscovery)('of the false discoveries among %j', (pValues, adjusted) => {
    for (const [i, value] of benjaminiHochberg(pValues).entries()) expectNear(value, adjusted[i] ?? Number.NaN);
  });
});
