import { requireTraffic, servedShare } from '@millrace/domain';
import { bumpGeneration, Endpoint, type EntityManager, type TrafficShare } from '@millrace/db';
import type { ReleaseContext } from './release-context.ts';

/**
 * The split that gives `weight` percent to the candidate and leaves the rest as it was, in proportion: to the versions that
 * were live, and to nobody where nobody served it. So on a first release the weights add up to `weight`. A candidate that
 * has all of the traffic already keeps it. The candidate stands first, so that it keeps its keys as it grows.
 */
export function splitWithCandidate(previous: readonly TrafficShare[], candidateId: string, weight: number): TrafficShare[] {
  const live = previous.filter((share) => share.modelVersionId !== candidateId && share.weight > 0);
  const others = [...live, { modelVersionId: NOBODY, weight: 100 - servedShare(previous) }];
  const total = servedShare(others);
  if (total === 0) return [{ modelVersionId: candidateId, weight: 100 }];
  const shares = others.map(({ modelVersionId, weight: before }) => ({ modelVersionId, weight: Math.floor((before * (100 - weight)) / total) }));
  const [largest] = shares.toSorted((a, b) => b.weight - a.weight);
  if (largest !== undefined) largest.weight += 100 - weight - servedShare(shares);
  return [{ modelVersionId: candidateId, weight }, ...shares.filter(({ modelVersionId }) => modelVersionId !== NOBODY)];
}

const NOBODY = '';

/** The other version that served most of the requests before; null on a first release. */
export function incumbentOf(previous: readonly TrafficShare[], candidateId: string): string | null {
  const [most] = previous.filter(({ modelVersionId, weight }) => modelVersionId !== candidateId && weight > 0).toSorted((a, b) => b.weight - a.weight);
  return most?.modelVersionId ?? null;
}

/** Sets the traffic of the endpoint and returns the generation that the nodes have to reach. */
export async function setTraffic(
  manager: EntityManager,
  { endpoint, environment }: Pick<ReleaseContext, 'endpoint' | 'environment'>,
  traffic: TrafficShare[],
): Promise<number> {
  if (traffic.length > 0) requireTraffic(traffic);
  await manager.update(Endpoint, { id: endpoint.id }, { traffic });
  return bumpGeneration(manager, environment.id);
}
