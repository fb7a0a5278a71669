import { join } from 'node:path';
import { fencedTransaction } from '@millrace/db';
import { profileSnapshot, quarantineNameOf, readSnapshot, runInterval, type RunIntervalResult, type SnapshotProfile } from '@millrace/lakehouse';
import type { JobContext, JobHandler } from '@millrace/queue';
import type { EtlServices } from './etl-services.ts';
import { findPipelineRun, type FoundPipelineRun } from './find-pipeline-run.ts';
import { datasetLocation, recordLoad } from './record-load.ts';

type Context = JobContext<'run-pipeline'>;

/** A profile of every version stands on about this many rows, so that a small load into a large dataset stays small. */
const PROFILED_ROWS = 50_000;

/**
 * Runs a pipeline for one interval. The load is committed to the Delta table first, with the run as its transaction; the rows of the
 * database follow in one fenced transaction. An attempt that dies in between is repaired by the next one, which finds the commit of the
 * run in the log and writes the rows from what was recorded with it.
 */
export function runPipelineProcessor(services: EtlServices): JobHandler<'run-pipeline'> {
  return async (context) => {
    const found = await findPipelineRun(services.dataSource.manager, context.workspaceId, context.payload.pipelineRunId);
    const { run, pipeline } = found;
    context.log.info('pipeline run started', {
      pipeline: pipeline.name,
      version: pipeline.version,
      intervalStart: run.intervalStart,
      intervalEnd: run.intervalEnd,
      sequence: run.sequence,
    });
    const result = await load(services, context, found);
    tell(context, found, result);
    context.progress(0.95, 'profiling');
    const profile = await profileVersion(services, context, found, result);
    const version = await fencedTransaction(services.dataSource, context.lease, (manager) => recordLoad(manager, found, result, profile));
    context.log.info('dataset version recorded', {
      datasetVersionId: version.id,
      deltaVersion: version.deltaVersion,
      rows: version.rows,
      bytes: version.bytes,
    });
    return { datasetVersionId: version.id, rowsLoaded: result.rowsLoaded, rowsQuarantined: result.rowsQuarantined };
  };
}

function load(services: EtlServices, context: Context, { run, pipeline, sources }: FoundPipelineRun): Promise<RunIntervalResult> {
  return runInterval(
    {
      folder: join(services.lakehouseFolder, context.workspaceId),
      // Not the id: a new version of the definition is a new row, and its runs replace those of the version before.
      pipeline: pipeline.name,
      pipelineRunId: run.id,
      // Not `run.sequence`, which starts again with every version of the definition.
      sequence: run.createdAt.getTime(),
      attempt: context.attempt,
      interval: { start: run.intervalStart, end: run.intervalEnd },
      definition: pipeline.definition,
      sources,
      sourceRoots: services.sourceRoots,
    },
    { engine: services.engine, signal: context.signal, onProgress: (fraction, note) => context.progress(fraction * 0.95, note) },
  );
}

async function profileVersion(
  services: EtlServices,
  context: Context,
  { pipeline }: FoundPipelineRun,
  { deltaVersion }: RunIntervalResult,
): Promise<SnapshotProfile> {
  const snapshot = await readSnapshot(join(services.lakehouseFolder, datasetLocation(context.workspaceId, pipeline.definition.dataset)), deltaVersion);
  return profileSnapshot(services.engine, snapshot, { sampleRows: PROFILED_ROWS, signal: context.signal });
}

function tell(context: Context, { pipeline: { definition } }: FoundPipelineRun, result: RunIntervalResult): void {
  if (result.recovered) context.log.warn('load found committed by an earlier attempt', { deltaVersion: result.deltaVersion });
  for (const { name, severity, violations } of result.expectations) {
    if (violations > 0) context.log.warn('expectation violated', { expectation: name, severity, violations });
  }
  if (result.rowsQuarantined > 0) context.log.warn('rows quarantined', { rows: result.rowsQuarantined, dataset: quarantineNameOf(definition.dataset) });
  const { rowsExtracted, rowsLoaded, rowsQuarantined, rowsWarned, bytes, deltaVersion } = result;
  context.log.info('interval loaded', { dataset: definition.dataset, rowsExtracted, rowsLoaded, rowsQuarantined, rowsWarned, bytes, deltaVersion });
}
