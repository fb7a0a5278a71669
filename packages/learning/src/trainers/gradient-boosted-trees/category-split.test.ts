import { expect, it } from 'vitest';
import { seededRandom } from '../../random.ts';
import { findCategorySplit } from './category-split.ts';
import type { ColumnBins, LeafSums, SplitLimits } from './split.ts';

const LIMITS: SplitLimits = {
  l2: 0.5,
  minimumChildWeight: 1e-3,
  minimumLeafRows: 1,
  minimumGain: 0,
  categorySmoothing: 0,
  categoryL2: 0,
  categoriesPerSplit: 254,
  minimumGroupRows: 1,
};

/** A leaf of `categories` with random sums, each of many rows. */
function randomLeaf(categories: number, random: () => number): { bins: ColumnBins; sums: LeafSums } {
  const histogram = new Float64Array(2 * (categories + 1));
  let gradient = 0;
  let hessian = 0;
  for (let bin = 1; bin <= categories; bin++) {
    const h = 5 + 20 * random();
    const g = (random() - 0.5) * h;
    histogram.set([g, h], 2 * bin);
    gradient += g;
    hessian += h;
  }
  return { bins: { column: 0, histogram, first: 0, bins: categories + 1 }, sums: { gradient, hessian, rows: Math.round(hessian * 4) } };
}

function gainOfSet(set: readonly number[], { histogram }: ColumnBins, sums: LeafSums, l2: number): number {
  const g = set.reduce((sum, bin) => sum + (histogram[2 * bin] ?? 0), 0);
  const h = set.reduce((sum, bin) => sum + (histogram[2 * bin + 1] ?? 0), 0);
  const score = (a: number, b: number): number => (a * a) / (b + l2);
  return (score(g, h) + score(sums.gradient - g, sums.hessian - h) - score(sums.gradient, sums.hessian)) / 2;
}

it('finds the best of all sets of categories, without a penalty', () => {
  const random = seededRandom(3);
  const limits = { ...LIMITS, l2: 0 };
  for (let trial = 0; trial < 30; trial++) {
    const { bins, sums } = randomLeaf(9, random);
    let best = 0;
    for (let mask = 1; mask < 511; mask++) {
      const set = Array.from({ length: 9 }, (_, i) => i + 1).filter((bin) => ((mask >> (bin - 1)) & 1) === 1);
      best = Math.max(best, gainOfSet(set, bins, sums, 0));
    }
    const split = findCategorySplit(bins, sums, limits, 0);
    expect(split?.gain).toBeCloseTo(best, 9);
    const leftBins = split?.decision.kind === 'category' ? [...split.decision.leftBins] : [];
    expect(gainOfSet(leftBins, bins, sums, 0)).toBeCloseTo(best, 9);
    expect(leftBins).toEqual(leftBins.toSorted((a, b) => a - b));
  }
});

it('a column of three categories sends the best one left', () => {
  const { bins, sums } = randomLeaf(3, seededRandom(4));
  const gains = [1, 2, 3].map((bin) => gainOfSet([bin], bins, sums, LIMITS.l2));
  expect(findCategorySplit(bins, sums, LIMITS, 0)?.gain).toBeCloseTo(Math.max(...gains), 9);
});

it('a set holds no more categories than it may, and none of fewer rows than the smoothing', () => {
  const { bins, sums } = randomLeaf(40, seededRandom(5));
  bins.histogram.set([-50, 1], 2);
  const decision = findCategorySplit(bins, { ...sums, rows: sums.hessian * 4 }, { ...LIMITS, categoriesPerSplit: 5, categorySmoothing: 10 }, 0)?.decision;
  const leftBins = decision?.kind === 'category' ? [...decision.leftBins] : [];
  expect(leftBins.length).toBeGreaterThan(0);
  expect(leftBins.length).toBeLessThanOrEqual(5);
  expect(leftBins).not.toContain(1);
});

it('sets that differ by fewer rows than a group are not told apart', () => {
  const { bins, sums } = randomLeaf(12, seededRandom(6));
  const rows = sums.hessian * 4;
  expect(findCategorySplit(bins, { ...sums, rows }, { ...LIMITS, minimumGroupRows: Math.ceil(rows / 2) + 1 }, 0)).toBeUndefined();
  expect(findCategorySplit(bins, { ...sums, rows }, LIMITS, 0)).toBeDefined();
});

it('a gain that does not beat the best so far is no split', () => {
  const { bins, sums } = randomLeaf(9, seededRandom(7));
  const gain = findCategorySplit(bins, sums, LIMITS, 0)?.gain ?? 0;
  expect(findCategorySplit(bins, sums, LIMITS, gain)).toBeUndefined();
});
