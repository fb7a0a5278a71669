import { MillraceError } from '@millrace/contracts';
import { Dataset, DatasetVersion, Experiment, TrainingRun, UseCase, type EntityManager } from '@millrace/db';

/** A training run and the rows that it stands on. */
export interface FoundTrainingRun {
  readonly run: TrainingRun;
  readonly version: DatasetVersion;
  readonly dataset: Dataset;
  readonly experiment: Experiment;
  readonly useCase: UseCase;
}

/** Throws `NOT_FOUND` when the run is not in the workspace. */
export async function findTrainingRun(manager: EntityManager, workspaceId: string, trainingRunId: string): Promise<FoundTrainingRun> {
  const run = await manager.findOneBy(TrainingRun, { id: trainingRunId, workspaceId });
  if (run === null)
    throw new MillraceError('NOT_FOUND', `There is no training run ${trainingRunId} in workspace ${workspaceId}.`, { fields: { trainingRunId, workspaceId } });
  const version = await manager.findOneByOrFail(DatasetVersion, { id: run.datasetVersionId });
  const dataset = await manager.findOneByOrFail(Dataset, { id: version.datasetId });
  const experiment = await manager.findOneByOrFail(Experiment, { id: run.experimentId });
  const useCase = await manager.findOneByOrFail(UseCase, { id: experiment.useCaseId });
  return { run, version, dataset, experiment, useCase };
}
