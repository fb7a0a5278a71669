import { MillraceError, newId } from '@millrace/contracts';
import { Endpoint, enqueueJob, insertRow, Model, ModelVersion, Release, settleReleases } from '@millrace/db';
import { In } from 'typeorm';
import type { Work } from '../../context/work.ts';
import { activeUseCase } from '../../lifecycle/active-use-case.ts';
import type { Page, PageRequest } from '../../loading/page.ts';
import { findRow, lockRow, readPage, showRow } from '../../loading/scoped-rows.ts';
import type { DecideReleaseInput, StartReleaseInput } from './release.inputs.ts';

/** Model versions on their way to an endpoint. The deploy worker carries them; here they begin. */
export class ReleaseService {
  find(work: Work, id: string): Promise<Release> {
    return showRow(work, Release, 'release', { id });
  }

  async list(work: Work, request: PageRequest, endpointId: string | undefined): Promise<Page<Release>> {
    if (endpointId !== undefined) await findRow(work, Endpoint, 'endpoint', { id: endpointId });
    return readPage(work, Release, request, { endpointId });
  }

  /** An endpoint has one release at a time: the lock on it makes two callers start one after the other. One that nobody carries any more is decided first. */
  async start(work: Work, { endpointId, modelVersionId }: StartReleaseInput): Promise<Release> {
    const { manager, workspaceId } = work;
    await findRow(work, Endpoint, 'endpoint', { id: endpointId });
    await settleReleases(manager, { endpointId });
    const endpoint = await lockRow(work, Endpoint, 'endpoint', { id: endpointId });
    const version = await findRow(work, ModelVersion, 'model version', { id: modelVersionId });
    await activeUseCase(work, endpoint.useCaseId);
    refuseEnsemble(endpoint);
    await this.#requireSameUseCase(work, endpoint, version);
    await this.#refuseSecond(work, endpoint);
    const id = newId('release');
    const job = await enqueueJob(manager, { workspaceId, name: 'advance-release', payload: { releaseId: id } });
    return insertRow(manager, Release, {
      id,
      workspaceId,
      endpointId,
      environmentId: endpoint.environmentId,
      modelVersionId,
      previousTraffic: endpoint.traffic,
      jobId: job.id,
    });
  }

  /** What a person says about a release in its canary; the worker that carries it acts on that. The last word counts until the release is decided. */
  async decide(work: Work, { releaseId, decision, reason }: DecideReleaseInput): Promise<Release> {
    const release = await lockRow(work, Release, 'release', { id: releaseId });
    if (release.status !== 'CANARY')
      throw new MillraceError(
        'CONFLICT',
        `The release ${releaseId} is ${release.status}. Only a release in its CANARY can be promoted or rolled back by hand.`,
        {
          fields: { releaseId, status: release.status },
        },
      );
    await work.manager.update(Release, { id: releaseId }, { decision: { decision, reason, decidedAt: new Date().toISOString() } });
    return findRow(work, Release, 'release', { id: releaseId });
  }

  async #requireSameUseCase(work: Work, endpoint: Endpoint, version: ModelVersion): Promise<void> {
    const model = await findRow(work, Model, 'model', { id: version.modelId });
    if (model.useCaseId === endpoint.useCaseId) return;
    throw new MillraceError('BAD_INPUT', `input.modelVersionId: the model "${model.name}" and the endpoint "${endpoint.name}" belong to different use cases.`, {
      fields: { path: 'input.modelVersionId', modelUseCaseId: model.useCaseId, endpointUseCaseId: endpoint.useCaseId },
    });
  }

  async #refuseSecond({ manager, workspaceId }: Work, endpoint: Endpoint): Promise<void> {
    const active = await manager.findOneBy(Release, { workspaceId, endpointId: endpoint.id, status: In(['PENDING', 'CHECKING', 'CANARY']) });
    if (active === null) return;
    throw new MillraceError(
      'CONFLICT',
      `The endpoint "${endpoint.name}" has a release on its way already (${active.id}, ${active.status}). Wait for it, or cancel its job ${active.jobId}.`,
      {
        fields: { releaseId: active.id, jobId: active.jobId },
      },
    );
  }
}

/** Its steps have the traffic. */
function refuseEnsemble({ id, name, ensemble }: Endpoint): void {
  if (ensemble === null) return;
  throw new MillraceError('CONFLICT', `The endpoint "${name}" is an ensemble and takes no releases. Release to the endpoints of its steps.`, {
    fields: { endpointId: id },
  });
}
