import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { MillraceError } from '@millrace/contracts';
import type { AddAction } from '../delta/actions.ts';
import { commit } from '../delta/commit.ts';
import { columnsOf } from '../delta/delta-type.ts';
import { discardFiles } from '../delta/discard-files.ts';
import { findSnapshot, readSnapshot } from '../delta/snapshot.ts';
import type { SqlEngine } from '../engine/sql-engine.ts';
import { assertUnchanged } from '../sources/assert-unchanged.ts';
import { resolveSource, type ResolvedSource } from '../sources/source-files.ts';
import { assertNoOverlap, findEarlierLoad } from './find-earlier-load.ts';
import { intervalKeyOf, type RecordedLoad, type RunIntervalRequest, type RunIntervalResult } from './interval-run.ts';
import type { LoadIntervalOutput } from './load-interval.ts';
import { QUARANTINE_FIELDS, quarantineNameOf } from './quarantine.ts';

const DATASET = /^(?!__)(?!.*__quarantine$)\w+$/i;

export interface RunIntervalOptions {
  readonly engine: SqlEngine;
  readonly signal?: AbortSignal;
  readonly onProgress?: (fraction: number, note: string) => void;
}

/**
 * Runs extract → transform → expect → load for one interval. The rows of an interval are in files tagged with it, so a rerun takes
 * exactly those files away and adds its own in one commit; the transaction of the interval with the run's sequence makes
 * every run commit once, whatever is delivered twice. Quarantined rows go to `<dataset>__quarantine` before the load is committed.
 * Fails with the codes of the sources and the SQL, `EXPECTATION_FAILED` (nothing is committed), `CONFLICT` where a newer run of the
 * interval has already committed, or another interval of the pipeline that overlaps it.
 */
export async function runInterval(request: RunIntervalRequest, options: RunIntervalOptions): Promise<RunIntervalResult> {
  assertRequest(request);
  const earlier = await findEarlierLoad(request);
  if (earlier !== undefined) return resultOf(request, earlier.load, earlier.deltaVersion, true);
  const sources = await Promise.all(request.sources.map((source) => resolveSource(source, request.sourceRoots)));
  const paths = tablesOf(request);
  await Promise.all([mkdir(paths.table, { recursive: true }), mkdir(paths.quarantine, { recursive: true })]);
  const filePrefix = `part-${randomUUID()}`;
  try {
    const output = await loadInEngine(request, options, sources, filePrefix);
    await assertUnchanged(sources);
    if (output.failed) throw expectationFailed(output);
    options.onProgress?.(0.98, 'committing');
    const load = recordOf(output, sources);
    const result = await commitLoad(request, output, load);
    if (result.recovered) await discardFiles([paths.table], filePrefix);
    return result;
  } catch (error) {
    await discardFiles([paths.table, paths.quarantine], filePrefix);
    throw error;
  }
}

function tablesOf(request: RunIntervalRequest): { table: string; quarantine: string } {
  return { table: join(request.folder, request.definition.dataset), quarantine: join(request.folder, quarantineNameOf(request.definition.dataset)) };
}

function loadInEngine(
  request: RunIntervalRequest,
  options: RunIntervalOptions,
  sources: readonly ResolvedSource[],
  filePrefix: string,
): Promise<LoadIntervalOutput> {
  const { table, quarantine } = tablesOf(request);
  const { transform, expectations, partitionBy } = request.definition;
  const input = {
    sources: sources.map(({ name, format, files, columns }) => ({
      name,
      format,
      files: files.map(({ path }) => path),
      ...(columns === undefined ? {} : { columns }),
    })),
    transform,
    expectations,
    partitionBy,
    table,
    quarantineTable: quarantine,
    pipelineRunId: request.pipelineRunId,
    filePrefix,
    interval: { start: request.interval.start.getTime(), end: request.interval.end.getTime() },
    tags: tagsOf(request),
  };
  return options.engine.run('load-interval', input, {
    reach: { files: sources.flatMap(({ files }) => files.map(({ path }) => path)), folders: [table, quarantine] },
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
  });
}

async function commitLoad(request: RunIntervalRequest, output: LoadIntervalOutput, load: RecordedLoad): Promise<RunIntervalResult> {
  const { table, quarantine } = tablesOf(request);
  const key = intervalKeyOf(request);
  const replaces = (file: AddAction): boolean => file.tags?.['millrace.interval'] === key;
  const who = { pipeline: request.pipeline, pipelineRunId: request.pipelineRunId, sequence: request.sequence, attempt: request.attempt };
  // A later attempt may find other rows in a changed source, so the quarantine of an interval is that of its newest attempt.
  const quarantineVersion = request.sequence * 1000 + request.attempt;
  if (output.quarantineFiles.length > 0 || (await holdsFiles(quarantine, replaces)))
    await commit({
      table: quarantine,
      fields: QUARANTINE_FIELDS,
      partitionColumns: [],
      add: output.quarantineFiles,
      replaces,
      transaction: { appId: key, version: quarantineVersion },
      info: who,
    });
  const outcome = await commit({
    table,
    fields: output.fields,
    partitionColumns: request.definition.partitionBy,
    add: output.files,
    replaces,
    // Two that overlap may have begun at the same time.
    check: (snapshot) => assertNoOverlap(request, snapshot),
    transaction: { appId: key, version: request.sequence },
    info: { ...who, millrace: load },
  });
  if (outcome.status === 'COMMITTED') return resultOf(request, load, outcome.version, false);
  const earlier = await findEarlierLoad(request);
  if (earlier === undefined)
    throw new MillraceError('COMMIT_CONFLICT', `The interval ${key} was committed by another attempt, whose record cannot be found.`, { fields: { key } });
  return resultOf(request, earlier.load, earlier.deltaVersion, true);
}

async function holdsFiles(table: string, matches: (file: AddAction) => boolean): Promise<boolean> {
  const snapshot = await findSnapshot(table);
  return snapshot !== undefined && [...snapshot.files.values()].some(matches);
}

async function resultOf(request: RunIntervalRequest, load: RecordedLoad, deltaVersion: number, recovered: boolean): Promise<RunIntervalResult> {
  const snapshot = await readSnapshot(tablesOf(request).table, deltaVersion);
  return { ...load, deltaVersion, recovered, table: { rows: snapshot.rows, bytes: snapshot.bytes, columns: columnsOf(snapshot.fields) } };
}

function recordOf(output: LoadIntervalOutput, sources: readonly ResolvedSource[]): RecordedLoad {
  const { rowsExtracted, rowsLoaded, rowsQuarantined, rowsWarned, expectations } = output;
  return {
    rowsExtracted,
    rowsLoaded,
    rowsQuarantined,
    rowsWarned,
    expectations,
    bytes: output.files.reduce((sum, { size }) => sum + size, 0),
    sources: sources.flatMap(({ name, files }) => files.map((file) => ({ name, ...file }))),
  };
}

function tagsOf(request: RunIntervalRequest): Record<string, string> {
  return { 'millrace.interval': intervalKeyOf(request), 'millrace.run': request.pipelineRunId };
}

function assertRequest({ interval: { start, end }, definition: { dataset }, sources }: RunIntervalRequest): void {
  if (!DATASET.test(dataset))
    throw new MillraceError(
      'BAD_INPUT',
      `A pipeline cannot load into "${dataset}": tables that begin with "__" or end with "__quarantine" are kept by Millrace.`,
      {
        fields: { dataset },
      },
    );
  const names = sources.map(({ name }) => name.toLowerCase());
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined)
    throw new MillraceError('BAD_INPUT', `Two sources of the pipeline are called "${repeated}" (names are told apart without regard to case).`, {
      fields: { source: repeated },
    });
  if (!(start.getTime() < end.getTime()))
    throw new MillraceError('BAD_INPUT', `The interval ends at ${String(end)}, which is not after its start ${String(start)}.`, { fields: { start, end } });
}

function expectationFailed(output: LoadIntervalOutput): MillraceError {
  const violated = output.expectations.filter(({ severity, violations }) => severity === 'FAIL' && violations > 0);
  const list = violated
    .map(({ name, kind, violations }) =>
      kind === 'rowCount' ? `${name} (the batch has ${output.rowsExtracted} rows)` : `${name} (${violations} of ${output.rowsExtracted} rows)`,
    )
    .join(', ');
  return new MillraceError('EXPECTATION_FAILED', `Nothing was loaded: the batch violates ${list}.`, {
    fields: { expectations: output.expectations, rowsExtracted: output.rowsExtracted },
  });
}
