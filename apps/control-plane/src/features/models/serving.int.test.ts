import { AuditEvent, Environment } from '@millrace/db';
import { buildEndpoint, buildEnvironment, buildModel, buildModelVersion } from '@millrace/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestControlPlane, type TestClient, type TestControlPlane } from '../../fixtures/control-plane.fixture.ts';

let plane: TestControlPlane;
let team: TestClient;
beforeAll(async () => {
  plane = await startTestControlPlane();
  team = await plane.workspace();
});
afterAll(() => plane.close());

const CONFIGURE = 'mutation ($input: ConfigureServingInput!) { configureServing(input: $input) { serving } }';
const READ = 'query ($name: String!) { model(name: $name) { serving } }';
const DEFAULTS = { providers: [], requireProvider: false, instances: 1, maximumBatchRows: null, pinned: false, required: true, responseCacheBytes: 0 };

it('the serving options of a model are replaced as a whole, and reach the nodes that hold a version of it', async () => {
  const { id: modelId, name: model } = await buildModel(team.workspace);
  const { id: modelVersionId } = await buildModelVersion(team.workspace, { modelId });
  const { environmentId } = await buildEndpoint(team.workspace, { traffic: [{ modelVersionId, weight: 100 }] });
  const other = await buildEnvironment(team.workspace);
  expect(await team.send(READ, { name: model })).toMatchObject({ model: { serving: DEFAULTS } });
  await team.send(CONFIGURE, { input: { model, options: { instances: 2, pinned: true } } });
  const answer = await team.send(CONFIGURE, { input: { model, options: { providers: ['webgpu', 'cpu'], requireProvider: true } } });
  const serving = { ...DEFAULTS, providers: ['webgpu', 'cpu'], requireProvider: true };
  expect(answer).toMatchObject({ configureServing: { serving } });
  expect(await team.send(READ, { name: model })).toMatchObject({ model: { serving } });
  const generationOf = async (id: string): Promise<number> => (await plane.dataSource.manager.findOneByOrFail(Environment, { id })).generation;
  expect([await generationOf(environmentId), await generationOf(other.id)]).toEqual([2, 0]);
  expect(await plane.dataSource.manager.countBy(AuditEvent, { action: 'configureServing', subjectId: modelId })).toBe(2);
});

it.each([
  [{ instance: 2 }, 'input.options.instance'],
  [{ instances: 0 }, 'input.options.instances'],
  [{ providers: ['quantum'] }, 'input.options.providers.0'],
  [{ maximumBatchRows: 1.5 }, 'input.options.maximumBatchRows'],
  [{ requireProvider: true }, 'input.options.providers'],
  ['fast', 'input.options'],
])('options %o are refused at %s', async (options, path) => {
  const { name: model } = await buildModel(team.workspace);
  expect(await team.refusal(CONFIGURE, { input: { model, options } })).toMatchObject({ code: 'BAD_INPUT', fields: { path } });
});
