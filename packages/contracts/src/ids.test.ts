import { expect, it } from 'vitest';
import { ID_PREFIXES, newId } from './ids.ts';

it('ids made one after the other sort in that order, also within one millisecond', () => {
  const ids = Array.from({ length: 1000 }, () => newId('observation', 1_795_500_000_000));
  expect(ids).toEqual(ids.toSorted());
  expect(new Set(ids).size).toBe(1000);
});

it('an id says its kind and its time', () => {
  expect(newId('useCase', 0)).toMatch(/^uc_0{10}[0-9a-hjkmnp-tv-z]{16}$/);
  const [earlier, later] = [newId('job', 5), newId('job', 4)];
  expect(earlier > later).toBe(true);
});

it('no two kinds share a prefix', () => {
  const prefixes = Object.values(ID_PREFIXES);
  expect(new Set(prefixes).size).toBe(prefixes.length);
});
