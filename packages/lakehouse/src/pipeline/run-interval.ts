import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { MillraceError } from '@millrace/contracts';
import { assertCommittable, commit } from '../delta/commit.ts';
import type { CommitRequest } from '../delta/commit-request.ts';
import { countRows } from '../delta/count-rows.ts';
import { columnsOf } from '../delta/delta-type.ts';
import { discardFiles } from '../delta/discard-files.ts';
import { recordsOf } from '../delta/log-state.ts';
import { assertWritable } from '../delta/protocol.ts';
import { forbidTransaction } from '../delta/forbid-transaction.ts';
import { makeTableFolder } from '../delta/make-folder.ts';
import { findSnapshot, readSnapshot } from '../delta/snapshot.ts';
import type { SqlEngine } from '../engine/sql-engine.ts';
import { assertUnchanged } from '../sources/assert-unchanged.ts';
import { resolveSource, type ResolvedSource } from '../sources/source-files.ts';
import { assertNoOverlap, findEarlierLoad, loadIn, type EarlierLoad } from './find-earlier-load.ts';
import { countOf, keptCountOf, marksOf } from './interval-marks.ts';
import { intervalKeyOf, type RecordedLoad, type RunIntervalRequest, type RunIntervalResult } from './interval-run.ts';
import type { LoadIntervalOutput } from './load-interval.ts';
import { QUARANTINE_FIELDS, quarantineNameOf } from './quarantine.ts';
import { assertMarked, replacementOf, type IntervalRows } from './replace-interval.ts';

const DATASET = /^(?!__)(?!.*__quarantine$)\w+$/i;

export interface RunIntervalOptions {
  readonly engine: SqlEngine;
  readonly signal?: AbortSignal;
  readonly onProgress?: (fraction: number, note: string) => void;
  /** Called when everything is written and nothing is committed. Where it throws, nothing will be. */
  readonly beginCommit?: () => Promise<void>;
}

/**
 * Runs extract → transform → expect → load for one interval. The rows of an interval are in files marked with it, so a rerun takes
 * exactly those files away and adds its own in one commit; where another engine has rewritten them, the rows are told by the pipeline's
 * `intervalColumn`, or the rerun is refused; the transaction of the interval with the run's sequence makes
 * every run commit once, whatever is delivered twice. That commit decides: what the run sets aside is recorded with it, and goes to
 * `<dataset>__quarantine` afterwards, so that a run that did not load leaves no row anywhere.
 * Fails with the codes of the sources and the SQL, `EXPECTATION_FAILED` (nothing is committed), `CONFLICT` where a newer run of the
 * interval has already committed, or another interval of the pipeline that overlaps it.
 */
export async function runInterval(request: RunIntervalRequest, options: RunIntervalOptions): Promise<RunIntervalResult> {
  assertRequest(request);
  const earlier = await findLoad(request);
  if (earlier !== undefined) return earlier;
  await assertMayLoad(request);
  const sources = await Promise.all(request.sources.map((source) => resolveSource(source, request.sourceRoots)));
  const paths = tablesOf(request);
  await makeTableFolder(paths.table);
  await makeTableFolder(paths.quarantine);
  const filePrefix = `part-${randomUUID()}`;
  try {
    const output = await loadInEngine(request, options, sources, filePrefix);
    await assertUnchanged(sources);
    if (output.failed) throw expectationFailed(output);
    options.onProgress?.(0.98, 'committing');
    const committed = await commitLoad(request, output, { load: recordOf(output, sources), filePrefix, beginCommit: options.beginCommit });
    if (committed === undefined) await discardFiles([paths.table, paths.quarantine], filePrefix);
    else return await finishLoad(request, committed, false);
  } catch (error) {
    await discardFiles((await hasNoLoad(request)) ? [paths.table, paths.quarantine] : [paths.table], filePrefix);
    throw error;
  }
  const other = await findLoad(request);
  if (other !== undefined) return other;
  throw new MillraceError('COMMIT_CONFLICT', `The interval ${intervalKeyOf(request)} was committed by another attempt, whose record cannot be found.`, {
    fields: { key: intervalKeyOf(request) },
  });
}

/**
 * What this run has loaded, by an earlier attempt, with its quarantine in place. `undefined` where it has not loaded yet, `CONFLICT` where
 * it never can.
 */
export async function findLoad(request: RunIntervalRequest): Promise<RunIntervalResult | undefined> {
  const earlier = await findEarlierLoad(request);
  return earlier === undefined ? undefined : finishLoad(request, { ...earlier, isRerun: true }, true);
}

/** Makes sure that this run loads nothing any more, whatever an attempt that was lost still does. Returns what it has loaded where it was faster. */
export async function giveUpLoad(request: RunIntervalRequest): Promise<RunIntervalResult | undefined> {
  const { table } = tablesOf(request);
  const found = await forbidTransaction(
    table,
    { appId: intervalKeyOf(request), version: request.sequence },
    whoOf(request),
    keptCountOf(intervalKeyOf(request)),
  );
  const earlier = found === undefined ? undefined : loadIn(request, found);
  return earlier === undefined ? undefined : finishLoad(request, { ...earlier, isRerun: true }, true);
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
  const { transform, expectations, partitionBy, intervalColumn } = request.definition;
  const input = {
    sources: sources.map(({ name, format, files, columns, reading }) => ({
      name,
      format,
      files: files.map(({ path }) => path),
      ...(columns === undefined ? {} : { columns }),
      ...(reading === undefined ? {} : { reading }),
    })),
    transform,
    expectations,
    partitionBy,
    ...(intervalColumn === undefined ? {} : { intervalColumn }),
    table,
    quarantineTable: quarantine,
    pipelineRunId: request.pipelineRunId,
    filePrefix,
    interval: { start: request.interval.start.getTime(), end: request.interval.end.getTime() },
    tags: marksOf(intervalKeyOf(request), request.pipelineRunId),
  };
  return options.engine.run('load-interval', input, {
    reach: { files: sources.flatMap(({ files }) => files.map(({ path }) => path)), folders: [table, quarantine] },
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
  });
}

interface CommittedLoad extends EarlierLoad {
  /** Whether the interval may have been loaded before, and so have rows in quarantine. */
  readonly isRerun: boolean;
}

interface LoadToCommit {
  readonly load: RecordedLoad;
  readonly filePrefix: string;
  readonly beginCommit: RunIntervalOptions['beginCommit'];
}

/** `undefined` where another attempt, or a newer run, has committed meanwhile. */
async function commitLoad(
  request: RunIntervalRequest,
  output: LoadIntervalOutput,
  { load, filePrefix, beginCommit }: LoadToCommit,
): Promise<CommittedLoad | undefined> {
  const key = intervalKeyOf(request);
  const { table } = tablesOf(request);
  const replacement = await replacementOf({ table, key, rows: rowsOf(request), filePrefix }, await findSnapshot(table));
  let isRerun = false;
  const loading: CommitRequest = {
    table,
    fields: output.fields,
    partitionColumns: request.definition.partitionBy,
    add: [...output.files, ...replacement.survivors],
    replaces: replacement.replaces,
    // Two that overlap may have begun at the same time.
    check: (snapshot) => {
      assertNoOverlap(request, snapshot);
      replacement.check(snapshot);
      isRerun = snapshot.transactions.has(key);
    },
    transaction: { appId: key, version: request.sequence },
    counts: countOf(key, output.rowsLoaded),
    info: { ...whoOf(request), millrace: load, quarantine: output.quarantineFiles },
  };
  // Once the load is there, the quarantine must not be what refuses.
  await assertCommittable(loading);
  await settingAside(request, output.quarantineFiles, assertCommittable);
  await beginCommit?.();
  const outcome = await commit(loading);
  if (outcome.status === 'SKIPPED') return undefined;
  return { deltaVersion: outcome.version, load, quarantine: output.quarantineFiles, isRerun };
}

/**
 * Hands on the commit that sets rows of a load aside in place of those of an earlier run. Other engines may have rewritten that table, too: its
 * rows tell their interval.
 */
async function settingAside(
  request: RunIntervalRequest,
  files: CommittedLoad['quarantine'],
  work: (setAside: CommitRequest) => Promise<unknown>,
): Promise<void> {
  const filePrefix = `part-${randomUUID()}`;
  const { quarantine: table } = tablesOf(request);
  const key = intervalKeyOf(request);
  const start = request.interval.start.getTime();
  const rows = { column: 'interval_start', from: start, to: start + 1 };
  const replacement = await replacementOf({ table, key, rows, filePrefix }, await findSnapshot(table));
  try {
    await work({
      table,
      fields: QUARANTINE_FIELDS,
      partitionColumns: [],
      add: [...files, ...replacement.survivors],
      replaces: replacement.replaces,
      check: replacement.check,
      transaction: { appId: key, version: request.sequence },
      counts: countOf(
        key,
        files.reduce((sum, file) => sum + recordsOf(file), 0),
      ),
      info: whoOf(request),
    });
  } finally {
    if (replacement.survivors.length > 0) await discardFiles([table], filePrefix);
  }
}

/**
 * Sets aside what the load sets aside. The transaction keeps the quarantine of an older run out once a newer run was here, and so is also
 * committed where a rerun sets nothing aside.
 */
async function finishLoad(
  request: RunIntervalRequest,
  { deltaVersion, load, quarantine, isRerun }: CommittedLoad,
  recovered: boolean,
): Promise<RunIntervalResult> {
  const { table } = tablesOf(request);
  if (quarantine.length > 0 || isRerun) await settingAside(request, quarantine, commit);
  const snapshot = await readSnapshot(table, deltaVersion);
  return { ...load, deltaVersion, recovered, table: { rows: await countRows(snapshot), bytes: snapshot.bytes, columns: columnsOf(snapshot.fields) } };
}

/** Refuses before the work what would be refused after it. */
async function assertMayLoad(request: RunIntervalRequest): Promise<void> {
  const { table } = tablesOf(request);
  const snapshot = await findSnapshot(table);
  if (snapshot === undefined) return;
  assertWritable(snapshot.protocol, snapshot.metaData, table);
  if (request.definition.intervalColumn === undefined) assertMarked(snapshot, { table, key: intervalKeyOf(request) });
}

/** Which rows are of the interval by what they say. */
function rowsOf({ definition: { intervalColumn }, interval }: RunIntervalRequest): IntervalRows | undefined {
  return intervalColumn === undefined ? undefined : { column: intervalColumn, from: interval.start.getTime(), to: interval.end.getTime() };
}

/** Whether the log says that this run has not loaded; not known where it cannot be read. */
async function hasNoLoad(request: RunIntervalRequest): Promise<boolean> {
  return findSnapshot(tablesOf(request).table).then(
    (snapshot) => (snapshot?.transactions.get(intervalKeyOf(request)) ?? -1) < request.sequence,
    () => false,
  );
}

function whoOf({ pipeline, pipelineRunId, sequence, attempt }: RunIntervalRequest): Readonly<Record<string, unknown>> {
  return { pipeline, pipelineRunId, sequence, attempt };
}

function recordOf(output: LoadIntervalOutput, sources: readonly ResolvedSource[]): RecordedLoad {
  const { rowsExtracted, rowsLoaded, rowsQuarantined, rowsWarned, expectations, readings } = output;
  return {
    rowsExtracted,
    rowsLoaded,
    rowsQuarantined,
    rowsWarned,
    expectations,
    readings,
    bytes: output.files.reduce((sum, { size }) => sum + size, 0),
    sources: sources.flatMap(({ name, files }) => files.map((file) => ({ name, ...file }))),
  };
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
