// @boundaries-ignore the harness stands on this package, so this package cannot declare it
import {
  build,
  buildEndpoint,
  buildEnvironment,
  buildEnvironmentAssessment,
  buildModelVersion,
  buildMonitor,
  buildNode,
  createTestDatabase,
  sampleSignature,
  seedWorkspace,
  type TestDatabase,
  type TestWorkspace,
} from '@millrace/testing';
import { nodeAssignmentSchema } from '@millrace/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AssignedVersion } from '../entities/assigned-version.entity.ts';
import { assignmentOf, bumpGeneration } from './node-assignment.queries.ts';

describe('assignmentOf', () => {
  let database: TestDatabase;
  let workspace: TestWorkspace;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  beforeEach(async () => {
    workspace = await seedWorkspace(database.dataSource);
  });
  afterAll(() => database.drop());

  it('holds the versions that have traffic, are assigned or wait to be measured, and nothing of another environment', async () => {
    const { manager } = database.dataSource;
    const environmentId = (await buildEnvironment(workspace)).id;
    const node = await buildNode(workspace, { environmentId });
    const [live, candidate, measured, elsewhere] = await Promise.all([1, 2, 3, 4].map(() => buildModelVersion(workspace)));
    const traffic = [{ modelVersionId: live?.id ?? '', weight: 100 }];
    const endpoint = await buildEndpoint(workspace, { environmentId, name: 'late-flights', traffic });
    await buildEndpoint(workspace, { traffic: [{ modelVersionId: elsewhere?.id ?? '', weight: 100 }] });
    await buildMonitor(workspace, { endpointId: endpoint.id });
    await build(workspace, AssignedVersion, { environmentId, modelVersionId: candidate?.id, reason: 'RELEASE' });
    const asked = await buildEnvironmentAssessment(workspace, { environmentId, modelVersionId: measured?.id });
    await buildEnvironmentAssessment(workspace, { environmentId, nodeClass: 'cuda-8' });
    await buildEnvironmentAssessment(workspace, { environmentId, status: 'SUCCEEDED' });
    const generation = await bumpGeneration(manager, environmentId);

    const assignment = await assignmentOf(manager, node.id);
    expect(nodeAssignmentSchema.parse(assignment)).toEqual(assignment);
    expect(assignment).toMatchObject({
      generation,
      endpoints: [{ endpointId: endpoint.id, name: 'late-flights', traffic, monitor: { windowSeconds: 86_400 } }],
      measurements: [{ environmentAssessmentId: asked.id, modelVersionId: measured?.id }],
    });
    expect(new Set(assignment.versions.map(({ modelVersionId }) => modelVersionId))).toEqual(new Set([live?.id, candidate?.id, measured?.id]));
    expect(assignment.versions[0]).toMatchObject({ version: 1, signature: sampleSignature, scoreOutput: 'probability' });
  });

  it('is empty for a node of a new environment', async () => {
    const node = await buildNode(workspace);
    expect(await assignmentOf(database.dataSource.manager, node.id)).toEqual({ generation: 0, versions: [], endpoints: [], measurements: [] });
  });

  it('does not know a node that never registered', async () => {
    await expect(assignmentOf(database.dataSource.manager, 'node_unknown')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
