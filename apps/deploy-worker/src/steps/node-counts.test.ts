import { Node } from '@millrace/db';
import { describe, expect, it } from 'vitest';
import { countedSince, countsOf, type NodeCounts } from './node-counts.ts';

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

const versions = { endpointId: 'ep_1', candidate: 'mv_2', incumbent: 'mv_1' };
const routed = (endpointId: string, modelVersionId: string, answered: number, errors: number): object => ({ endpointId, modelVersionId, answered, errors });
const nodeThat = (stats: object, state: 'LOADED' | 'LOADING' = 'LOADED'): Node =>
  Object.assign(new Node(), { name: 'node-1', stats, versionStates: [{ modelVersionId: 'mv_2', state, restarts: 0 }] });
const stats = {
  countedSince: 'a',
  versions: [
    { modelVersionId: 'mv_1', latency: [900] },
    { modelVersionId: 'mv_2', latency: [0, 10] },
  ],
  routed: [routed('ep_2', 'mv_1', 0, 500), routed('ep_1', 'mv_1', 90, 1), routed('ep_1', 'mv_2', 9, 2)],
};
const candidateOf = (changes: object, state?: 'LOADING'): unknown => {
  const read = countsOf(nodeThat({ ...stats, ...changes }, state), versions);
  return 'fault' in read ? read.fault : read.candidate;
};

describe('of a node', () => {
  it('the requests of the endpoint count, not those that the live version got elsewhere', () => {
    expect(countsOf(nodeThat(stats), versions)).toEqual({
      countedSince: 'a',
      candidate: { answered: 9, errors: 2, latency: [0, 10] },
      incumbent: { answered: 90, errors: 1, latency: [900] },
    });
  });

  it('that has had no request for the candidate yet there are none, and one that does not hold it has nothing to say', () => {
    expect(candidateOf({ routed: [] })).toEqual({ answered: 0, errors: 0, latency: [0, 10] });
    expect(candidateOf({ versions: [] }, 'LOADING')).toBeNull();
    expect(candidateOf({ versions: [] })).toBe('node node-1 serves the candidate and has no statistics of it');
    expect(candidateOf({ routed: undefined })).toMatch(/^the statistics of node node-1 cannot be read \(routed: /);
    expect(candidateOf({ routed: [routed('ep_1', 'mv_2', -1, 0)] })).toMatch(/cannot be read \(routed\.0\.answered: /);
  });
});
