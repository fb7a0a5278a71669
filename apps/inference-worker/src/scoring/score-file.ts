import { mapDataFile, type BatchValues, type MappedFile } from '@millrace/lakehouse';
import type { OnnxSession } from '../engine/session/onnx-runtime.ts';
import { SessionFault } from '../engine/session/session-fault.ts';
import { allocateData, type NamedTensors } from '../engine/tensor/tensor.ts';
import { MODEL_VERSION_COLUMN, REJECTION_COLUMN, SCORED_AT_COLUMN } from './scored-table.ts';
import type { ScoringColumns } from './scoring-columns.ts';
import type { ScoringJob } from './scoring-messages.ts';

/** How many rows each run takes: found once for a session, on its first whole batch of rows, and kept for its other files. */
export interface RunSize {
  rows: number | undefined;
}

interface FileToScore {
  readonly job: ScoringJob;
  readonly path: string;
  readonly session: OnnxSession;
  readonly columns: ScoringColumns;
  readonly runSize: RunSize;
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

interface Batch {
  readonly session: OnnxSession;
  readonly columns: ScoringColumns;
  readonly inputs: readonly BatchValues[];
  readonly outputs: readonly BatchValues[];
  /** What the model failed with, by row. */
  readonly failures: Map<number, unknown>;
}

/** Scores one data file into one new data file, which is not committed. */
export async function scoreFile({ job, path, session, columns, runSize, onRows, signal }: FileToScore): Promise<MappedFile> {
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
      map: async (inputs, rows, reject) => {
        const rowsPerRun = runSize.rows ?? (await fastestRun(session, columns, inputs, rows));
        if (rows >= ENOUGH_ROWS) runSize.rows ??= rowsPerRun;
        const outputs = columns.outputs.map(({ kind }): BatchValues => allocateData(kind, rows));
        const failures = new Map<number, unknown>();
        const step = rowsPerRun ?? FIRST_SIZE;
        for (let from = 0; from < rows; from += step) await scoreRows({ session, columns, inputs, outputs, failures }, from, Math.min(rows, from + step));
        rejectFailed(failures, rows, reject);
        return outputs;
      },
    },
    LIMITS,
  );
}

/** Runs the model on rows. Where it fails on them, halves are tried, until those rows are alone that it fails on. */
async function scoreRows(batch: Batch, from: number, to: number): Promise<void> {
  const { session, columns, inputs, outputs, failures } = batch;
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
  columns.unbind(given, outputs, from, to);
}

/** A model that fails on everything has failed itself, or its provider has, and no row is to blame. */
function rejectFailed(failures: Batch['failures'], rows: number, reject: (row: number, reason: string) => void): void {
  for (const [row, thrown] of failures) {
    if (failures.size === rows && rows >= FIRST_SIZE) throw thrown;
    reject(row, reasonOfInputs(thrown) ?? '');
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
