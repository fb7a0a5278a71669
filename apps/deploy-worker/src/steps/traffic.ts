import { requireTraffic } from '@millrace/domain';
import { bumpGeneration, Endpoint, type EntityManager, type TrafficShare } from '@millrace/db';
import type { ReleaseContext } from './release-context.ts';

/**
 * The split that gives `weight` percent to the candidate and leaves the rest to the versions that were live, in their
 * proportions. Where nothing was live there is nobody to leave it to, and the candidate takes all.
 */
export function splitWithCandidate(previous: readonly TrafficShare[], candidateId: string, weight: number): TrafficShare[] {
  const others = previous.filter((share) => share.modelVersionId !== candidateId && share.weight > 0);
  const total = others.reduce((sum, share) => sum + share.weight, 0);
  if (total === 0) return [{ modelVersionId: candidateId, weight: 100 }];
  const shares = others.map((share) => ({ modelVersionId: share.modelVersionId, weight: Math.floor((share.weight * (100 - weight)) / total) }));
  const [largest] = shares.toSorted((a, b) => b.weight - a.weight);
  if (largest !== undefined) largest.weight += 100 - weight - shares.reduce((sum, share) => sum + share.weight, 0);
  return [{ modelVersionId: candidateId, weight }, ...shares];
}

/** Sets the traffic of the endpoint and returns the generation that the nodes have to reach. */
export async function setTraffic(manager: EntityManager, { endpoint, environment }: Pick<ReleaseContext, 'endpoint' | 'environment'>, traffic: TrafficShare[]): Promise<number> {
  if (traffic.length > 0) requireTraffic(traffic);
  await manager.update(Endpoint, { id: endpoint.id }, { traffic });
  return bumpGeneration(manager, environment.id);
}
