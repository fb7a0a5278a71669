import { describe, expect, it } from 'vitest';
import { auc } from './auc.ts';
import { averagePrecision } from './average-precision.ts';
import { classificationMetrics } from './classification-metrics.ts';
import { confusionAt, confusionRates } from './confusion.ts';
import { logLoss } from './probability-loss.ts';

const scores = [0.1, 0.4, 0.35, 0.8, 0.8, 0.65, 0.2, 0.4];
const labels = [0, 0, 1, 1, 0, 1, 0, 1];

function sample(rows: number): { scores: Float64Array; labels: Uint8Array } {
  const random = { state: 42 };
  const next = (): number => (random.state = (random.state * 16_807) % 2_147_483_647) / 2_147_483_647;
  const made = Float64Array.from({ length: rows }, () => Math.round(next() * 1e6) / 1e6);
  return { scores: made, labels: Uint8Array.from(made, (score) => (next() < score ** 2 ? 1 : 0)) };
}

function pairwiseAuc(rows: { scores: ArrayLike<number>; labels: ArrayLike<number> }): number {
  let wins = 0;
  let pairs = 0;
  for (let i = 0; i < rows.scores.length; i++) {
    if (rows.labels[i] !== 1) continue;
    for (let j = 0; j < rows.scores.length; j++) {
      if (rows.labels[j] === 1) continue;
      pairs++;
      wins += (Math.sign((rows.scores[i] ?? 0) - (rows.scores[j] ?? 0)) + 1) / 2;
    }
  }
  return wins / pairs;
}

describe('classificationMetrics', () => {
  it('gives the values that scikit-learn gives, ties included', () => {
    const metrics = classificationMetrics(scores, labels, 0.5);
    expect(metrics.auc).toBe(0.6875);
    expect(metrics.averagePrecision).toBeCloseTo(0.608_333_333_333_333_3, 12);
    expect(metrics.logLoss).toBeCloseTo(0.633_600_865_868_953, 12);
    expect(metrics.brier).toBeCloseTo(0.224_375, 12);
    expect(metrics.expectedCalibrationError).toBeCloseTo(0.2625, 12);
    expect(metrics.precision).toBeCloseTo(2 / 3, 12);
    expect(metrics.recall).toBe(0.5);
    expect(metrics.f1).toBeCloseTo(4 / 7, 12);
    expect(metrics.accuracy).toBe(0.625);
  });

  it('refuses scores without labels', () => {
    expect(() => classificationMetrics([0.1, 0.2], [1], 0.5)).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
  });
});

describe('auc', () => {
  it('equals the share of ordered pairs', () => {
    const rows = sample(600);
    expect(auc(rows.scores, rows.labels)).toBeCloseTo(pairwiseAuc(rows), 12);
  });

  it('is a half when all scores are equal, 1 when all positives lead, and not a number with one class', () => {
    expect(auc([0.5, 0.5, 0.5], [1, 0, 1])).toBe(0.5);
    expect(auc([0.1, 0.9], [0, 1])).toBe(1);
    expect(auc([0.1, 0.9], [1, 1])).toBeNaN();
  });
});

describe('averagePrecision', () => {
  it('of equal scores is the share of positives, and 0 without positives', () => {
    expect(averagePrecision([0.5, 0.5, 0.5, 0.5], [1, 0, 0, 0])).toBe(0.25);
    expect(averagePrecision([0.5], [0])).toBe(0);
  });
});

describe('logLoss', () => {
  it('stays finite for certain and wrong probabilities', () => {
    expect(logLoss([1, 0], [0, 1])).toBeCloseTo(-Math.log(1e-15), 1);
  });
});

describe('confusionAt', () => {
  it('decides positive at the threshold itself', () => {
    expect(confusionAt([0.5, 0.49], [1, 1], 0.5)).toEqual({ tp: 1, fp: 0, tn: 0, fn: 1 });
  });

  it('rates without a denominator are 0', () => {
    expect(confusionRates({ tp: 0, fp: 0, tn: 0, fn: 0 })).toEqual({ precision: 0, recall: 0, accuracy: 0, f1: 0 });
  });
});

it.each([auc, averagePrecision])('a score that is not a number is refused, not counted (%o)', (metric) => {
  expect(() => metric([0.2, Number.NaN, 0.7], [0, 1, 1])).toThrowError(expect.objectContaining({ code: 'BAD_INPUT', fields: { row: 1 } }));
});
