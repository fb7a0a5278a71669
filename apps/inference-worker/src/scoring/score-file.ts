import { mapDataFile, type BatchValues, type MappedFile } from '@millrace/lakehouse';
import type { OnnxSession } from '../engine/session/onnx-runtime.ts';
import { allocateData } from '../engine/tensor/tensor.ts';
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

/** As many rows as are mapped at once, but at the end of a file. */
const WHOLE_BATCH = 2048;
const SWEEP_ROWS = [32, 128, 512, WHOLE_BATCH];

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
      map: async (inputs, rows) => {
        const rowsPerRun = runSize.rows ?? (await fastestRun(session, columns, inputs, rows));
        if (rows >= WHOLE_BATCH) runSize.rows = rowsPerRun;
        const outputs = columns.outputs.map(({ kind }): BatchValues => allocateData(kind, rows));
        for (let from = 0; from < rows; from += rowsPerRun) {
          const to = Math.min(rows, from + rowsPerRun);
          columns.unbind(await session.run(columns.bind(inputs, from, to)), outputs, from, to);
        }
        onRows(rows);
        return outputs;
      },
    },
    LIMITS,
  );
}

/** How many rows per run are fastest for this model, found on the first rows: for trees few are, for matrices many. */
async function fastestRun(session: OnnxSession, columns: ScoringColumns, inputs: readonly BatchValues[], rows: number): Promise<number> {
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
