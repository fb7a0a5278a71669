import { MillraceError, servingOptionsSchema, type AssignedVersion, type NodeAssignment } from '@millrace/contracts';
import { In, type EntityManager } from 'typeorm';
import { AssignedVersion as AssignedVersionRow } from '../entities/assigned-version.entity.ts';
import { Endpoint } from '../entities/endpoint.entity.ts';
import { EnvironmentAssessment } from '../entities/environment-assessment.entity.ts';
import { Environment } from '../entities/environment.entity.ts';
import { Model } from '../entities/model.entity.ts';
import { ModelVersion } from '../entities/model-version.entity.ts';
import { Monitor } from '../entities/monitor.entity.ts';
import { Node } from '../entities/node.entity.ts';
import { accessTo } from './access.queries.ts';

/**
 * What a node holds and does: the endpoints of its environment with their traffic, the versions that have traffic, shadow it, are assigned
 * or wait to be measured, the measurements that are its own, and who may predict. The generation is read first: a change in between is
 * announced by the next one.
 * @throws MillraceError `NOT_FOUND`
 */
export async function assignmentOf(manager: EntityManager, nodeId: string): Promise<NodeAssignment> {
  const node = await manager.findOneBy(Node, { id: nodeId });
  if (node === null) throw new MillraceError('NOT_FOUND', `There is no node ${nodeId}. Register it again.`, { fields: { nodeId } });
  const { environmentId } = node;
  const { generation } = await manager.findOneByOrFail(Environment, { id: environmentId });
  const rows = await manager.find(Endpoint, { where: { environmentId }, order: { id: 'ASC' } });
  const endpoints = await describeEndpoints(manager, rows);
  const measurements = await measurementsOf(manager, node);
  const assigned = await manager.findBy(AssignedVersionRow, { environmentId });
  const needed = new Set(
    [...endpoints.flatMap(({ traffic, shadow }) => (shadow === null ? traffic : [...traffic, shadow])), ...measurements, ...assigned].map(
      ({ modelVersionId }) => modelVersionId,
    ),
  );
  const versions = await describeVersions(manager, [...needed]);
  return { generation, versions, endpoints, measurements, access: await accessTo(manager, node.workspaceId, rows) };
}

/** Those asked of this node, or of any node of its class. */
async function measurementsOf(manager: EntityManager, node: Node): Promise<NodeAssignment['measurements']> {
  const queued = await manager.find(EnvironmentAssessment, { where: { environmentId: node.environmentId, status: 'QUEUED' }, order: { id: 'ASC' } });
  return queued
    .filter(({ nodeId, nodeClass }) => (nodeId === null ? nodeClass === node.nodeClass : nodeId === node.id))
    .map(({ id, modelVersionId }) => ({ environmentAssessmentId: id, modelVersionId }));
}

/** Model versions with everything that is needed to run them, in the order of their ids. */
export async function describeVersions(manager: EntityManager, ids: readonly string[]): Promise<AssignedVersion[]> {
  const versions = await manager.find(ModelVersion, { where: { id: In(ids) }, order: { id: 'ASC' } });
  const models = await manager.findBy(Model, { id: In(versions.map(({ modelId }) => modelId)) });
  const known = new Map(models.map((model) => [model.id, model]));
  return versions.map(({ id, modelId, version, artifactDigest, artifactBytes, signature, threshold, scoreOutput, referenceProfile }) => ({
    modelVersionId: id,
    model: known.get(modelId)?.name ?? modelId,
    version,
    artifactDigest,
    artifactBytes,
    signature,
    threshold,
    scoreOutput,
    referenceProfile,
    serving: servingOptionsSchema.parse(known.get(modelId)?.serving ?? {}),
  }));
}

async function describeEndpoints(manager: EntityManager, endpoints: readonly Endpoint[]): Promise<NodeAssignment['endpoints']> {
  const monitors = await manager.findBy(Monitor, { endpointId: In(endpoints.map(({ id }) => id)) });
  const windows = new Map(monitors.map(({ endpointId, definition }) => [endpointId, { windowSeconds: definition.windowSeconds }]));
  return endpoints.map((endpoint) => ({
    endpointId: endpoint.id,
    name: endpoint.name,
    traffic: [...endpoint.traffic],
    monitor: windows.get(endpoint.id) ?? null,
    shadow: shadowOf(endpoint),
    ensemble: endpoint.ensemble,
  }));
}

/** A version that a release gave traffic is compared with nothing any more. */
function shadowOf({ shadow, traffic }: Endpoint): NodeAssignment['endpoints'][number]['shadow'] {
  return shadow === null || traffic.some(({ modelVersionId }) => modelVersionId === shadow.modelVersionId) ? null : shadow;
}
