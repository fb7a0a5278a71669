import { MillraceError, newId } from '@millrace/contracts';
import { Dataset, DatasetVersion, enqueueJob, Environment, insertRow, ModelVersion, Pipeline, ScoringRun } from '@millrace/db';
import { Raw } from 'typeorm';
import type { Work } from '../../context/work.ts';
import type { Page, PageRequest } from '../../loading/page.ts';
import { findRow, readPage, showRow } from '../../loading/scoped-rows.ts';
import { refusal, requireInputs, requireKeyColumns } from './check-scoring.ts';
import type { CreateScoringRunInput } from './scoring-run.inputs.ts';

/** Batch inference: asked for, looked up. The scoring process carries it out. */
export class ScoringRunService {
  find(work: Work, id: string): Promise<ScoringRun> {
    return showRow(work, ScoringRun, 'scoring run', { id });
  }

  list(work: Work, request: PageRequest): Promise<Page<ScoringRun>> {
    return readPage(work, ScoringRun, request);
  }

  async create(work: Work, { modelVersionId, datasetVersionId, outputDataset, environment, keyColumns }: CreateScoringRunInput): Promise<ScoringRun> {
    const { manager, workspaceId } = work;
    const version = await findRow(work, ModelVersion, 'model version', { id: modelVersionId });
    const input = await findRow(work, DatasetVersion, 'dataset version', { id: datasetVersionId });
    const place = environment === undefined ? undefined : await findRow(work, Environment, 'environment', { name: environment });
    requireInputs(version.signature, input.schema);
    requireKeyColumns(keyColumns, version.signature, input.schema);
    const output = await this.#outputDataset(work, outputDataset);
    if (output.id === input.datasetId) throw refusal('outputDataset', `"${outputDataset}" is what is scored. Choose another dataset for the predictions`);
    const id = newId('scoringRun');
    const job = await enqueueJob(manager, { workspaceId, name: 'run-scoring', payload: { scoringRunId: id } });
    return insertRow(manager, ScoringRun, {
      id,
      workspaceId,
      modelVersionId,
      datasetVersionId,
      outputDatasetId: output.id,
      environmentId: place?.id ?? null,
      keyColumns,
      jobId: job.id,
    });
  }

  /** Two callers that name a new one at once meet at its unique name: the second waits for the first and finds its row. */
  async #outputDataset(work: Work, name: string): Promise<Dataset> {
    const { manager, workspaceId } = work;
    const loads = Raw((definition) => `${definition} ->> 'dataset' = :name`, { name });
    const pipeline = await manager.findOneBy(Pipeline, { workspaceId, definition: loads });
    if (pipeline !== null) {
      throw new MillraceError('CONFLICT', `The dataset "${name}" is loaded by the pipeline "${pipeline.name}". Choose another one for the predictions.`, {
        fields: { path: 'input.outputDataset', pipelineId: pipeline.id },
      });
    }
    await manager
      .createQueryBuilder()
      .insert()
      .into(Dataset)
      .values({ id: newId('dataset'), workspaceId, name, owner: null, location: `${workspaceId}/${name}`, schema: [] })
      .orIgnore()
      .execute();
    return findRow(work, Dataset, 'dataset', { name });
  }
}
