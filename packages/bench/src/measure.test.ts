import { expect, test } from 'vitest';
import { judge, quantile } from './measure.ts';

test('a measure holds when its value is on the right side of its bar', () => {
  const measure = { what: 'rate', value: 10, unit: '1/s' };
  expect(judge({ ...measure, bar: { atLeast: 10 } }).holds).toBe(true);
  expect(judge({ ...measure, bar: { atLeast: 11 } }).holds).toBe(false);
  expect(judge({ ...measure, bar: { atMost: 10 } }).holds).toBe(true);
  expect(judge({ ...measure, bar: { atMost: 9 } }).holds).toBe(false);
});

test('a quantile is a value of the sample, by nearest rank', () => {
  const sample = [5, 1, 4, 2, 3, 10, 9, 8, 7, 6];
  expect(quantile(sample, 0.5)).toBe(5);
  expect(quantile(sample, 0.95)).toBe(10);
  expect(quantile(sample, 0)).toBe(1);
  expect(() => quantile([], 0.5)).toThrow(RangeError);
});
