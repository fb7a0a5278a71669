import { Job, Model, type Endpoint, type ModelVersion } from '@millrace/db';
import { buildEndpoint, buildModel, buildModelVersion, buildRelease, buildReleaseStep } from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestControlPlane, type TestClient, type TestControlPlane } from '../../fixtures/control-plane.fixture.ts';

let plane: TestControlPlane;
let team: TestClient;
beforeAll(async () => {
  plane = await startTestControlPlane();
  team = await plane.workspace();
});
afterAll(() => plane.close());

const START = 'mutation ($input: StartReleaseInput!) { startRelease(input: $input) { id status environmentId job { id status queue } steps { kind } } }';
const ENVIRONMENT = 'mutation ($input: CreateEnvironmentInput!) { createEnvironment(input: $input) { name policy generation } }';
interface Started {
  startRelease: { id: string; job: { id: string } };
}

async function candidate(): Promise<{ endpoint: Endpoint; version: ModelVersion }> {
  const version = await buildModelVersion(team.workspace);
  const { useCaseId } = await plane.dataSource.manager.findOneByOrFail(Model, { id: version.modelId });
  return { endpoint: await buildEndpoint(team.workspace, { useCaseId }), version };
}

describe('a release', () => {
  it('starts as a job; its steps come in their order', async () => {
    const { endpoint, version } = await candidate();
    const { startRelease } = await team.send<Started>(START, { input: { endpointId: endpoint.id, modelVersionId: version.id } });
    expect(startRelease).toMatchObject({ status: 'PENDING', environmentId: endpoint.environmentId, job: { status: 'QUEUED', queue: 'deploy' }, steps: [] });
    await buildReleaseStep(team.workspace, { releaseId: startRelease.id, sequence: 2, kind: 'canary' });
    await buildReleaseStep(team.workspace, {
      releaseId: startRelease.id,
      sequence: 1,
      kind: 'artifact-loads',
      status: 'PASSED',
      evidence: { milliseconds: 12 },
    });
    const { release } = await team.send<{ release: object }>('query ($id: ID!) { release(id: $id) { steps { kind status evidence } } }', {
      id: startRelease.id,
    });
    expect(release).toMatchObject({ steps: [{ kind: 'artifact-loads', status: 'PASSED', evidence: { milliseconds: 12 } }, { kind: 'canary' }] });
  });

  it('is alone on its endpoint until it is decided or its job has ended', async () => {
    const { endpoint, version } = await candidate();
    const input = { endpointId: endpoint.id, modelVersionId: version.id };
    const sent = await Promise.allSettled(Array.from({ length: 4 }, () => team.send<Started>(START, { input })));
    expect(sent.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const refused = await team.refusal(START, { input });
    expect(refused).toMatchObject({ code: 'CONFLICT', fields: { releaseId: expect.stringMatching(/^rel_/) } });
    await plane.dataSource.manager.update(Job, { id: String(refused.fields['jobId']) }, { status: 'CANCELLED' });
    await team.send(START, { input });
  });

  it('whose job is cancelled in the queue is rejected, and says so', async () => {
    const { endpoint, version } = await candidate();
    const { startRelease } = await team.send<Started>(START, { input: { endpointId: endpoint.id, modelVersionId: version.id } });
    await team.send('mutation ($id: ID!) { cancelJob(id: $id) { status } }', { id: startRelease.job.id });
    expect(await team.send('query ($id: ID!) { release(id: $id) { status reason } }', { id: startRelease.id })).toEqual({
      release: { status: 'REJECTED', reason: 'The job of the release was cancelled' },
    });
  });

  it('in its canary is decided by a person for a reason that stays, and the last word counts; no other is', async () => {
    const DECIDE = 'mutation ($input: DecideReleaseInput!) { decideRelease(input: $input) { status decision { decision reason decidedAt } } }';
    const { id: releaseId } = await buildRelease(team.workspace, { status: 'CANARY' });
    await team.send(DECIDE, { input: { releaseId, decision: 'PROMOTE', reason: 'no more traffic comes at night' } });
    expect(await team.send(DECIDE, { input: { releaseId, decision: 'ROLL_BACK', reason: 'customers complain' } })).toEqual({
      decideRelease: { status: 'CANARY', decision: { decision: 'ROLL_BACK', reason: 'customers complain', decidedAt: expect.stringMatching(/Z$/) } },
    });
    expect(await team.refusal(DECIDE, { input: { releaseId, decision: 'ROLL_BACK', reason: ' ' } })).toMatchObject({ fields: { path: 'input.reason' } });
    for (const status of ['PENDING', 'CHECKING', 'PROMOTED', 'ROLLED_BACK', 'REJECTED'] as const) {
      const { id } = await buildRelease(team.workspace, { status });
      expect(await team.refusal(DECIDE, { input: { releaseId: id, decision: 'PROMOTE', reason: 'it is late' } })).toMatchObject({
        code: 'CONFLICT',
        message: expect.stringContaining(`The release ${id} is ${status}.`),
      });
    }
  });

  it('of a model of another use case is refused', async () => {
    const { endpoint } = await candidate();
    const stranger = await buildModelVersion(team.workspace, { modelId: (await buildModel(team.workspace)).id });
    expect(await team.refusal(START, { input: { endpointId: endpoint.id, modelVersionId: stranger.id } })).toMatchObject({
      code: 'BAD_INPUT',
      fields: { path: 'input.modelVersionId' },
    });
  });
});

describe('an environment', () => {
  it('has the standard policy unless it is told otherwise', async () => {
    expect(await team.send(ENVIRONMENT, { input: { name: 'production' } })).toMatchObject({
      createEnvironment: { generation: 0, policy: { offlineMetric: 'auc', canarySteps: [{ weight: 10 }] } },
    });
    expect(await team.send(ENVIRONMENT, { input: { name: 'staging', policy: { latencyObjectiveMilliseconds: 5 } } })).toMatchObject({
      createEnvironment: { policy: { latencyObjectiveMilliseconds: 5 } },
    });
  });

  it.each([
    [{ name: 'a b' }, 'input.name'],
    [
      { name: 'ok', policy: { canarySteps: [{ weight: 100, minimumRequests: 0, holdSeconds: 0, maximumErrorRate: 0.01 }] } },
      'input.policy.canarySteps.0.weight',
    ],
    [
      { name: 'ok', policy: { canarySteps: [{ weight: 10, minimumRequests: 0, holdSeconds: 0, maximumErrorRate: 0 }] } },
      'input.policy.canarySteps.0.maximumErrorRate',
    ],
    [{ name: 'ok', policy: { canaryTest: { falseRollbackRate: 0 } } }, 'input.policy.canaryTest.falseRollbackRate'],
    [{ name: 'ok', policy: { offlineMetric: 'rmse' } }, 'input.policy.offlineMetric'],
    [{ name: 'ok', policy: { latencyObjectiveMilliseconds: 0 } }, 'input.policy.latencyObjectiveMilliseconds'],
    [{ name: 'ok', policy: [] }, 'input.policy'],
  ])('%o is refused at %s', async (input, path) => {
    expect(await team.refusal(ENVIRONMENT, { input })).toMatchObject({ code: 'BAD_INPUT', fields: { path } });
  });
});
