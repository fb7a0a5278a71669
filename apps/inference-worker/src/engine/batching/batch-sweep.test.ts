import { expect, test } from 'vitest';
import { batchSizes, sweepBatchRows } from './batch-sweep.ts';

/** A sweep over a model whose run of n rows takes `cost(n)` milliseconds, on a clock that these runs alone move. */
async function sweep(cost: (rows: number) => number, maximumRows = 256, maximumMilliseconds = 200): Promise<{ found: number; tried: number[] }> {
  const tried = new Set<number>();
  let clock = 0;
  const run = async (rows: number): Promise<number> => {
    tried.add(rows);
    clock += cost(rows);
    return cost(rows);
  };
  return { found: await sweepBatchRows(run, { maximumRows, maximumMilliseconds, now: () => clock }), tried: [...tried] };
}

test('where every row costs the same and a run costs much, the largest batch is the best', async () => {
  expect(await sweep((rows) => 0.5 + 0.001 * rows, 200)).toEqual({ found: 200, tried: [1, 2, 4, 8, 16, 32, 64, 128, 200] });
});

test('where a run costs nothing beside its rows, joining is worth nothing', async () => {
  expect(await sweep((rows) => rows)).toEqual({ found: 1, tried: [1, 2, 4] });
});

test('the sweep ends where more rows make a row slower', async () => {
  // As 500 trees were measured: 8 rows bring 1.9 times the rows of one, 32 bring less.
  const costs = new Map([
    [1, 0.024],
    [2, 0.036],
    [4, 0.062],
    [8, 0.1],
    [16, 0.31],
    [32, 0.9],
  ]);
  expect(await sweep((rows) => costs.get(rows) ?? rows)).toEqual({ found: 8, tried: [1, 2, 4, 8, 16, 32] });
});

test('one slow run does not end the sweep', async () => {
  let runs = 0;
  const { found } = await sweep((rows) => 1 + 0.001 * rows + (++runs % 7 === 3 ? 50 : 0), 64, 10_000);
  expect(found).toBe(64);
});

test('a heavy model is not run for longer than the time allows', async () => {
  const { found, tried } = await sweep((rows) => 40 + 10 * rows);
  expect(tried).toEqual([1, 2]);
  expect(found).toBe(2);
});

test('a size that cannot be run ends the sweep with a smaller one', async () => {
  expect((await sweep((rows) => (rows > 16 ? Infinity : 1))).found).toBe(16);
});

test('sizes double up to the largest, which is among them', () => {
  expect(batchSizes(1)).toEqual([1]);
  expect(batchSizes(8)).toEqual([1, 2, 4, 8]);
  expect(batchSizes(10)).toEqual([1, 2, 4, 8, 10]);
});
