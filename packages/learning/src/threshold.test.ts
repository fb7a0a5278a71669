import { expect, it } from 'vitest';
import { cheapestThreshold, type ErrorCosts } from './threshold.ts';
import { seededRandom } from './random.ts';

function costAt(threshold: number, scores: Float64Array, label: Uint8Array, costs: ErrorCosts): number {
  return scores.reduce((sum, score, row) => {
    if (score >= threshold) return sum + (label[row] === 1 ? 0 : costs.falsePositive);
    return sum + (label[row] === 1 ? costs.falseNegative : 0);
  }, 0);
}

it('no other threshold costs less, and the stated cost is what the threshold costs', () => {
  const random = seededRandom(5);
  for (const costs of [
    { falsePositive: 1, falseNegative: 1 },
    { falsePositive: 1, falseNegative: 7 },
    { falsePositive: 30, falseNegative: 1 },
  ]) {
    const scores = Float64Array.from({ length: 400 }, () => Math.round(random() * 50) / 50);
    const label = Uint8Array.from(scores, (score) => (random() < score ? 1 : 0));
    const choice = cheapestThreshold(scores, label, costs);
    expect(costAt(choice.threshold, scores, label, costs)).toBe(choice.cost);
    for (let threshold = 0; threshold <= 1.01; threshold += 0.005) expect(costAt(threshold, scores, label, costs)).toBeGreaterThanOrEqual(choice.cost);
  }
});

it('answers "positive" for none when warnings cost more than they save, and for all when misses do', () => {
  const scores = Float64Array.of(0.3, 0.3, 0.3);
  const label = Uint8Array.of(0, 1, 0);
  expect(cheapestThreshold(scores, label, { falsePositive: 10, falseNegative: 1 })).toEqual({ threshold: 0.65, cost: 1 });
  expect(cheapestThreshold(Float64Array.of(1, 1, 1), label, { falsePositive: 10, falseNegative: 1 })).toEqual({ threshold: 1.5, cost: 1 });
  expect(cheapestThreshold(scores, label, { falsePositive: 1, falseNegative: 10 })).toEqual({ threshold: 0.15, cost: 2 });
});
