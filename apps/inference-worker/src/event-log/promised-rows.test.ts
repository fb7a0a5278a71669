import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { PromisedRows } from './promised-rows.ts';

let path: string;
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'millrace-promised-'));
});
afterEach(() => rm(path, { recursive: true }));

it('rows that are known to be lost are counted as such by the next start, and no others', () => {
  const file = join(path, 'promised-rows');
  const first = new PromisedRows(file);
  first.answer(10);
  first.keep(4);
  first.lose(6);
  first.answer(5);
  first.keep(5);
  first.close();
  const second = new PromisedRows(file);
  expect(second.lostRows).toBe(6);
  second.close();
});
