import { expect, it } from 'vitest';
import { Metrics } from '../metrics/metrics.ts';
import { requestLanes } from './request-lanes.ts';

it('a token of a node that floods its lane leaves others more than the least that they have', async () => {
  const lanes = requestLanes(10, new Metrics());
  const flood = { workspaceId: 'a', tokenId: 'node' };
  for (let i = 0; i < 100; i++) void lanes.enter('LEASES', flood).catch(() => undefined);
  for (let i = 0; i < 4; i++) void lanes.enter('READS', { workspaceId: 'b', tokenId: `b${i}` }).catch(() => undefined);
  expect(lanes.running('LEASES')).toBe(2);
  expect(lanes.running('READS')).toBe(2);
  await lanes.enter('MUTATIONS', { workspaceId: 'b', tokenId: 'b' });
  await lanes.enter('LEASES', { workspaceId: 'b', tokenId: 'other node' });
});
