import { expect, it } from 'vitest';
import { countedSince } from './live-nodes.ts';

it('counts what came since, and all of what a node counts that has started again', () => {
  expect(countedSince({ a: { requests: 10, errors: 2 } }, { a: { requests: 15, errors: 3 }, b: { requests: 4, errors: 0 } })).toEqual({
    requests: 9,
    errors: 1,
  });
  expect(countedSince({ a: { requests: 10, errors: 2 } }, { a: { requests: 3, errors: 1 } })).toEqual({ requests: 3, errors: 1 });
  expect(countedSince({ a: { requests: 10, errors: 8 } }, { a: { requests: 12, errors: 5 } })).toEqual({ requests: 12, errors: 5 });
});
