import type { EndpointRoute } from '../serving/route-table.ts';

type Traffic = EndpointRoute['traffic'];

/**
 * The traffic of an endpoint without the versions that cannot answer here: their shares go to the others, in proportion, so that a canary
 * that fails takes no request. Where those that can answer had less than half of the traffic, nothing changes: a canary does not
 * take the place of the version that serves.
 */
export function workingTraffic(traffic: Traffic, canAnswer: (modelVersionId: string) => boolean): Traffic {
  const live = traffic.filter(({ weight }) => weight > 0);
  const working = live.filter(({ modelVersionId }) => canAnswer(modelVersionId));
  const [total, share] = [sumOf(live), sumOf(working)];
  if (working.length === live.length || share * 2 < total) return traffic;
  const scaled = working.map(({ modelVersionId, weight }) => ({ modelVersionId, weight: Math.floor((weight * total) / share) }));
  const [largest] = scaled.toSorted((a, b) => b.weight - a.weight);
  if (largest !== undefined) largest.weight += total - sumOf(scaled);
  return scaled;
}

function sumOf(traffic: Traffic): number {
  return traffic.reduce((sum, { weight }) => sum + weight, 0);
}
