import { newId } from '@millrace/contracts';
import { expect, it } from 'vitest';
import { stretchesOf } from './batch-stretches.ts';

const NOON = Date.UTC(2026, 10, 30, 12);
const batchesAt = (...minutes: readonly number[]): string[] => minutes.map((minute) => newId('labelBatch', NOON + minute * 60_000));

it('batches of one time are one stretch, a long pause begins another', () => {
  const ids = batchesAt(0, 1, 2, 3, 300, 301, 302, 900);
  expect(stretchesOf(ids.toReversed())).toEqual([ids.slice(0, 4), ids.slice(4, 7), ids.slice(7)]);
  expect(stretchesOf([])).toEqual([]);
  expect(stretchesOf(ids.slice(0, 1))).toEqual([ids.slice(0, 1)]);
});

it('however torn they are, the stretches are few and every batch is in one', () => {
  const ids = batchesAt(...Array.from({ length: 300 }, (_, index) => index + Math.floor(index / 5) * 1000));
  const stretches = stretchesOf(ids);
  expect(stretches.length).toBeLessThanOrEqual(16);
  expect(stretches.flat()).toEqual(ids);
});
