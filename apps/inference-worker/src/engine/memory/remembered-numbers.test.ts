import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { RememberedNumbers } from './remembered-numbers.ts';

let path: string;
beforeEach(async () => {
  path = join(await mkdtemp(join(tmpdir(), 'millrace-numbers-')), 'numbers.json');
});
afterEach(() => rm(join(path, '..'), { recursive: true }));

test('numbers are there after a restart, and a file that is damaged is an empty one', async () => {
  const first = await RememberedNumbers.open(path);
  first.set('a', 1);
  first.set('a', 2);
  await first.written();
  expect((await RememberedNumbers.open(path)).get('a')).toBe(2);
  await writeFile(path, '{"a":');
  expect((await RememberedNumbers.open(path)).get('a')).toBeUndefined();
});

test('of more than ten thousand the oldest go', async () => {
  await writeFile(path, JSON.stringify(Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`n${i}`, i]))));
  const numbers = await RememberedNumbers.open(path);
  numbers.set('n0', 7);
  numbers.set('new', 8);
  expect(['n0', 'n1', 'n2', 'new'].map((key) => numbers.get(key))).toEqual([7, undefined, 2, 8]);
  await numbers.written();
});
