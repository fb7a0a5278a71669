import { expect, test } from 'vitest';
import { measureRounds } from './rounds.ts';

const playing =
  (...values: readonly number[]) =>
  (): Promise<number> =>
    Promise.resolve(values[played++ % values.length] ?? 0);
let played = 0;

test('rounds end when the last three of every series lie within a tenth', async () => {
  const steady = [200, 100, 101, 109];
  let round = 0;
  const rounds = await measureRounds({ ours: async () => steady[round++] ?? 0, limit: async () => 200 });
  expect(round).toBe(4);
  expect(rounds.isStable).toBe(true);
  expect(rounds.median('ours')).toBe(101);
  expect(rounds.ratio('ours', 'limit')).toBe(101 / 200);
});

test('a series that never settles is measured ten times and says so', async () => {
  const rounds = await measureRounds({ ours: playing(1, 2) });
  expect(rounds.isStable).toBe(false);
  expect(rounds.remark).toContain('10 rounds');
});
