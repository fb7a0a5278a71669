import type { ChaosWorld } from '../chaos-world.ts';
import type { ChaosSubjects } from './prepare-load.ts';

/** Gives the traffic of the endpoint to the other version of its model; now and then the release is cancelled. */
export async function releaseOther(world: ChaosWorld, { endpointId, modelVersionIds }: ChaosSubjects): Promise<void> {
  const { millrace } = world.system;
  const modelVersionId = modelVersionIds[(world.seen.releases.length + 1) % modelVersionIds.length] ?? '';
  const release = await millrace.releases.start({ endpointId, modelVersionId });
  world.seen.releases.push(release.id);
  if (world.random() > 0.2) return;
  await millrace.jobs.cancel(release.jobId);
  world.seen.cancels.push(release.jobId);
}

/** Notes how the traffic of the endpoint is split at this moment. */
export async function lookAtSplit({ database, seen }: ChaosWorld, { endpointId }: ChaosSubjects): Promise<void> {
  const [endpoint] = await database.query<{ traffic: { weight: number }[] }[]>(`SELECT traffic FROM endpoint WHERE id = $1`, [endpointId]);
  const split = (endpoint?.traffic ?? []).map(({ weight }) => weight).join(' + ');
  seen.splits.set(split, (seen.splits.get(split) ?? 0) + 1);
}
