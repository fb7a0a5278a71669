import type { ScoringTask } from '@millrace/contracts';
import { Dataset, DatasetVersion, describeVersions, Environment, insertRow, ScoringRun } from '@millrace/db';
import type { LeasedJobService } from '#features/jobs';
import type { Work } from '../../context/work.ts';
import { findRow, lockRow } from '../../loading/scoped-rows.ts';
import type { RecordScoringOutputInput } from './scoring-run.inputs.ts';

/** What the process that scores is told, and what it leaves behind. */
export class ScoringTaskService {
  readonly #leasedJobs: LeasedJobService;

  constructor(collaborators: { readonly leasedJobs: LeasedJobService }) {
    this.#leasedJobs = collaborators.leasedJobs;
  }

  async find(work: Work, id: string): Promise<ScoringTask> {
    const run = await findRow(work, ScoringRun, 'scoring run', { id });
    const input = await findRow(work, DatasetVersion, 'dataset version', { id: run.datasetVersionId });
    const dataset = await findRow(work, Dataset, 'dataset', { id: input.datasetId });
    const output = await findRow(work, Dataset, 'dataset', { id: run.outputDatasetId });
    const environment = run.environmentId === null ? null : await findRow(work, Environment, 'environment', { id: run.environmentId });
    const [version] = await describeVersions(work.manager, [run.modelVersionId]);
    if (version === undefined) throw new Error(`There is no model version ${run.modelVersionId} for ${id}.`);
    const { id: datasetVersionId, deltaVersion, rows, schema } = input;
    return {
      scoringRunId: run.id,
      workspaceId: run.workspaceId,
      environment: environment?.name ?? null,
      version,
      input: { datasetVersionId, dataset: dataset.name, location: dataset.location, deltaVersion, rows, schema },
      output: { datasetId: output.id, dataset: output.name, location: output.location },
      keyColumns: run.keyColumns,
    };
  }

  /** The dataset version and the success of the job are one transaction: a run has one output, however often it was begun. */
  async recordOutput(work: Work, { lease, deltaVersion, rows, rejected, tableRows, tableBytes, schema }: RecordScoringOutputInput): Promise<DatasetVersion> {
    const { manager, workspaceId } = work;
    return this.#leasedJobs.finishWith(work, lease, async () => {
      const run = await lockRow(work, ScoringRun, 'scoring run', { jobId: lease.jobId });
      const { id: scoringRunId, outputDatasetId: datasetId, modelVersionId, datasetVersionId } = run;
      await lockRow(work, Dataset, 'dataset', { id: datasetId });
      const lineage = { scoringRunId, modelVersionId, datasetVersionId };
      const table = { deltaVersion, rows: tableRows, bytes: tableBytes, schema };
      const version = await insertRow(manager, DatasetVersion, { workspaceId, datasetId, ...table, lineage });
      if ((await manager.maximum(DatasetVersion, 'deltaVersion', { datasetId })) === deltaVersion) await manager.update(Dataset, { id: datasetId }, { schema });
      await manager.save(Object.assign(run, { outputDatasetVersionId: version.id, rows, rejected }));
      return { subject: version, result: { datasetVersionId: version.id, rows } };
    });
  }
}
