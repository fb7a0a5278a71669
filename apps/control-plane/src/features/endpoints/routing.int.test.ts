import { AuditEvent, Endpoint, Environment } from '@millrace/db';
import { buildEndpoint, buildModelVersion, buildNode, buildRelease, sampleSignature } from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientOf, startTestControlPlane, type TestClient, type TestControlPlane } from '../../fixtures/control-plane.fixture.ts';

let plane: TestControlPlane;
let team: TestClient;
beforeAll(async () => {
  plane = await startTestControlPlane();
  team = await plane.workspace();
});
afterAll(() => plane.close());

const SHADOW = 'mutation ($input: SetShadowInput!) { setShadow(input: $input) { shadow { modelVersionId version share } } }';
const ENSEMBLE = 'mutation ($input: DefineEnsembleInput!) { defineEnsemble(input: $input) { ensemble } }';
const RELEASE = 'mutation ($input: StartReleaseInput!) { startRelease(input: $input) { id } }';
const generationOf = async (id: string): Promise<number> => (await plane.dataSource.manager.findOneByOrFail(Environment, { id })).generation;

/** An endpoint whose traffic goes to one version. */
async function liveEndpoint(environmentId?: string): Promise<Endpoint> {
  const { id: modelVersionId } = await buildModelVersion(team.workspace);
  return buildEndpoint(team.workspace, { environmentId, traffic: [{ modelVersionId, weight: 100 }] });
}

describe('a version that fails on a node', () => {
  const FAILURES = 'query ($name: String!) { endpoint(name: $name) { failures { modelVersionId version isShadow node state code reason since restarts } } }';
  const HEARTBEAT = 'mutation ($input: HeartbeatInput!) { heartbeat(input: $input) { assignment } }';

  it('is told by its endpoint: canary or shadow, on which node, why, and since when, until the node says that it answers', async () => {
    const node = await buildNode(team.workspace);
    const { name, traffic } = await liveEndpoint(node.environmentId);
    const [canary, shadow] = [await buildModelVersion(team.workspace), await buildModelVersion(team.workspace)];
    const live = traffic[0]?.modelVersionId ?? '';
    const shares = [
      { modelVersionId: canary.id, weight: 10 },
      { modelVersionId: live, weight: 90 },
    ];
    await plane.dataSource.manager.update(Endpoint, { name }, { traffic: shares, shadow: { modelVersionId: shadow.id, share: 50 } });
    const own = await clientOf(plane.url, team.workspace, ['node'], { kind: 'NODE', nodeId: node.id });
    const since = '2001-04-01T00:00:00.000Z';
    const beat = (versionStates: readonly object[]): Promise<unknown> =>
      own.send(HEARTBEAT, { input: { nodeId: node.id, servedGeneration: 0, stats: {}, versionStates } });
    await beat([
      { modelVersionId: live, state: 'LOADED' },
      { modelVersionId: canary.id, state: 'FAILED', since, error: { code: 'TIMEOUT', message: 'it was not loaded within 120 s' } },
      { modelVersionId: shadow.id, state: 'RESTARTING', since, restarts: 3, lastEnd: { reason: 'SIGFPE', at: since } },
    ]);
    const told = { node: node.name, since, version: 1 };
    expect(await team.send(FAILURES, { name })).toEqual({
      endpoint: {
        failures: [
          { ...told, modelVersionId: canary.id, isShadow: false, state: 'FAILED', code: 'TIMEOUT', reason: 'it was not loaded within 120 s', restarts: 0 },
          { ...told, modelVersionId: shadow.id, isShadow: true, state: 'RESTARTING', code: null, reason: 'SIGFPE', restarts: 3 },
        ],
      },
    });
    await beat([{ modelVersionId: canary.id, state: 'LOADED' }]);
    expect(await team.send(FAILURES, { name })).toEqual({ endpoint: { failures: [] } });
  });
});

describe('a shadow', () => {
  it('is a version that takes the same inputs; it is set, replaced and taken away, and the nodes are told', async () => {
    const { id, name: endpoint, environmentId } = await liveEndpoint();
    const { id: modelVersionId } = await buildModelVersion(team.workspace);
    expect(await team.send(SHADOW, { input: { endpoint, modelVersionId, share: 5 } })).toEqual({
      setShadow: { shadow: { modelVersionId, version: 1, share: 5 } },
    });
    expect(await team.send(SHADOW, { input: { endpoint, modelVersionId } })).toMatchObject({ setShadow: { shadow: { share: 100 } } });
    expect(await team.send(SHADOW, { input: { endpoint, modelVersionId: null } })).toEqual({ setShadow: { shadow: null } });
    expect(await generationOf(environmentId)).toBe(3);
    expect(await plane.dataSource.manager.countBy(AuditEvent, { action: 'setShadow', subjectId: id })).toBe(3);
  });

  it('is set once however often a key sends it', async () => {
    const { name: endpoint, environmentId } = await liveEndpoint();
    const input = { endpoint, modelVersionId: (await buildModelVersion(team.workspace)).id };
    const first = await team.send(SHADOW, { input }, { 'idempotency-key': `shadow-${endpoint}` });
    expect(await team.send(SHADOW, { input }, { 'idempotency-key': `shadow-${endpoint}` })).toEqual(first);
    expect(await generationOf(environmentId)).toBe(1);
  });

  it.each([
    ['another datatype', [{ name: 'distance', datatype: 'INT64' as const, shape: [-1, 1] }]],
    ['another shape', [{ name: 'distance', datatype: 'FP32' as const, shape: [-1, 2] }]],
    ['one input more', [...sampleSignature.inputs, { name: 'origin', datatype: 'BYTES' as const, shape: [-1, 1] }]],
  ])('with %s is refused', async (_what, inputs) => {
    const { name: endpoint } = await liveEndpoint();
    const { id: modelVersionId } = await buildModelVersion(team.workspace, { signature: { ...sampleSignature, inputs } });
    expect(await team.refusal(SHADOW, { input: { endpoint, modelVersionId } })).toMatchObject({
      code: 'SIGNATURE_MISMATCH',
      fields: { path: 'input.modelVersionId' },
    });
  });

  it('that has traffic already, that another workspace owns, or of no percent is refused', async () => {
    const { name: endpoint, traffic } = await liveEndpoint();
    expect(await team.refusal(SHADOW, { input: { endpoint, modelVersionId: traffic[0]?.modelVersionId } })).toMatchObject({ code: 'CONFLICT' });
    const theirs = await buildModelVersion((await plane.workspace()).workspace);
    expect(await team.refusal(SHADOW, { input: { endpoint, modelVersionId: theirs.id } })).toMatchObject({ code: 'NOT_FOUND' });
    const { id: modelVersionId } = await buildModelVersion(team.workspace);
    for (const share of [0, 101]) {
      expect(await team.refusal(SHADOW, { input: { endpoint, modelVersionId, share } })).toMatchObject({ code: 'BAD_INPUT', fields: { path: 'input.share' } });
    }
  });
});

const over = (step: string): object => ({ steps: [{ endpoint: step, inputs: { distance: 'd' }, outputs: { probability: 'p' } }], outputs: ['p'] });

describe('an ensemble', () => {
  it('is defined over endpoints of its environment, takes no release, and goes away again', async () => {
    const step = await liveEndpoint();
    const { environmentId } = step;
    const endpoint = await buildEndpoint(team.workspace, { environmentId });
    const ensemble = over(step.name);
    expect(await team.send(ENSEMBLE, { input: { endpoint: endpoint.name, ensemble } })).toEqual({ defineEnsemble: { ensemble } });
    expect(await generationOf(environmentId)).toBe(1);
    const { id: modelVersionId } = await buildModelVersion(team.workspace);
    expect(await team.refusal(RELEASE, { input: { endpointId: endpoint.id, modelVersionId } })).toMatchObject({ code: 'CONFLICT' });
    expect(await team.refusal(SHADOW, { input: { endpoint: endpoint.name, modelVersionId } })).toMatchObject({ code: 'CONFLICT' });
    expect(await team.send(ENSEMBLE, { input: { endpoint: endpoint.name, ensemble: null } })).toEqual({ defineEnsemble: { ensemble: null } });
  });

  it('consists of endpoints that are there and are none themselves', async () => {
    const [step, elsewhere] = [await liveEndpoint(), await liveEndpoint()];
    const { name: endpoint } = await buildEndpoint(team.workspace, { environmentId: step.environmentId });
    const { name: second } = await buildEndpoint(team.workspace, { environmentId: step.environmentId });
    await team.send(ENSEMBLE, { input: { endpoint, ensemble: over(step.name) } });
    for (const wrong of [endpoint, second, elsewhere.name, 'unknown']) {
      expect(await team.refusal(ENSEMBLE, { input: { endpoint: second, ensemble: over(wrong) } }), wrong).toMatchObject({
        code: 'BAD_INPUT',
        fields: { path: 'input.ensemble.steps.0.endpoint' },
      });
    }
    expect(await team.refusal(ENSEMBLE, { input: { endpoint: step.name, ensemble: over(second) } })).toMatchObject({ code: 'CONFLICT' });
  });

  it('has no place where there is traffic, a shadow or a release, nor on an endpoint that is a step', async () => {
    const step = await liveEndpoint();
    const { environmentId } = step;
    const busy = [
      await liveEndpoint(environmentId),
      await buildEndpoint(team.workspace, { environmentId, shadow: { modelVersionId: (await buildModelVersion(team.workspace)).id, share: 1 } }),
      await buildEndpoint(team.workspace, { environmentId }),
    ];
    await buildRelease(team.workspace, { endpointId: busy[2]?.id, environmentId, status: 'CHECKING' });
    for (const { name } of busy) {
      expect(await team.refusal(ENSEMBLE, { input: { endpoint: name, ensemble: over(step.name) } })).toMatchObject({ code: 'CONFLICT' });
    }
    const idle = await buildEndpoint(team.workspace, { environmentId });
    const top = await buildEndpoint(team.workspace, { environmentId });
    await team.send(ENSEMBLE, { input: { endpoint: top.name, ensemble: over(idle.name) } });
    expect(await team.refusal(ENSEMBLE, { input: { endpoint: idle.name, ensemble: over(step.name) } })).toMatchObject({ code: 'CONFLICT' });
  });

  it('whose tensors do not fit the models of its steps, or that has a key nobody knows, is refused', async () => {
    const step = await liveEndpoint();
    const { name: endpoint } = await buildEndpoint(team.workspace, { environmentId: step.environmentId });
    const wrong = { steps: [{ endpoint: step.name, inputs: { length: 'd' }, outputs: { probability: 'p' } }], outputs: ['p'] };
    expect(await team.refusal(ENSEMBLE, { input: { endpoint, ensemble: wrong } })).toMatchObject({
      code: 'BAD_INPUT',
      fields: { path: 'input.ensemble.steps.0.inputs.length' },
    });
    expect(await team.refusal(ENSEMBLE, { input: { endpoint, ensemble: { ...over(step.name), loop: true } } })).toMatchObject({
      code: 'BAD_INPUT',
      fields: { path: 'input.ensemble.loop' },
    });
  });
});
