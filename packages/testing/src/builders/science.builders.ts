import { Evaluation, Experiment, Model, ModelVersion, TrainingRun } from '@millrace/db';
import { buildDatasetVersion } from './data.builders.ts';
import { sampleReferenceProfile, sampleSignature, sampleTrainingSpec } from './definitions.ts';
import { buildJob } from './job.builders.ts';
import { buildUseCase } from './product.builders.ts';
import { build, uniqueName, type Overrides, type TestWorkspace } from './workspace.ts';

export async function buildExperiment(workspace: TestWorkspace, overrides: Overrides<Experiment> = {}): Promise<Experiment> {
  const useCaseId = overrides.useCaseId ?? (await buildUseCase(workspace)).id;
  return build(workspace, Experiment, { name: uniqueName('experiment'), ...overrides, useCaseId });
}

/** A run that has not begun: give `artifactDigest`, `metrics` and the rest for one that succeeded. */
export async function buildTrainingRun(workspace: TestWorkspace, overrides: Overrides<TrainingRun> = {}): Promise<TrainingRun> {
  const experimentId = overrides.experimentId ?? (await buildExperiment(workspace)).id;
  const datasetVersionId = overrides.datasetVersionId ?? (await buildDatasetVersion(workspace)).id;
  const jobId = overrides.jobId ?? (await buildJob(workspace, { queue: 'training', name: 'run-training', payload: { trainingRunId: 'trun_unknown' } })).id;
  return build(workspace, TrainingRun, { spec: sampleTrainingSpec, ...overrides, experimentId, datasetVersionId, jobId });
}

export async function buildModel(workspace: TestWorkspace, overrides: Overrides<Model> = {}): Promise<Model> {
  const useCaseId = overrides.useCaseId ?? (await buildUseCase(workspace)).id;
  return build(workspace, Model, { name: uniqueName('model'), ...overrides, useCaseId });
}

/** A version whose artifact does not exist unless `artifactDigest` names one that a test stored. */
export async function buildModelVersion(workspace: TestWorkspace, overrides: Overrides<ModelVersion> = {}): Promise<ModelVersion> {
  const modelId = overrides.modelId ?? (await buildModel(workspace)).id;
  return build(workspace, ModelVersion, {
    version: 1,
    artifactDigest: `sha256:${'0'.repeat(64)}`,
    artifactBytes: 1000,
    signature: sampleSignature,
    referenceProfile: sampleReferenceProfile,
    threshold: 0.5,
    scoreOutput: 'probability',
    modelCard: '# A model',
    lineage: {},
    ...overrides,
    modelId,
  });
}

export async function buildEvaluation(workspace: TestWorkspace, overrides: Overrides<Evaluation> = {}): Promise<Evaluation> {
  const modelVersionId = overrides.modelVersionId ?? (await buildModelVersion(workspace)).id;
  const datasetVersionId = overrides.datasetVersionId ?? (await buildDatasetVersion(workspace)).id;
  return build(workspace, Evaluation, {
    split: 'validation',
    metrics: { auc: 0.7 },
    baselineMetrics: { auc: 0.5 },
    ...overrides,
    modelVersionId,
    datasetVersionId,
  });
}
