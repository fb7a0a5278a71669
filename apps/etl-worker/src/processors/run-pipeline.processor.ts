import { join } from 'node:path';
import { MillraceError } from '@millrace/contracts';
import { fencedTransaction } from '@millrace/db';
import {
  findLoad,
  giveUpLoad,
  inLakehouse,
  profileSnapshot,
  quarantineNameOf,
  readSnapshot,
  runInterval,
  type RunIntervalRequest,
  type RunIntervalResult,
  type SnapshotProfile,
} from '@millrace/lakehouse';
import type { JobContext, JobHandler } from '@millrace/queue';
import { sourceRootsOf, type EtlServices } from './etl-services.ts';
import { findPipelineRun, findSources, type FoundPipelineRun } from './find-pipeline-run.ts';
import { datasetLocation, recordLoad } from './record-load.ts';

type Context = JobContext<'run-pipeline'>;

/** A profile of every version stands on about this many rows, so that a small load into a large dataset stays small. */
const PROFILED_ROWS = 50_000;

/**
 * Runs a pipeline for one interval. The load is committed to the Delta table first, with the run as its transaction; the rows of the
 * database follow in one fenced transaction. From the commit on the run can only succeed: an attempt that dies in between, is cancelled
 * or was the last is followed by one that finds the commit in the log and writes the rows from what was recorded with it. A run that ends
 * otherwise has made sure that no attempt of it commits any more.
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
    const result = await inLakehouse(services.lakehouseFolder, () =>
      context.settling === null ? load(services, context, found) : settle(services, context, found),
    );
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

async function load(services: EtlServices, context: Context, found: FoundPipelineRun): Promise<RunIntervalResult> {
  const { engine, dataSource } = services;
  const request = await requestOf(services, context, found);
  // What was loaded does not need its sources any more, which may be gone.
  const earlier = context.attempt > 1 ? await findLoad(request) : undefined;
  if (earlier !== undefined) return earlier;
  const sources = await findSources(dataSource.manager, found);
  let mayHaveCommitted = false;
  try {
    return await runInterval(
      { ...request, sources },
      {
        engine,
        signal: context.signal,
        onProgress: (fraction, note) => context.progress(fraction * 0.95, note),
        beginCommit: async () => {
          await context.beginCommit();
          mayHaveCommitted = true;
        },
      },
    );
  } catch (thrown) {
    // Nobody tries again what is in vain, so the run ends here, and must not have loaded.
    if (!mayHaveCommitted || MillraceError.wrap(thrown).retryable) throw thrown;
    return (await giveUp(context, request)) ?? raise(thrown);
  }
}

/** The run was cancelled, or has no attempt left, after it had begun to commit. */
async function settle(services: EtlServices, context: Context, found: FoundPipelineRun): Promise<RunIntervalResult> {
  const end = MillraceError.from(context.settling ?? { code: 'JOB_FAILED', message: 'The job was to end.', retryable: false, fields: {} });
  return (await giveUp(context, await requestOf(services, context, found))) ?? raise(end);
}

async function giveUp(context: Context, request: RunIntervalRequest): Promise<RunIntervalResult | undefined> {
  const loaded = await giveUpLoad(request);
  if (loaded === undefined) await context.abandonCommit();
  return loaded;
}

function raise(error: unknown): never {
  throw error;
}

/** A thousand attempts of each run have their place between two runs that were started one after the other. */
const NUMBERS_PER_RUN = 1000;

async function requestOf(services: EtlServices, context: Context, { run, pipeline }: FoundPipelineRun): Promise<RunIntervalRequest> {
  return {
    folder: join(services.lakehouseFolder, context.workspaceId),
    // Not the id: a new version of the definition is a new row, and its runs replace those of the version before.
    pipeline: pipeline.name,
    pipelineRunId: run.id,
    // Not `run.sequence`, which starts again with every version of the definition. What was given up before the run was begun again by hand stays so.
    sequence: run.createdAt.getTime() * NUMBERS_PER_RUN + Math.min(context.retriedAfter, NUMBERS_PER_RUN - 1),
    attempt: context.attempt,
    interval: { start: run.intervalStart, end: run.intervalEnd },
    definition: pipeline.definition,
    sources: [],
    sourceRoots: await sourceRootsOf(services, context.workspaceId),
  };
}

/** A version without a profile is better than rows that no version names, so what goes wrong here twice is only told. */
async function profileVersion(
  services: EtlServices,
  context: Context,
  { pipeline }: FoundPipelineRun,
  { deltaVersion }: RunIntervalResult,
): Promise<SnapshotProfile | null> {
  try {
    const snapshot = await readSnapshot(join(services.lakehouseFolder, datasetLocation(context.workspaceId, pipeline.definition.dataset)), deltaVersion);
    return await profileSnapshot(services.engine, snapshot, { sampleRows: PROFILED_ROWS, signal: context.signal });
  } catch (thrown) {
    const error = MillraceError.wrap(thrown);
    if (context.signal.aborted || (error.retryable && context.attempt === 1)) throw error;
    context.log.warn('the version has no profile', { deltaVersion, reason: error.message });
    return null;
  }
}

function tell(context: Context, { pipeline: { definition } }: FoundPipelineRun, result: RunIntervalResult): void {
  if (result.recovered) context.log.warn('load found committed by an earlier attempt', { deltaVersion: result.deltaVersion });
  for (const { source, form, columns, widened, rejected } of result.readings ?? []) {
    context.log.info('source read', { source, ...form, columns, rowsSetAside: rejected });
    for (const { column, declared, file, line, reason } of widened)
      context.log.warn('declared column widened', { source, column, declared, file, line, reason, readAs: columns.find(({ name }) => name === column)?.type });
  }
  for (const { name, severity, violations } of result.expectations) {
    if (violations > 0) context.log.warn('expectation violated', { expectation: name, severity, violations });
  }
  if (result.rowsQuarantined > 0) context.log.warn('rows quarantined', { rows: result.rowsQuarantined, dataset: quarantineNameOf(definition.dataset) });
  const { rowsExtracted, rowsLoaded, rowsQuarantined, rowsWarned, bytes, deltaVersion } = result;
  context.log.info('interval loaded', { dataset: definition.dataset, rowsExtracted, rowsLoaded, rowsQuarantined, rowsWarned, bytes, deltaVersion });
}
