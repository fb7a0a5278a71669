import { MillraceError, type ReleaseStatus } from '@millrace/contracts';
import { nextReleaseStatus } from '@millrace/domain';
import { AssignedVersion, bumpGeneration, decidingTransaction, insertRow, Release, ReleaseStep, type EntityManager } from '@millrace/db';
import { crown } from './promote.step.ts';
import type { ReleaseContext } from './release-context.ts';
import { setTraffic } from './traffic.ts';

/** The release took all traffic and keeps it. */
export function promote(context: ReleaseContext, reason: string): Promise<ReleaseStatus> {
  return decide(context, 'PROMOTED', reason, async (manager) => {
    await refuseDecided(manager, context.release);
    await crown(manager, context);
  });
}

/** Who decides in the last moment is not passed over: the job looks again. */
async function refuseDecided(manager: EntityManager, { id }: Release): Promise<void> {
  const { decision } = await manager.findOneOrFail(Release, { where: { id }, lock: { mode: 'for_no_key_update' } });
  if (decision?.decision === 'ROLL_BACK') throw new MillraceError('UNAVAILABLE', `Release ${id} is to be rolled back.`, { fields: { releaseId: id } });
}

/** A check failed before the release had any traffic; the traffic is as it was. */
export function reject(context: ReleaseContext, reason: string): Promise<ReleaseStatus> {
  return decide(context, 'REJECTED', reason, async () => undefined);
}

/** The release had traffic and loses it: the endpoint serves what it served before. Recorded as the step `sequence`. */
export function rollBack(context: ReleaseContext, sequence: number, reason: string): Promise<ReleaseStatus> {
  const { release } = context;
  return decide(context, 'ROLLED_BACK', reason, async (manager) => {
    const generation = await setTraffic(manager, context, release.previousTraffic);
    const evidence = { reason, generation, traffic: release.previousTraffic };
    await insertRow(manager, ReleaseStep, {
      workspaceId: release.workspaceId,
      releaseId: release.id,
      sequence,
      kind: 'roll-back',
      status: 'PASSED',
      evidence,
      finishedAt: new Date(),
    });
  });
}

/** One transaction: what the decision does, the state of the release, and the nodes may let go of a version that has no traffic. */
async function decide(
  context: ReleaseContext,
  status: ReleaseStatus,
  reason: string,
  effects: (manager: EntityManager) => Promise<void>,
): Promise<ReleaseStatus> {
  const { dataSource, lease, release, environment, candidate, log } = context;
  await decidingTransaction(dataSource, lease, async (manager) => {
    await effects(manager);
    await manager.update(Release, { id: release.id }, { status: nextReleaseStatus(release.status, status), reason });
    const { affected } = await manager.delete(AssignedVersion, { environmentId: environment.id, modelVersionId: candidate.id, reason: 'RELEASE' });
    if ((affected ?? 0) > 0) await bumpGeneration(manager, environment.id);
  });
  log.info('release decided', { releaseId: release.id, status, reason });
  return status;
}
