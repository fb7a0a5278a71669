import { MillraceError } from '@millrace/contracts';
import { mapDataFile, type BatchValues, type MappedFile } from '@millrace/lakehouse';
import type { OnnxSession } from '../engine/session/onnx-runtime.ts';
import { SessionFault } from '../engine/session/session-fault.ts';
import { allocateData, type NamedTensors } from '../engine/tensor/tensor.ts';
import { MODEL_VERSION_COLUMN, REJECTION_COLUMN, SCORED_AT_COLUMN } from './scored-table.ts';
import type { ScoringColumns } from './scoring-columns.ts';
import type { ScoringJob } from './scoring-messages.ts';

/** What was found out about a session, and is kept for its other files. */
export interface FoundOut {
  /** How many rows each run takes: found on the first whole batch of rows. */
  rowsPerRun: number | undefined;
  /** A row that the model has run. */
  goodRow: NamedTensors | undefined;
}

interface FileToScore {
  readonly job: ScoringJob;
  readonly path: string;
  readonly session: OnnxSession;
  readonly columns: ScoringColumns;
  readonly foundOut: FoundOut;
  /** Called with the number of rows since the last call. */
  readonly onRows: (rows: number) => void;
  readonly signal: AbortSignal;
}

/** DuckDB gets one thread: the files of a run are scored side by side. */
const LIMITS = { threads: 1, memoryLimit: '1GB' };

const FIRST_SIZE = 32;
/** On so many rows the fastest size is found well enough to be kept. */
const ENOUGH_ROWS = 512;
const SWEEP_ROWS = [FIRST_SIZE, 128, ENOUGH_ROWS, 2048];

/** Rows of a file that are mapped at once. */
export interface BatchToScore {
  readonly session: OnnxSession;
  readonly columns: ScoringColumns;
  readonly foundOut: FoundOut;
  readonly inputs: readonly BatchValues[];
  readonly rows: number;
  readonly reject: (row: number, reason: string) => void;
}

interface Batch extends BatchToScore {
  readonly outputs: readonly BatchValues[];
  /** What the model failed with, by row. */
  readonly failures: Map<number, unknown>;
}

/** Scores one data file into one new data file, which is not committed. */
export async function scoreFile({ job, path, session, columns, foundOut, onRows, signal }: FileToScore): Promise<MappedFile> {
  return mapDataFile(
    {
      source: { ...job.source, path },
      inputs: columns.inputs,
      outputs: columns.outputs,
      keep: job.keyColumns,
      constants: { [MODEL_VERSION_COLUMN]: job.modelVersionId, [SCORED_AT_COLUMN]: new Date() },
      rejectionColumn: REJECTION_COLUMN,
      target: job.target,
      signal,
      onRows,
      map: (inputs, rows, reject) => scoreBatch({ session, columns, foundOut, inputs, rows, reject }),
    },
    LIMITS,
  );
}

/**
 * The outputs of some rows; one that the model fails on is rejected with what it says. Throws `UNAVAILABLE` where what runs the model
 * has failed: no row is to blame then.
 */
export async function scoreBatch(asked: BatchToScore): Promise<BatchValues[]> {
  const { session, columns, foundOut, inputs, rows } = asked;
  const rowsPerRun = foundOut.rowsPerRun ?? (await fastestRun(session, columns, inputs, rows));
  if (rows >= ENOUGH_ROWS) foundOut.rowsPerRun ??= rowsPerRun;
  const outputs = columns.outputs.map(({ kind }): BatchValues => allocateData(kind, rows));
  const batch = { ...asked, outputs, failures: new Map<number, unknown>() };
  const step = rowsPerRun ?? FIRST_SIZE;
  for (let from = 0; from < rows; from += step) await scoreRows(batch, from, Math.min(rows, from + step));
  await rejectFailed(batch);
  return outputs;
}

/** Runs the model on rows. Where it fails on them, halves are tried, until those rows are alone that it fails on. */
async function scoreRows(batch: Batch, from: number, to: number): Promise<void> {
  const { session, columns, foundOut, inputs, outputs, failures } = batch;
  let given: NamedTensors;
  try {
    given = await session.run(columns.bind(inputs, from, to));
  } catch (thrown) {
    if (reasonOfInputs(thrown) === undefined) throw thrown;
    if (to - from === 1) return void failures.set(from, thrown);
    const middle = (from + to) >> 1;
    await scoreRows(batch, from, middle);
    return scoreRows(batch, middle, to);
  }
  foundOut.goodRow ??= copyOf(columns.bind(inputs, from, from + 1));
  columns.unbind(given, outputs, from, to);
}

/** The columns of a batch are not for keeping. */
function copyOf(tensors: NamedTensors): NamedTensors {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, { ...tensor, data: tensor.data.slice() }]));
}

/** Where the model fails on everything, or on a row now that it has run before, no row is to blame. */
async function rejectFailed({ session, foundOut: { goodRow }, failures, rows, reject }: Batch): Promise<void> {
  if (failures.size > 0 && goodRow !== undefined) await requireAlive(session, goodRow);
  for (const [row, thrown] of failures) {
    if (failures.size === rows && rows >= FIRST_SIZE) throw thrown;
    reject(row, reasonOfInputs(thrown) ?? '');
  }
}

async function requireAlive(session: OnnxSession, goodRow: NamedTensors): Promise<void> {
  try {
    await session.run(goodRow);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new MillraceError('UNAVAILABLE', `what runs the model has failed: it does not run a row any more that it has run before (${reason})`, { cause });
  }
}

/** What the model says about values that it cannot take; undefined where they are not what it failed on. */
function reasonOfInputs(thrown: unknown): string | undefined {
  return thrown instanceof SessionFault && thrown.serialized.fields['isOfInputs'] === true ? thrown.serialized.message : undefined;
}

/** How many rows per run are fastest for this model, found on the first rows: for trees few are, for matrices many. Undefined where the model fails on some of them. */
async function fastestRun(session: OnnxSession, columns: ScoringColumns, inputs: readonly BatchValues[], rows: number): Promise<number | undefined> {
  try {
    return await sweep(session, columns, inputs, rows);
  } catch (thrown) {
    if (reasonOfInputs(thrown) === undefined) throw thrown;
    return undefined;
  }
}

async function sweep(session: OnnxSession, columns: ScoringColumns, inputs: readonly BatchValues[], rows: number): Promise<number> {
  let best = { rowsPerRun: rows, millisecondsPerRow: Number.POSITIVE_INFINITY };
  for (const rowsPerRun of SWEEP_ROWS.filter((size) => size <= rows)) {
    const tensors = columns.bind(inputs, 0, rowsPerRun);
    await session.run(tensors);
    const begin = performance.now();
    const runs = Math.max(1, Math.floor(512 / rowsPerRun));
    for (let run = 0; run < runs; run++) await session.run(tensors);
    const millisecondsPerRow = (performance.now() - begin) / (runs * rowsPerRun);
    if (millisecondsPerRow < best.millisecondsPerRow) best = { rowsPerRun, millisecondsPerRow };
  }
  return best.rowsPerRun;
}
