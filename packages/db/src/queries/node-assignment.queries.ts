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

/**
 * What a node holds and does: the traffic of the endpoints of its environment, the versions that have traffic, are assigned or wait to
 * be measured, and the measurements that are its own. The generation is read first: a change in between is announced by the next one.
 * @throws MillraceError `NOT_FOUND`
 */
export async function assignmentOf(manager: EntityManager, nodeId: string): Promise<NodeAssignment> {
  const node = await manager.findOneBy(Node, { id: nodeId });
  if (node === null) throw new MillraceError('NOT_FOUND', `There is no node ${nodeId}. Register it again.`, { fields: { nodeId } });
  const { environmentId } = node;
  const { generation } = await manager.findOneByOrFail(Environment, { id: environmentId });
  const endpoints = await manager.find(Endpoint, { where: { environmentId }, order: { id: 'ASC' } });
  const measurements = await measurementsOf(manager, node);
  const assigned = await manager.findBy(AssignedVersionRow, { environmentId });
  const needed = new Set([
    ...endpoints.flatMap(({ traffic }) => traffic.map(({ modelVersionId }) => modelVersionId)),
    ...measurements.map(({ modelVersionId }) => modelVersionId),
    ...assigned.map(({ modelVersionId }) => modelVersionId),
  ]);
  return { generation, versions: await describeVersions(manager, [...needed]), endpoints: await describeEndpoints(manager, endpoints), measurements, access: [] };
}

/** Every change of what nodes of an environment hold or do raises its generation, in the transaction of the change. Returns the new one. */
export async function bumpGeneration(manager: EntityManager, environmentId: string): Promise<number> {
  const [rows]: [{ generation: number }[], number] = await manager.query(
    'UPDATE environment SET generation = generation + 1, updated_at = now() WHERE id = $1 RETURNING generation',
    [environmentId],
  );
  const [row] = rows;
  if (row === undefined) throw new MillraceError('NOT_FOUND', `There is no environment ${environmentId}.`, { fields: { environmentId } });
  return row.generation;
}

/** Those asked of this node, or of any node of its class. */
async function measurementsOf(manager: EntityManager, node: Node): Promise<NodeAssignment['measurements']> {
  const queued = await manager.find(EnvironmentAssessment, { where: { environmentId: node.environmentId, status: 'QUEUED' }, order: { id: 'ASC' } });
  return queued
    .filter(({ nodeId, nodeClass }) => (nodeId === null ? nodeClass === node.nodeClass : nodeId === node.id))
    .map(({ id, modelVersionId }) => ({ environmentAssessmentId: id, modelVersionId }));
}

async function describeVersions(manager: EntityManager, ids: string[]): Promise<AssignedVersion[]> {
  const versions = await manager.find(ModelVersion, { where: { id: In(ids) }, order: { id: 'ASC' } });
  const models = await manager.findBy(Model, { id: In(versions.map(({ modelId }) => modelId)) });
  const names = new Map(models.map(({ id, name }) => [id, name]));
  return versions.map(({ id, modelId, version, artifactDigest, artifactBytes, signature, threshold, scoreOutput, referenceProfile }) => ({
    modelVersionId: id,
    model: names.get(modelId) ?? modelId,
    version,
    artifactDigest,
    artifactBytes,
    signature,
    threshold,
    scoreOutput,
    referenceProfile,
    serving: servingOptionsSchema.parse({}),
  }));
}

async function describeEndpoints(manager: EntityManager, endpoints: readonly Endpoint[]): Promise<NodeAssignment['endpoints']> {
  const monitors = await manager.findBy(Monitor, { endpointId: In(endpoints.map(({ id }) => id)) });
  const windows = new Map(monitors.map(({ endpointId, definition }) => [endpointId, { windowSeconds: definition.windowSeconds }]));
  return endpoints.map(({ id, name, traffic }) => ({ endpointId: id, name, traffic: [...traffic], monitor: windows.get(id) ?? null, shadow: null, ensemble: null }));
}
