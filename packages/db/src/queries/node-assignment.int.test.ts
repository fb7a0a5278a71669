// @boundaries-ignore the harness stands on this package, so this package cannot declare it
import {
  build,
  buildEndpoint,
  buildEnvironment,
  buildEnvironmentAssessment,
  buildModel,
  buildModelVersion,
  buildMonitor,
  buildNode,
  buildToken,
  createTestDatabase,
  sampleSignature,
  seedWorkspace,
  type TestDatabase,
  type TestWorkspace,
} from '@millrace/testing';
import { nodeAssignmentSchema } from '@millrace/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AssignedVersion } from '../entities/assigned-version.entity.ts';
import { Environment } from '../entities/environment.entity.ts';
import { bumpGeneration, bumpGenerationsOfWorkspace, bumpGenerationsServing } from './generation.queries.ts';
import { assignmentOf } from './node-assignment.queries.ts';

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
    expect(await assignmentOf(database.dataSource.manager, node.id)).toEqual({ generation: 0, versions: [], endpoints: [], measurements: [], access: [] });
  });

  it('holds the shadow of an endpoint until that has traffic itself, and says how each model is served', async () => {
    const { manager } = database.dataSource;
    const node = await buildNode(workspace);
    const { id: modelId } = await buildModel(workspace, { serving: { instances: 2 } });
    const { id: modelVersionId } = await buildModelVersion(workspace, { modelId });
    const endpoint = await buildEndpoint(workspace, { environmentId: node.environmentId, shadow: { modelVersionId, share: 10 } });
    const assignment = await assignmentOf(manager, node.id);
    expect(nodeAssignmentSchema.parse(assignment)).toEqual(assignment);
    expect(assignment).toMatchObject({
      versions: [{ modelVersionId, serving: { instances: 2, pinned: false } }],
      endpoints: [{ shadow: { modelVersionId, share: 10 }, ensemble: null }],
    });
    await manager.save(Object.assign(endpoint, { traffic: [{ modelVersionId, weight: 100 }] }));
    expect((await assignmentOf(manager, node.id)).endpoints).toMatchObject([{ shadow: null }]);
  });

  it('names the tokens that may predict, and none of another workspace, without the scope, revoked or expired', async () => {
    const { manager } = database.dataSource;
    const node = await buildNode(workspace);
    const [here, elsewhere] = [await buildEndpoint(workspace, { environmentId: node.environmentId }), await buildEndpoint(workspace)];
    const everywhere = await buildToken(workspace);
    const expiresAt = new Date(Date.now() + 60_000);
    const some = await buildToken(workspace, { scopes: ['read', 'predict'], endpointIds: [here.id, elsewhere.id], expiresAt });
    await buildToken(workspace, { scopes: ['read', 'node'] });
    await buildToken(workspace, { revokedAt: new Date() });
    await buildToken(workspace, { expiresAt: new Date(Date.now() - 1) });
    await buildToken(await seedWorkspace(database.dataSource));
    expect((await assignmentOf(manager, node.id)).access).toEqual([
      { tokenHash: everywhere.hash.toString('hex'), endpoints: null, expiresAt: null },
      { tokenHash: some.hash.toString('hex'), endpoints: [here.name], expiresAt: expiresAt.toISOString() },
    ]);
  });

  it('does not know a node that never registered', async () => {
    await expect(assignmentOf(database.dataSource.manager, 'node_unknown')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('the generation', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());
  const generationOf = async (id: string): Promise<number> => (await database.dataSource.manager.findOneByOrFail(Environment, { id })).generation;

  it('grows for every environment whose nodes hold a version of a model, and for no other', async () => {
    const workspace = await seedWorkspace(database.dataSource);
    const model = await buildModel(workspace);
    const { id: modelVersionId } = await buildModelVersion(workspace, { modelId: model.id });
    const [traffic, shadow, assigned, measured, other] = await Promise.all([1, 2, 3, 4, 5].map(async () => (await buildEnvironment(workspace)).id));
    await buildEndpoint(workspace, { environmentId: traffic, traffic: [{ modelVersionId, weight: 100 }] });
    await buildEndpoint(workspace, { environmentId: shadow, shadow: { modelVersionId, share: 1 } });
    await build(workspace, AssignedVersion, { environmentId: assigned, modelVersionId, reason: 'RELEASE' });
    await buildEnvironmentAssessment(workspace, { environmentId: measured, modelVersionId });
    await buildEnvironmentAssessment(workspace, { environmentId: other, modelVersionId, status: 'SUCCEEDED' });
    await bumpGenerationsServing(database.dataSource.manager, model);
    const all = [traffic, shadow, assigned, measured, other];
    expect(await Promise.all(all.map((id) => generationOf(id ?? '')))).toEqual([1, 1, 1, 1, 0]);
  });

  it('of a workspace leaves other workspaces as they are', async () => {
    const [mine, theirs] = [await seedWorkspace(database.dataSource), await seedWorkspace(database.dataSource)];
    const [here, there] = [await buildEnvironment(mine), await buildEnvironment(theirs)];
    await bumpGenerationsOfWorkspace(database.dataSource.manager, mine.id);
    expect([await generationOf(here.id), await generationOf(there.id)]).toEqual([1, 0]);
  });
});
