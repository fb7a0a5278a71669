import type { Metrics } from '../metrics/metrics.ts';
import { LANES, type Lane } from './lane-of.ts';
import { Lanes, type LaneOptions } from './lanes.ts';

/** Connections of the pool that no lane has: strangers are looked up with two of them, subscriptions read with one. */
export const CONNECTIONS_BESIDE_LANES = 3;

/**
 * Every operation holds one connection, so the pool is what there is to share. The last quarter of it is kept for leases and heartbeats,
 * the quarter before that for them and for mutations. One token has half of a lane and one workspace three quarters, so that others always
 * find a free slot; waiting ends while the answer is still worth something.
 */
export function requestLanes(poolSize: number, metrics: Metrics): Lanes<Lane> {
  const slots = Math.max(2, poolSize - CONNECTIONS_BESIDE_LANES);
  const lanes = new Lanes<Lane>({
    slots,
    what: 'The control plane',
    lanes: {
      LEASES: lane(slots, { waiting: 1000, waitingPerToken: 300, seconds: 5 }),
      MUTATIONS: { ...lane(part(slots, 3 / 4), { waiting: 300, waitingPerToken: 60, seconds: 1 }), atLeast: 1 },
      READS: { ...lane(part(slots, 1 / 2), { waiting: 300, waitingPerToken: 60, seconds: 0.6 }), atLeast: 1 },
    },
    onRefused: (name) => metrics.count('millrace_refused_total', { lane: name }),
  });
  for (const name of LANES) {
    metrics.gauge('millrace_lane_running', { lane: name }, () => lanes.running(name));
    metrics.gauge('millrace_lane_waiting', { lane: name }, () => lanes.waiting(name));
  }
  return lanes;
}

function lane(atMost: number, queue: Pick<LaneOptions, 'waiting' | 'waitingPerToken' | 'seconds'>): LaneOptions {
  return { atMost, perToken: part(atMost, 1 / 2), perWorkspace: part(atMost, 3 / 4), ...queue };
}

function part(of: number, share: number): number {
  return Math.max(1, Math.ceil(of * share));
}
