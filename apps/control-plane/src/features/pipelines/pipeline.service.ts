import { isDeepStrictEqual } from 'node:util';
import { MillraceError, newId, type PipelineDefinition } from '@millrace/contracts';
import { DataSourceEntity, enqueueJob, insertRow, Pipeline, PipelineRun } from '@millrace/db';
import { In } from 'typeorm';
import type { Work } from '../../context/work.ts';
import { advance } from '../../lifecycle/move-use-case.ts';
import type { Page, PageRequest } from '../../loading/page.ts';
import { lockRow, readPage, showRow } from '../../loading/scoped-rows.ts';
import type { CreatePipelineInput, IntervalInput, StartPipelineRunsInput } from './pipeline.inputs.ts';

/** Fails with `SQL_INVALID` or `SQL_FORBIDDEN` for a definition whose SQL no run could use. */
export type CheckSql = (definition: PipelineDefinition, workspaceId: string) => Promise<void>;

/** Versioned pipelines and their runs. */
export class PipelineService {
  readonly #checkSql: CheckSql;

  constructor(collaborators: { readonly checkSql: CheckSql }) {
    this.#checkSql = collaborators.checkSql;
  }

  find(work: Work, id: string): Promise<Pipeline> {
    return showRow(work, Pipeline, 'pipeline', { id });
  }

  list(work: Work, request: PageRequest): Promise<Page<Pipeline>> {
    return readPage(work, Pipeline, request);
  }

  findRun(work: Work, id: string): Promise<PipelineRun> {
    return showRow(work, PipelineRun, 'pipeline run', { id });
  }

  /** A changed definition under a known name is the next version; the same definition is the version that exists. */
  async create(work: Work, { name, useCaseId, definition }: CreatePipelineInput): Promise<Pipeline> {
    const { manager, workspaceId } = work;
    if (useCaseId !== undefined) await advance(work, useCaseId, 'BUILDING');
    await this.#requireSources(work, definition);
    const newest = await manager.findOne(Pipeline, { where: { workspaceId, name }, order: { version: 'DESC' } });
    if (newest !== null && newest.useCaseId === (useCaseId ?? null) && isDeepStrictEqual(newest.definition, definition)) return newest;
    await this.#checkSql(definition, workspaceId);
    return insertRow(manager, Pipeline, { workspaceId, name, useCaseId: useCaseId ?? null, definition, version: (newest?.version ?? 0) + 1 });
  }

  async startRuns(work: Work, { pipelineId, intervals }: StartPipelineRunsInput): Promise<PipelineRun[]> {
    // The lock makes two callers count the runs of an interval one after the other.
    const pipeline = await lockRow(work, Pipeline, 'pipeline', { id: pipelineId });
    if (pipeline.useCaseId !== null) await advance(work, pipeline.useCaseId, 'BUILDING');
    const runs: PipelineRun[] = [];
    for (const interval of intervals) runs.push(await this.#startRun(work, pipeline, interval));
    return runs;
  }

  async #startRun({ manager, workspaceId }: Work, pipeline: Pipeline, { start: intervalStart, end: intervalEnd }: IntervalInput): Promise<PipelineRun> {
    const id = newId('pipelineRun');
    const earlier = await manager.maximum(PipelineRun, 'sequence', { pipelineId: pipeline.id, intervalStart, intervalEnd });
    const job = await enqueueJob(manager, { workspaceId, name: 'run-pipeline', payload: { pipelineRunId: id } });
    return insertRow(manager, PipelineRun, {
      id,
      workspaceId,
      pipelineId: pipeline.id,
      intervalStart,
      intervalEnd,
      sequence: (earlier ?? 0) + 1,
      jobId: job.id,
    });
  }

  async #requireSources({ manager, workspaceId }: Work, { sources }: PipelineDefinition): Promise<void> {
    const found = await manager.findBy(DataSourceEntity, { workspaceId, id: In(sources.map((source) => source.dataSourceId)) });
    const known = new Set(found.map(({ id }) => id));
    for (const [index, { dataSourceId }] of sources.entries()) {
      if (known.has(dataSourceId)) continue;
      const path = `input.definition.sources.${index}.dataSourceId`;
      throw new MillraceError('NOT_FOUND', `${path}: there is no data source ${dataSourceId} in this workspace.`, { fields: { path, id: dataSourceId } });
    }
  }
}
