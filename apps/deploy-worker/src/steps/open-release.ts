import { MillraceError } from '@millrace/contracts';
import { isReleaseDecided, nextReleaseStatus } from '@millrace/domain';
import { Endpoint, Environment, fencedTransaction, Job, ModelVersion, Release, UseCase, type EntityManager } from '@millrace/db';
import type { JobContext } from '@millrace/queue';
import { In, Not } from 'typeorm';
import type { DeployServices, ReleaseContext } from './release-context.ts';

/**
 * Loads a release, and begins it when it is new: the traffic to go back to is that of this moment. The reason is given when
 * it must not begin.
 */
export async function openRelease(
  services: DeployServices,
  job: JobContext<'advance-release'>,
): Promise<{ readonly context: ReleaseContext; readonly objection: string | undefined }> {
  return fencedTransaction(services.dataSource, job.lease, async (manager) => {
    const release = await manager.findOneBy(Release, { id: job.payload.releaseId });
    if (release === null)
      throw new MillraceError('NOT_FOUND', `There is no release ${job.payload.releaseId}.`, { fields: { releaseId: job.payload.releaseId } });
    // Releases of one endpoint begin one after the other.
    const endpoint = await manager.findOneOrFail(Endpoint, { where: { id: release.endpointId }, lock: { mode: 'for_no_key_update' } });
    const context: ReleaseContext = {
      ...services,
      lease: job.lease,
      log: job.log,
      signal: job.signal,
      release,
      endpoint,
      environment: await manager.findOneByOrFail(Environment, { id: release.environmentId }),
      candidate: await manager.findOneByOrFail(ModelVersion, { id: release.modelVersionId }),
    };
    if (isReleaseDecided(release.status) || release.status !== 'PENDING') return { context, objection: undefined };
    const objection = await objectionTo(manager, context);
    const begun = { status: nextReleaseStatus(release.status, 'CHECKING'), previousTraffic: endpoint.traffic };
    await manager.update(Release, { id: release.id }, begun);
    Object.assign(release, begun);
    return { context, objection };
  });
}

async function objectionTo(manager: EntityManager, { release, endpoint }: ReleaseContext): Promise<string | undefined> {
  const useCase = await manager.findOneByOrFail(UseCase, { id: endpoint.useCaseId });
  if (useCase.status === 'RETIRED') return `The use case "${useCase.name}" is retired`;
  const others = await manager.findBy(Release, { endpointId: endpoint.id, id: Not(release.id), status: In(['CHECKING', 'CANARY']) });
  const [busy] = await manager.findBy(Job, { id: In(others.map(({ jobId }) => jobId)), status: In(['QUEUED', 'RUNNING']) });
  const other = others.find(({ jobId }) => jobId === busy?.id);
  return other === undefined ? undefined : `Release ${other.id} of the same endpoint is under way; start this one when it is decided`;
}
