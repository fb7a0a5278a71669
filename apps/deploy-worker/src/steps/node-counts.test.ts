import { expect, it } from 'vitest';
import { countedSince, type NodeCounts } from './node-counts.ts';

const counts = (answered: number, errors: number, latency: number[] = [answered]): NodeCounts['candidate'] => ({ answered, errors, latency });
const node = (candidate: NodeCounts['candidate'], incumbent: NodeCounts['candidate'] = null, since = 'a'): NodeCounts => ({
  countedSince: since,
  candidate,
  incumbent,
});

it('counts what came since', () => {
  const { candidate, incumbent } = countedSince(node(counts(8, 2), counts(5, 0)), node(counts(12, 3, [9, 3]), counts(7, 0)));
  expect(candidate).toEqual({ answered: 4, errors: 1, latency: [1, 3] });
  expect(incumbent).toEqual({ answered: 2, errors: 0, latency: [2] });
});

it('counts all of what a node counts that has started again, also where it counts more than before', () => {
  expect(countedSince(node(counts(8, 2)), node(counts(12, 5), null, 'b')).candidate).toEqual({ answered: 12, errors: 5, latency: [12] });
  expect(countedSince(node(counts(8, 2)), node(counts(9, 1))).candidate).toEqual({ answered: 9, errors: 1, latency: [9] });
});
