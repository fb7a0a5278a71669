import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { temporaryFolder } from '@millrace/testing';
import type { BenchmarkPart } from '../benchmark.ts';

const ROWS = 2_000_000;
const COLUMNS = 32;
const FROM_SOURCE = import.meta.url.endsWith('.ts');
const CHILD = fileURLToPath(
  new URL(`../../../../apps/inference-worker/${FROM_SOURCE ? 'src' : 'dist'}/event-log/log-throughput.child.${FROM_SOURCE ? 'ts' : 'js'}`, import.meta.url),
);

interface Throughput {
  readonly rowsPerSecond: number;
  readonly droppedRows: number;
  readonly processorMicrosecondsPerRow: number;
}

/** Rows of 32 columns through the whole prediction log of a node: chunks, thread, summaries, group commits, closed segments. */
export const predictionLogPart: BenchmarkPart = {
  name: 'prediction-log',
  measure: async function* ({ note }) {
    const folder = await temporaryFolder();
    try {
      for (const batch of [1, 32, 256]) {
        note(`  logging requests of ${batch} rows …`);
        const rows = batch === 1 ? ROWS / 10 : ROWS;
        const { rowsPerSecond, droppedRows, processorMicrosecondsPerRow } = await log(folder.path, rows, batch);
        yield {
          what: `prediction log of ${COLUMNS} columns, requests of ${batch} rows: ${processorMicrosecondsPerRow.toFixed(1)} µs of processor a row, ${droppedRows} dropped`,
          value: rowsPerSecond,
          unit: 'rows/s',
          bar: { atLeast: batch === 1 ? 60_000 : 300_000 },
        };
      }
    } finally {
      await folder.remove();
    }
  },
};

async function log(folder: string, rows: number, batch: number): Promise<Throughput> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...(FROM_SOURCE ? ['--conditions=@millrace/source'] : []),
    CHILD,
    folder,
    String(rows),
    String(batch),
    String(COLUMNS),
  ]);
  return JSON.parse(stdout) as Throughput;
}
