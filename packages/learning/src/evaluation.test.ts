import { expect, it } from 'vitest';
import { evaluateScores } from './evaluation.ts';

it('scores that are one in 32 bits are not told apart by the threshold', () => {
  const scores = Float64Array.of(0.9999999999, 0.99999999, 0.2);
  const label = Uint8Array.of(1, 0, 0);
  const { threshold, metrics } = evaluateScores(scores, label, { falsePositive: 1, falseNegative: 3 });
  const served = scores.map(Math.fround);
  expect([...served].map((score) => score >= threshold)).toEqual([true, true, false]);
  expect(metrics['costPerThousand']).toBeCloseTo(1000 / 3);
});

it('a score that is no number is MODEL_INVALID', () => {
  const scores = Float64Array.of(0.5, NaN);
  expect(() => evaluateScores(scores, Uint8Array.of(1, 0), { falsePositive: 1, falseNegative: 1 })).toThrow(
    expect.objectContaining({ code: 'MODEL_INVALID', fields: { row: 1 } }),
  );
});
