import { MillraceError } from '@millrace/contracts';
import { commit, discardFiles, mappedFields, readSnapshot, type AddAction, type MappedFile } from '@millrace/lakehouse';
import type { Logger } from '@millrace/service-kit';
import { MODEL_VERSION_COLUMN, REJECTION_COLUMN, requireDistinctColumns, SCORED_AT_COLUMN } from './scored-table.ts';
import { findScored, transactionOf, type ScoredDataset, type ScoringTarget } from './scored-commit.ts';
import { scoringColumns } from './scoring-columns.ts';
import type { ScoringJob } from './scoring-messages.ts';
import { ScoringSession } from './scoring-session.ts';
import { StagedFiles } from './staged-files.ts';

interface ScoreDataset {
  readonly scoringRunId: string;
  readonly job: ScoringJob;
  /** Where it is remembered which files are done. */
  readonly stagingFolder: string;
  readonly threads: number;
  readonly onProgress: (rows: number, totalRows: number) => void;
  /** Called when every file is written and nothing is committed. Where it throws, nothing will be. */
  readonly beginCommit?: () => Promise<void>;
  /** Attempts before the run was begun again by hand. */
  readonly retriedAfter?: number;
  readonly signal: AbortSignal;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
}

/**
 * Scores every data file of a table's version and commits all of them at once, exactly once for a run however often it is called, also
 * side by side: files that an earlier attempt finished are kept, and a commit that is there is found again. Threads take files as they
 * become free.
 */
export async function scoreDataset(request: ScoreDataset): Promise<ScoredDataset> {
  const staged = await StagedFiles.open(request.stagingFolder);
  const scored = (await findScored(targetOf(request))) ?? (await scoreAndCommit(request, staged).catch((error: unknown) => otherCommit(request, error)));
  await staged.remove();
  return scored;
}

/** An attempt that was thought lost may have been faster, and have cleared away what this one was writing. Throws `error` where there was none. */
async function otherCommit(request: ScoreDataset, error: unknown): Promise<ScoredDataset> {
  const other = request.signal.aborted ? undefined : await findScored(targetOf(request));
  if (other === undefined) throw error;
  return other;
}

function targetOf({ scoringRunId, job, retriedAfter = 0 }: ScoreDataset): ScoringTarget {
  return { scoringRunId, table: job.target.table, retriedAfter };
}

async function scoreAndCommit(request: ScoreDataset, staged: StagedFiles): Promise<ScoredDataset> {
  const { job, scoringRunId, logger } = request;
  const { outputs } = scoringColumns(job.signature, job.source.schema);
  requireDistinctColumns(
    job.keyColumns,
    outputs.map(({ column }) => column),
  );
  const files = await scoreFiles(request, staged);
  const figures = sumOf(files);
  await request.beginCommit?.();
  const { status, version } = await commit({
    table: job.target.table,
    fields: await mappedFields({
      source: { ...job.source, path: '' },
      outputs,
      keep: job.keyColumns,
      constants: { [MODEL_VERSION_COLUMN]: job.modelVersionId, [SCORED_AT_COLUMN]: new Date() },
      rejectionColumn: REJECTION_COLUMN,
    }),
    partitionColumns: [],
    add: files.flatMap(({ files: added }) => added),
    transaction: transactionOf(targetOf(request)),
    info: { scoringRunId, ...figures },
  });
  // Where the rows were there already, `version` is that of the table now, and others may have written since.
  const scored = status === 'SKIPPED' ? await findScored(targetOf(request)) : { deltaVersion: version, ...figures };
  if (scored === undefined)
    throw new MillraceError('COMMIT_CONFLICT', `the rows of ${scoringRunId} were committed by another attempt, whose record cannot be found`, {
      fields: { scoringRunId },
    });
  logger.info('scored rows committed', { ...scored });
  // What attempts that were overtaken left behind.
  await discardFiles([job.target.table], job.target.filePrefix);
  return scored;
}

async function scoreFiles({ job, threads, onProgress, signal, logger }: ScoreDataset, staged: StagedFiles): Promise<MappedFile[]> {
  const snapshot = await readSnapshot(job.source.table, job.source.version);
  const done: MappedFile[] = [];
  const left: string[] = [];
  for (const path of snapshot.files.keys()) {
    const file = await staged.find(path);
    if (file === undefined) left.push(path);
    else done.push(file);
  }
  let rows = sumOf(done).rows;
  if (done.length > 0) logger.info('an earlier attempt has scored some files', { files: done.length, rows });
  const report = (more: number): void => onProgress((rows += more), snapshot.rows);
  report(0);
  const workers = Array.from({ length: Math.min(threads, left.length) }, async () => {
    const session = await ScoringSession.open(job, report);
    if (session.aloneBecause !== undefined) logger.info('rows are scored one by one', { reason: session.aloneBecause });
    const stop = (): void => void session.close();
    signal.addEventListener('abort', stop, { once: true });
    try {
      for (let path = left.shift(); path !== undefined; path = left.shift()) {
        signal.throwIfAborted();
        const file = await session.score(path);
        await staged.keep(path, file);
        done.push(file);
      }
    } catch (error) {
      // The others stop after their file.
      left.length = 0;
      throw signal.aborted ? signal.reason : error;
    } finally {
      signal.removeEventListener('abort', stop);
      await session.close();
    }
  });
  const failure = (await Promise.allSettled(workers)).find((outcome) => outcome.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
  return done;
}

function sumOf(files: readonly MappedFile[]): Omit<ScoredDataset, 'deltaVersion'> {
  const sum = { rows: 0, rejected: 0, bytes: 0 };
  for (const { rows, rejected, files: added } of files) {
    sum.rows += rows;
    sum.rejected += rejected;
    sum.bytes += added.reduce((bytes, { size }: AddAction) => bytes + size, 0);
  }
  return sum;
}
