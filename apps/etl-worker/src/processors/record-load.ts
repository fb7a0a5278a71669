import { newId } from '@millrace/contracts';
import { Dataset, DatasetVersion, insertRow, PipelineRun, type DatasetLineage, type EntityManager } from '@millrace/db';
import type { RunIntervalResult, SnapshotProfile } from '@millrace/lakehouse';
import type { FoundPipelineRun } from './find-pipeline-run.ts';

/** Writes what a load did: the dataset (at its first load), the version with its lineage, and the figures of the run. Doing it twice changes nothing. */
export async function recordLoad(
  manager: EntityManager,
  found: FoundPipelineRun,
  result: RunIntervalResult,
  profile: SnapshotProfile | null,
): Promise<DatasetVersion> {
  const { run } = found;
  const dataset = await findOrMakeDataset(manager, found, result);
  const {
    deltaVersion,
    table: { rows, bytes, columns },
  } = result;
  const version =
    (await manager.findOneBy(DatasetVersion, { datasetId: dataset.id, deltaVersion })) ??
    (await insertRow(manager, DatasetVersion, {
      workspaceId: run.workspaceId,
      datasetId: dataset.id,
      deltaVersion,
      rows,
      bytes,
      schema: [...columns],
      profile,
      lineage: lineageOf(found, result),
      pipelineRunId: run.id,
    }));
  const newest = await manager.maximum(DatasetVersion, 'deltaVersion', { datasetId: dataset.id });
  if (newest === deltaVersion) await manager.update(Dataset, { id: dataset.id }, { schema: [...columns] });
  const { rowsLoaded, rowsQuarantined, expectations } = result;
  await manager.update(PipelineRun, { id: run.id }, { datasetVersionId: version.id, rowsLoaded, rowsQuarantined, expectations: [...expectations] });
  return version;
}

/** Two first loads at once meet at the unique name: the second waits for the first and finds its row. */
async function findOrMakeDataset(manager: EntityManager, { run, pipeline: { definition } }: FoundPipelineRun, { table }: RunIntervalResult): Promise<Dataset> {
  const { workspaceId } = run;
  const name = definition.dataset;
  await manager
    .createQueryBuilder()
    .insert()
    .into(Dataset)
    .values({
      id: newId('dataset'),
      workspaceId,
      name,
      owner: null,
      location: datasetLocation(workspaceId, name),
      schema: [...table.columns],
      partitionBy: definition.partitionBy,
    })
    .orIgnore()
    .execute();
  return manager.findOneByOrFail(Dataset, { workspaceId, name });
}

/** The folder of a dataset under the root of the lakehouse. */
export function datasetLocation(workspaceId: string, dataset: string): string {
  return `${workspaceId}/${dataset}`;
}

function lineageOf({ run, pipeline }: FoundPipelineRun, { sources }: RunIntervalResult): DatasetLineage {
  const dataSourceIds = new Map(pipeline.definition.sources.map(({ name, dataSourceId }) => [name, dataSourceId]));
  return {
    pipelineRunId: run.id,
    transform: pipeline.definition.transform,
    sources: sources.map(({ name, path, bytes, modifiedAt }) => ({
      dataSourceId: dataSourceIds.get(name) ?? '',
      uri: path,
      bytes,
      modifiedAt: new Date(modifiedAt).toISOString(),
    })),
  };
}
