import { MillraceError, type Ensemble, type Signature } from '@millrace/contracts';
import { bumpGeneration, Endpoint, Environment, ModelVersion, Release } from '@millrace/db';
import { In } from 'typeorm';
import type { Work } from '../../context/work.ts';
import { findRow, lockRow } from '../../loading/scoped-rows.ts';
import { checkEnsemble, refusal } from './check-ensemble.ts';
import type { DefineEnsembleInput, SetShadowInput } from './endpoint.inputs.ts';
import { requireSameInputs } from './signature-difference.ts';

/** What an endpoint does beside its traffic: a shadow that is only compared, or an ensemble in the place of traffic. Nodes learn of it with their next heartbeat. */
export class RoutingService {
  async setShadow(work: Work, { endpoint: name, modelVersionId, share }: SetShadowInput): Promise<Endpoint> {
    const { manager } = work;
    const endpoint = await lockRow(work, Endpoint, 'endpoint', { name });
    if (modelVersionId !== null) await this.#requireShadow(work, endpoint, modelVersionId);
    endpoint.shadow = modelVersionId === null ? null : { modelVersionId, share };
    await manager.save(endpoint);
    await bumpGeneration(manager, endpoint.environmentId);
    return endpoint;
  }

  /** Ensembles of one environment are defined one after the other: each sees what the others consist of. */
  async defineEnsemble(work: Work, { endpoint: name, ensemble }: DefineEnsembleInput): Promise<Endpoint> {
    const { manager } = work;
    const { environmentId } = await findRow(work, Endpoint, 'endpoint', { name });
    await lockRow(work, Environment, 'environment', { id: environmentId });
    const endpoint = await lockRow(work, Endpoint, 'endpoint', { name });
    if (ensemble !== null) await this.#requireEnsemble(work, endpoint, ensemble);
    endpoint.ensemble = ensemble;
    await manager.save(endpoint);
    await bumpGeneration(manager, environmentId);
    return endpoint;
  }

  async #requireShadow(work: Work, endpoint: Endpoint, modelVersionId: string): Promise<void> {
    if (endpoint.ensemble !== null) throw conflict(endpoint, 'is an ensemble, which has no traffic to copy. Shadow the endpoints of its steps');
    const version = await findRow(work, ModelVersion, 'model version', { id: modelVersionId });
    if (endpoint.traffic.some((share) => share.modelVersionId === modelVersionId)) {
      throw conflict(endpoint, `sends traffic to ${modelVersionId} already. A shadow is compared with versions that have traffic`);
    }
    const live = await this.#liveSignature(work, endpoint);
    if (live !== undefined) requireSameInputs(live, version.signature);
  }

  async #requireEnsemble(work: Work, endpoint: Endpoint, ensemble: Ensemble): Promise<void> {
    const { manager, workspaceId } = work;
    if (endpoint.traffic.length > 0) throw conflict(endpoint, 'has traffic of its own. Define the ensemble on another endpoint');
    if (endpoint.shadow !== null) throw conflict(endpoint, 'has a shadow. Take it away first');
    const release = await manager.findOneBy(Release, { workspaceId, endpointId: endpoint.id, status: In(['PENDING', 'CHECKING', 'CANARY']) });
    if (release !== null) throw conflict(endpoint, `has a release on its way (${release.id}). Wait for it, or cancel its job ${release.jobId}`);
    const neighbours = await manager.findBy(Endpoint, { workspaceId, environmentId: endpoint.environmentId });
    const user = neighbours.find((other) => other.ensemble?.steps.some((step) => step.endpoint === endpoint.name));
    if (user !== undefined) throw conflict(endpoint, `is a step of the ensemble "${user.name}". An ensemble consists of endpoints that are none`);
    const signatures = new Map<string, Signature | undefined>();
    for (const [index, step] of ensemble.steps.entries()) {
      const member = requireMember(endpoint, neighbours, step.endpoint, `steps.${index}.endpoint`);
      signatures.set(member.name, await this.#liveSignature(work, member));
    }
    checkEnsemble(ensemble, (name) => signatures.get(name));
  }

  /** Of the version that has most of the traffic. */
  async #liveSignature(work: Work, { traffic }: Endpoint): Promise<Signature | undefined> {
    const [champion] = traffic.toSorted((a, b) => b.weight - a.weight);
    return champion === undefined ? undefined : (await findRow(work, ModelVersion, 'model version', { id: champion.modelVersionId })).signature;
  }
}

function requireMember(endpoint: Endpoint, neighbours: readonly Endpoint[], name: string, path: string): Endpoint {
  const member = neighbours.find((other) => other.name === name);
  if (member === undefined) throw refusal(path, `there is no endpoint "${name.slice(0, 100)}" in the environment of "${endpoint.name}"`);
  if (member.id === endpoint.id || member.ensemble !== null) throw refusal(path, `"${name}" is an ensemble itself. Name the endpoints that it consists of`);
  return member;
}

function conflict({ id, name }: Endpoint, why: string): MillraceError {
  return new MillraceError('CONFLICT', `The endpoint "${name}" ${why}.`, { fields: { endpointId: id } });
}
