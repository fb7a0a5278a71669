import { expect, it } from 'vitest';
import { auc } from '@millrace/statistics';
import { seededRandom } from '../../random.ts';
import { targetStatistics } from './target-statistics.ts';

it('a category per row tells the training rows nothing about their own label', () => {
  const random = seededRandom(2);
  const label = Uint8Array.from({ length: 4000 }, () => (random() < 0.3 ? 1 : 0));
  const column = { type: 'category', codes: Int32Array.from(label.keys()), dictionary: Array.from(label, (_, row) => `id-${row}`) } as const;
  const { trainingValues } = targetStatistics(column, label, 20, 1);
  expect(Math.abs(auc(trainingValues, label) - 0.5)).toBeLessThan(0.05);
});

it('a category is drawn to the overall share by as many rows as the smoothing says, and an unseen one gets the share itself', () => {
  const column = { type: 'category', codes: Int32Array.of(0, 0, 0, 1, -1, -1), dictionary: ['A', 'B'] } as const;
  const { encoding } = targetStatistics(column, Uint8Array.of(1, 1, 0, 0, 1, 0), 2, 1);
  expect(encoding.keys).toEqual(['', 'A', 'B']);
  expect([...encoding.values].map((value) => Number(value.toFixed(6)))).toEqual([0.5, 0.6, 0.333333]);
  expect(encoding.fallback).toBe(0.5);
});
