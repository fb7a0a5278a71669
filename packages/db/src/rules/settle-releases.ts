import type { ReleaseStatus } from '@millrace/contracts';
import { isReleaseDecided, nextReleaseStatus } from '@millrace/domain';
import type { EntityManager } from 'typeorm';
import { AssignedVersion } from '../entities/assigned-version.entity.ts';
import { Endpoint } from '../entities/endpoint.entity.ts';
import { Release } from '../entities/release.entity.ts';
import { ReleaseStep } from '../entities/release-step.entity.ts';
import { insertRow } from '../insert-row.ts';
import { bumpGeneration } from '../queries/generation.queries.ts';

const UNSETTLED = `
  SELECT release.id, job.status AS "jobStatus", job.error ->> 'message' AS message
  FROM release JOIN job ON job.id = release.job_id
  WHERE release.status IN ('PENDING', 'CHECKING', 'CANARY') AND job.status IN ('FAILED', 'CANCELLED')
    AND ($1::text IS NULL OR release.endpoint_id = $1) AND ($2::text IS NULL OR job.id = $2)
  ORDER BY release.endpoint_id, release.id`;

/**
 * Decides the releases that nobody carries any more: their job was cancelled or failed for good, and its worker, if it ever had
 * one, did not live to say so. All of them, or those of one endpoint or one job. Runs in a transaction.
 * @returns how many were decided
 */
export async function settleReleases(manager: EntityManager, of: { readonly endpointId?: string; readonly jobId?: string } = {}): Promise<number> {
  const unsettled: { id: string; jobStatus: string; message: string | null }[] = await manager.query(UNSETTLED, [of.endpointId ?? null, of.jobId ?? null]);
  for (const { id, jobStatus, message } of unsettled) {
    await abandonRelease(
      manager,
      id,
      jobStatus === 'CANCELLED' ? 'The job of the release was cancelled' : `The job of the release failed: ${message ?? 'no reason given'}`,
    );
  }
  return unsettled.length;
}

/** Ends a release where it stands: REJECTED, or ROLLED_BACK with its traffic given back if it had some. One that is decided stays as it is. */
export async function abandonRelease(manager: EntityManager, id: string, reason: string): Promise<ReleaseStatus> {
  const { endpointId, environmentId, modelVersionId, workspaceId } = await manager.findOneByOrFail(Release, { id });
  await manager.findOneOrFail(Endpoint, { where: { id: endpointId }, lock: { mode: 'for_no_key_update' } });
  const release = await manager.findOneByOrFail(Release, { id });
  if (isReleaseDecided(release.status)) return release.status;
  const status = nextReleaseStatus(release.status, release.status === 'CANARY' ? 'ROLLED_BACK' : 'REJECTED');
  await manager.query(
    `UPDATE release_step SET status = 'FAILED', finished_at = now(), evidence = evidence || jsonb_build_object('reason', $2::text) WHERE release_id = $1 AND status IN ('RUNNING', 'INCONCLUSIVE')`,
    [id, reason],
  );
  await manager.update(Release, { id }, { status, reason });
  await manager.delete(AssignedVersion, { environmentId, modelVersionId, reason: 'RELEASE' });
  const generation = await bumpGeneration(manager, environmentId);
  if (status === 'ROLLED_BACK') {
    const traffic = release.previousTraffic;
    await manager.update(Endpoint, { id: endpointId }, { traffic });
    const sequence = ((await manager.maximum(ReleaseStep, 'sequence', { releaseId: id })) ?? 0) + 1;
    const evidence = { reason, generation, traffic };
    await insertRow(manager, ReleaseStep, { workspaceId, releaseId: id, sequence, kind: 'roll-back', status: 'PASSED', evidence, finishedAt: new Date() });
  }
  return status;
}
