import { MillraceError } from '@millrace/contracts';
import { DataSourceEntity, Pipeline, PipelineRun, type EntityManager } from '@millrace/db';
import type { SourceReference } from '@millrace/lakehouse';

/** A pipeline run and the version of the definition that it was started with. */
export interface FoundPipelineRun {
  readonly run: PipelineRun;
  readonly pipeline: Pipeline;
}

/** Throws `NOT_FOUND` when the run is not in the workspace. */
export async function findPipelineRun(manager: EntityManager, workspaceId: string, pipelineRunId: string): Promise<FoundPipelineRun> {
  const run = await manager.findOneBy(PipelineRun, { id: pipelineRunId, workspaceId });
  if (run === null)
    throw new MillraceError('NOT_FOUND', `There is no pipeline run ${pipelineRunId} in workspace ${workspaceId}.`, { fields: { pipelineRunId } });
  const pipeline = await manager.findOneByOrFail(Pipeline, { id: run.pipelineId, workspaceId });
  return { run, pipeline };
}

/** What the pipeline reads from. Throws `NOT_FOUND` when a data source that it names is not in the workspace. */
export async function findSources(manager: EntityManager, { run: { workspaceId }, pipeline }: FoundPipelineRun): Promise<SourceReference[]> {
  const sources: SourceReference[] = [];
  for (const { name, dataSourceId, columns } of pipeline.definition.sources) {
    const source = await manager.findOneBy(DataSourceEntity, { id: dataSourceId, workspaceId });
    if (source === null)
      throw new MillraceError(
        'NOT_FOUND',
        `The pipeline "${pipeline.name}" reads "${name}" from the data source ${dataSourceId}, which is not in workspace ${workspaceId}.`,
        { fields: { dataSourceId, source: name } },
      );
    sources.push({ name, format: source.format, uri: source.uri, reading: source.reading, ...(columns === undefined ? {} : { columns }) });
  }
  return sources;
}
