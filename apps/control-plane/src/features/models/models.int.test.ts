import { Job, Observation, TrainingRun } from '@millrace/db';
import {
  buildDatasetVersion,
  buildExperiment,
  buildJob,
  buildMetric,
  buildMilestone,
  buildTrainingRun,
  buildUseCase,
  sampleReferenceProfile,
  sampleSignature,
  sampleTrainingSpec,
} from '@millrace/testing';
import { onnxModelBytes, withoutZipMaps } from '@millrace/onnx-graph';
import { digestOf } from '@millrace/storage';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestControlPlane, type TestClient, type TestControlPlane } from '../../fixtures/control-plane.fixture.ts';

let plane: TestControlPlane;
let team: TestClient;
beforeAll(async () => {
  plane = await startTestControlPlane();
  team = await plane.workspace();
});
afterAll(() => plane.close());

const EXPERIMENT = 'mutation ($input: CreateExperimentInput!) { createExperiment(input: $input) { id } }';
const TRAIN = 'mutation ($input: StartTrainingRunInput!) { startTrainingRun(input: $input) { id spec job { status queue } metrics metricHistory { step } } }';
const REGISTER =
  'mutation ($input: RegisterModelVersionInput!) { registerModelVersion(input: $input) { id version model threshold lineage evaluations { split metrics baselineMetrics } } }';
const ALIAS = 'mutation ($input: SetModelAliasInput!) { setModelAlias(input: $input) { name version } }';
interface Version {
  registerModelVersion: { id: string; version: number };
}

/** A run of a use case that has succeeded. */
async function finishedRun(useCaseId: string, artifactDigest = `sha256:${'1'.repeat(64)}`): Promise<TrainingRun> {
  const job = await buildJob(team.workspace, { queue: 'training', name: 'run-training', status: 'SUCCEEDED' });
  const { id: experimentId } = await buildExperiment(team.workspace, { useCaseId });
  return buildTrainingRun(team.workspace, {
    experimentId,
    jobId: job.id,
    artifactDigest,
    artifactBytes: 10,
    signature: sampleSignature,
    scoreOutput: 'probability',
    referenceProfile: sampleReferenceProfile,
    metrics: { auc: 0.72, logLoss: 0.4 },
    baselineMetrics: { auc: 0.5, logLoss: 0.6 },
    threshold: 0.3,
    modelCard: '# Card',
  });
}

describe('a training run', () => {
  it('starts as a job with the defaults of its spec filled in, and moves its use case on', async () => {
    const { id: useCaseId } = await buildUseCase(team.workspace);
    const { createExperiment } = await team.send<{ createExperiment: { id: string } }>(EXPERIMENT, { input: { useCaseId, name: 'first' } });
    const schema = ['distance', 'late', 'scheduled_at'].map((name) => ({ name, type: 'double' as const, nullable: false }));
    const { id: datasetVersionId } = await buildDatasetVersion(team.workspace, { schema });
    const { costs: _costs, seed: _seed, parameters: _parameters, ...spec } = sampleTrainingSpec;
    const { startTrainingRun } = await team.send<{ startTrainingRun: object }>(TRAIN, { input: { experimentId: createExperiment.id, datasetVersionId, spec } });
    expect(startTrainingRun).toMatchObject({
      spec: { seed: 1, costs: { falsePositive: 1 } },
      job: { status: 'QUEUED', queue: 'training' },
      metrics: null,
      metricHistory: [],
    });
    const wrong = { ...spec, features: ['distance', 'weather'] };
    expect(await team.refusal(TRAIN, { input: { experimentId: createExperiment.id, datasetVersionId, spec: wrong } })).toMatchObject({
      code: 'BAD_INPUT',
      fields: { path: 'input.spec.features.1' },
    });
  });

  it.each([
    [{ trainer: 'magic' }, 'input.spec.trainer'],
    [{ features: [] }, 'input.spec.features'],
    [{ seed: -1 }, 'input.spec.seed'],
    [{ split: { kind: 'time', timeColumn: 't', validationStart: 'March' } }, 'input.spec.split.validationStart'],
    [{ costs: { falsePositive: -1, falseNegative: 1 } }, 'input.spec.costs.falsePositive'],
  ])('with %o is refused at %s', async (wrong, path) => {
    const run = await buildTrainingRun(team.workspace);
    const input = { experimentId: run.experimentId, datasetVersionId: run.datasetVersionId, spec: { ...sampleTrainingSpec, ...wrong } };
    expect(await team.refusal(TRAIN, { input })).toMatchObject({ code: 'BAD_INPUT', fields: { path } });
  });
});

describe('a model version', () => {
  it('is made of a run that succeeded, with its evaluation; its offline metrics become observations that move milestones', async () => {
    const { id: useCaseId } = await buildUseCase(team.workspace, { clock: 'EVENT' });
    const auc = await buildMetric(team.workspace, { useCaseId, name: 'auc', source: 'OFFLINE' });
    await buildMetric(team.workspace, { useCaseId, name: 'unmeasured', source: 'OFFLINE' });
    await buildMilestone(team.workspace, { useCaseId, metricId: auc.id, name: 'good enough', comparator: 'GTE', threshold: 0.7 });
    const run = await finishedRun(useCaseId);
    const { registerModelVersion } = await team.send<Version>(REGISTER, { input: { trainingRunId: run.id, model: 'late-flights' } });
    expect(registerModelVersion).toMatchObject({
      version: 1,
      model: 'late-flights',
      threshold: 0.3,
      lineage: { trainingRunId: run.id, datasetVersionId: run.datasetVersionId },
      evaluations: [{ split: 'validation', metrics: { auc: 0.72 }, baselineMetrics: { auc: 0.5 } }],
    });
    const observations = await plane.dataSource.manager.findBy(Observation, { modelVersionId: registerModelVersion.id });
    expect(observations).toMatchObject([{ metricId: auc.id, value: 0.72, observedAt: new Date(run.spec.split.validationStart) }]);
    const MILESTONES = 'query ($id: ID!) { useCase(id: $id) { milestones { name status } } }';
    expect(await team.send(MILESTONES, { id: useCaseId })).toEqual({ useCase: { milestones: [{ name: 'good enough', status: 'MET' }] } });
  });

  it('is served from an artifact without the ZipMap at its end, and says what became of it', async () => {
    const { id: useCaseId } = await buildUseCase(team.workspace);
    const bytes = onnxModelBytes({
      inputs: [{ name: 'x', type: 'FP32', shape: ['', 2] }],
      outputs: [{ name: 'probabilities', type: 'FP32' }],
      nodes: [{ op: 'ZipMap', domain: 'ai.onnx.ml', inputs: ['x'], outputs: ['probabilities'], attributes: { classlabels_int64s: [0, 1] } }],
    });
    const headers = { authorization: `Bearer ${team.secret}`, 'content-type': 'application/octet-stream' };
    const put = await fetch(`${plane.url}/artifacts`, { method: 'PUT', body: bytes, headers });
    const { digest } = (await put.json()) as { digest: string };
    const run = await finishedRun(useCaseId, digest);
    const REGISTER_NOTED = 'mutation ($input: RegisterModelVersionInput!) { registerModelVersion(input: $input) { artifactDigest artifactBytes notes } }';
    const { registerModelVersion } = await team.send<{ registerModelVersion: { artifactDigest: string; artifactBytes: number; notes: string[] } }>(
      REGISTER_NOTED,
      { input: { trainingRunId: run.id, model: 'with-zip-map' } },
    );
    const expected = withoutZipMaps(bytes)?.bytes ?? new Uint8Array();
    const { artifactDigest, artifactBytes, notes } = registerModelVersion;
    expect({ artifactDigest, artifactBytes }).toEqual({ artifactDigest: digestOf(expected), artifactBytes: expected.length });
    expect(notes).toEqual([expect.stringMatching(`"probabilities".*${digest} became ${artifactDigest}`)]);
  });

  it('is numbered per model, and one run is one version however often it is registered', async () => {
    const { id: useCaseId } = await buildUseCase(team.workspace);
    const [first, second] = [await finishedRun(useCaseId), await finishedRun(useCaseId)];
    const register = async (trainingRunId: string): Promise<number> =>
      (await team.send<Version>(REGISTER, { input: { trainingRunId, model: 'numbered' } })).registerModelVersion.version;
    expect([await register(first.id), await register(second.id), await register(first.id)]).toEqual([1, 2, 1]);
    expect(await team.send(ALIAS, { input: { model: 'numbered', name: 'champion', version: 1 } })).toEqual({ setModelAlias: { name: 'champion', version: 1 } });
    expect(await team.send(ALIAS, { input: { model: 'numbered', name: 'champion', version: 2 } })).toEqual({ setModelAlias: { name: 'champion', version: 2 } });
    const MODEL = '{ model(name: "numbered") { aliases { name version } versions { nodes { version } } } }';
    expect(await team.send(MODEL)).toEqual({ model: { aliases: [{ name: 'champion', version: 2 }], versions: { nodes: [{ version: 1 }, { version: 2 }] } } });
    expect(await team.refusal(ALIAS, { input: { model: 'numbered', name: 'champion', version: 3 } })).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('cannot be made of a run that has not succeeded, or under the name of a model of another use case', async () => {
    const unfinished = await buildTrainingRun(team.workspace);
    expect(await team.refusal(REGISTER, { input: { trainingRunId: unfinished.id, model: 'm' } })).toMatchObject({
      code: 'ILLEGAL_TRANSITION',
      fields: { from: 'QUEUED' },
    });
    const run = await finishedRun((await buildUseCase(team.workspace)).id);
    await plane.dataSource.manager.update(Job, { id: run.jobId }, { status: 'FAILED' });
    expect(await team.refusal(REGISTER, { input: { trainingRunId: run.id, model: 'm' } })).toMatchObject({
      code: 'ILLEGAL_TRANSITION',
      fields: { from: 'FAILED' },
    });
    const [mine, theirs] = [await finishedRun((await buildUseCase(team.workspace)).id), await finishedRun((await buildUseCase(team.workspace)).id)];
    await team.send(REGISTER, { input: { trainingRunId: mine.id, model: 'mine' } });
    expect(await team.refusal(REGISTER, { input: { trainingRunId: theirs.id, model: 'mine' } })).toMatchObject({ code: 'CONFLICT' });
    expect(await team.refusal(REGISTER, { input: { trainingRunId: mine.id, model: '../etc' } })).toMatchObject({
      code: 'BAD_INPUT',
      fields: { path: 'input.model' },
    });
  });
});
