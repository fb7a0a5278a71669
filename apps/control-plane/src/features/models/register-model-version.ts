import { MillraceError } from '@millrace/contracts';
import {
  DatasetVersion,
  Evaluation,
  Experiment,
  insertRow,
  Job,
  Metric,
  Model,
  ModelVersion,
  Observation,
  recordMilestones,
  TrainingRun,
  type UseCase,
} from '@millrace/db';
import type { Work } from '../../context/work.ts';
import { activeUseCase } from '../../lifecycle/active-use-case.ts';
import { findRow, lockRow } from '../../loading/scoped-rows.ts';
import type { RegisterModelVersionInput } from './model.inputs.ts';
import type { ServedArtifact, ServedArtifacts } from './served-artifact.ts';

/** A training run that has everything a version is made of. */
type FinishedRun = TrainingRun & {
  readonly [Column in 'artifactDigest' | 'artifactBytes' | 'signature' | 'scoreOutput' | 'metrics' | 'baselineMetrics' | 'threshold']: NonNullable<
    TrainingRun[Column]
  >;
};

/**
 * Makes the next version of a model from a training run that succeeded: the version, its evaluation, one observation for each
 * offline metric of the use case that the run measured, and what these do to the milestones. A ZipMap at the end of its artifact is taken out. A run registered twice under one
 * model is one version.
 */
export async function registerModelVersion(work: Work, artifacts: ServedArtifacts, input: RegisterModelVersionInput): Promise<ModelVersion> {
  const run = await finishedRun(work, input.trainingRunId);
  const experiment = await findRow(work, Experiment, 'experiment', { id: run.experimentId });
  const useCase = await activeUseCase(work, experiment.useCaseId);
  const model = await modelNamed(work, input.model, useCase.id);
  const known = await work.manager.findOneBy(ModelVersion, { modelId: model.id, trainingRunId: run.id });
  if (known !== null) return known;
  const artifact = await artifacts.of(work, { digest: run.artifactDigest, bytes: run.artifactBytes });
  const version = await insertVersion(work, model, run, artifact);
  const { metrics, baselineMetrics, datasetVersionId } = run;
  await insertRow(work.manager, Evaluation, {
    workspaceId: work.workspaceId,
    modelVersionId: version.id,
    datasetVersionId,
    split: 'validation',
    metrics,
    baselineMetrics,
  });
  await observe(work, useCase, run, version);
  return version;
}

async function finishedRun(work: Work, id: string): Promise<FinishedRun> {
  const run = await findRow(work, TrainingRun, 'training run', { id });
  const { status } = await findRow(work, Job, 'job', { id: run.jobId });
  const parts = [run.artifactDigest, run.artifactBytes, run.signature, run.scoreOutput, run.metrics, run.baselineMetrics, run.threshold];
  if (status !== 'SUCCEEDED' || parts.includes(null)) {
    throw new MillraceError(
      'ILLEGAL_TRANSITION',
      `The training run ${id} is ${status}: only one that succeeded can become a model version. Wait for its job ${run.jobId}.`,
      { fields: { trainingRunId: id, jobId: run.jobId, from: status } },
    );
  }
  return run as FinishedRun;
}

/** The model, locked so that versions are numbered one after the other; made if there is none. */
async function modelNamed(work: Work, name: string, useCaseId: string): Promise<Model> {
  const { manager, workspaceId } = work;
  const known = await manager.findOneBy(Model, { workspaceId, name });
  if (known === null) return insertRow(manager, Model, { workspaceId, name, useCaseId });
  if (known.useCaseId !== useCaseId) {
    throw new MillraceError('CONFLICT', `The model "${name}" belongs to another use case (${known.useCaseId}). Choose another name.`, {
      fields: { path: 'input.model', useCaseId: known.useCaseId },
    });
  }
  return lockRow(work, Model, 'model', { id: known.id });
}

async function insertVersion(work: Work, model: Model, run: FinishedRun, artifact: ServedArtifact): Promise<ModelVersion> {
  const { manager, workspaceId } = work;
  const newest = await manager.maximum(ModelVersion, 'version', { modelId: model.id });
  const data = await findRow(work, DatasetVersion, 'dataset version', { id: run.datasetVersionId });
  return insertRow(manager, ModelVersion, {
    workspaceId,
    modelId: model.id,
    version: (newest ?? 0) + 1,
    trainingRunId: run.id,
    artifactDigest: artifact.digest,
    artifactBytes: artifact.bytes,
    signature: run.signature,
    referenceProfile: run.referenceProfile,
    threshold: run.threshold,
    scoreOutput: run.scoreOutput,
    modelCard: run.modelCard ?? '',
    lineage: {
      notes: artifact.note === undefined ? [] : [artifact.note],
      trainingRunId: run.id,
      experimentId: run.experimentId,
      spec: run.spec,
      codeReference: run.codeReference,
      environment: run.environment,
      datasetVersionId: data.id,
      datasetId: data.datasetId,
      deltaVersion: data.deltaVersion,
      pipelineRunId: data.pipelineRunId,
      sources: 'sources' in data.lineage ? data.lineage.sources : [],
    },
  });
}

/** On replayed history an evaluation is as old as the rows that it was made on. */
async function observe(work: Work, useCase: UseCase, run: FinishedRun, version: ModelVersion): Promise<void> {
  const { manager, workspaceId } = work;
  const observedAt = useCase.clock === 'EVENT' ? new Date(run.spec.split.end ?? run.spec.split.validationStart) : new Date();
  const offline = await manager.findBy(Metric, { workspaceId, useCaseId: useCase.id, source: 'OFFLINE' });
  for (const metric of offline) {
    const value = run.metrics[metric.name];
    if (value === undefined) continue;
    await insertRow(manager, Observation, {
      workspaceId,
      metricId: metric.id,
      observedAt,
      value,
      modelVersionId: version.id,
      detail: { trainingRunId: run.id, baseline: run.baselineMetrics[metric.name] ?? null },
    });
  }
  await recordMilestones(manager, useCase.id);
}
