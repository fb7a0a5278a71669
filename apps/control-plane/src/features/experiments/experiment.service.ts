import { MillraceError, newId, type TrainingSpec } from '@millrace/contracts';
import { DatasetVersion, enqueueJob, Experiment, insertRow, TrainingRun } from '@millrace/db';
import type { Work } from '../../context/work.ts';
import { activeUseCase } from '../../lifecycle/active-use-case.ts';
import { advance } from '../../lifecycle/move-use-case.ts';
import { findRow, refuseTaken, showRow } from '../../loading/scoped-rows.ts';
import { valuesOf } from '../../validation/checked.ts';
import type { CreateExperimentInput, StartTrainingRunInput } from './experiment.inputs.ts';

/** Experiments and their training runs. */
export class ExperimentService {
  find(work: Work, id: string): Promise<Experiment> {
    return showRow(work, Experiment, 'experiment', { id });
  }

  findRun(work: Work, id: string): Promise<TrainingRun> {
    return showRow(work, TrainingRun, 'training run', { id });
  }

  async create(work: Work, input: CreateExperimentInput): Promise<Experiment> {
    await activeUseCase(work, input.useCaseId);
    await refuseTaken(work, Experiment, 'experiment', input);
    return insertRow(work.manager, Experiment, { workspaceId: work.workspaceId, ...valuesOf(input) });
  }

  async startRun(work: Work, input: StartTrainingRunInput): Promise<TrainingRun> {
    const { manager, workspaceId } = work;
    const experiment = await findRow(work, Experiment, 'experiment', { id: input.experimentId });
    const version = await findRow(work, DatasetVersion, 'dataset version', { id: input.datasetVersionId });
    requireColumns(input.spec, new Set(version.schema.map((column) => column.name)));
    await advance(work, experiment.useCaseId, 'BUILDING');
    const id = newId('trainingRun');
    const job = await enqueueJob(manager, { workspaceId, name: 'run-training', payload: { trainingRunId: id } });
    return insertRow(manager, TrainingRun, { id, workspaceId, ...valuesOf(input), jobId: job.id });
  }
}

/** Fails with `BAD_INPUT` for the first column of a spec that the dataset version lacks: better now than in a job. */
function requireColumns(spec: TrainingSpec, columns: ReadonlySet<string>): void {
  const named = [
    ...spec.features.map((column, index) => ({ column, path: `input.spec.features.${index}` })),
    { column: spec.label, path: 'input.spec.label' },
    { column: spec.split.timeColumn, path: 'input.spec.split.timeColumn' },
  ];
  const missing = named.find(({ column }) => !columns.has(column));
  if (missing === undefined) return;
  throw new MillraceError('BAD_INPUT', `${missing.path}: the dataset version has no column "${missing.column}". It has ${[...columns].join(', ')}.`, {
    fields: { path: missing.path, column: missing.column },
  });
}
