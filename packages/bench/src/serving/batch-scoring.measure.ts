import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import type { Column } from '@millrace/contracts';
import { runInterval, SqlEngine } from '@millrace/lakehouse';
import { temporaryFolder } from '@millrace/testing';
import type { BenchmarkPart } from '../benchmark.ts';
import { COLUMNS, trees, versionOf } from './bench-models.ts';
import { RawSession } from './raw-session.ts';

const ROWS = 5_000_000;
const PARTS = 8;
/** A bare session is asked with the batches that suit trees and matrices; the best counts. */
const RAW_ROWS = [8, 32, 128, 512];
const RAW_SECONDS = 2;

/** One scoring run as the child process reads it. */
export interface ScoringTask {
  readonly scoringRunId: string;
  readonly stagingFolder: string;
  readonly threads: number;
  readonly job: object;
}

/** Five million rows of a Delta table through a model into another, against a bare session that only runs the same model. */
export const batchScoringPart: BenchmarkPart = {
  name: 'batch-scoring',
  measure: async function* ({ note }) {
    const folder = await temporaryFolder();
    try {
      note(`  writing ${ROWS.toLocaleString('en')} rows …`);
      await writeTable(folder.path);
      const bytes = trees(100, 6);
      const model = join(folder.path, 'trees.onnx');
      await writeFile(model, bytes);
      const raw = await RawSession.open(folder.path, 'raw', bytes);
      const rates: number[] = [];
      for (const rows of RAW_ROWS) rates.push(rows * (await raw.runsPerSecond({ rows, seconds: RAW_SECONDS })));
      await raw.close();
      note('  scoring …');
      const { seconds } = await score(folder.path, model, versionOf(bytes, 'trees').artifactDigest);
      const best = Math.max(...rates);
      yield {
        what: `batch scoring of ${ROWS.toLocaleString('en')} rows, 100 trees of depth 6, table to table, against a raw session`,
        value: ROWS / seconds / best,
        unit: `× (${Math.round(ROWS / seconds).toLocaleString('en')} rows/s)`,
        bar: { atLeast: 0.5 },
        peer: { what: 'raw run() in one thread, best batch', value: best, unit: 'rows/s' },
      };
    } finally {
      await folder.remove();
    }
  },
};

const columns = (): Column[] => Array.from({ length: COLUMNS }, (_, index) => ({ name: `x${index}`, type: 'float', nullable: true }));

/** As a pipeline leaves it: one Delta table, several data files. */
async function writeTable(root: string): Promise<void> {
  const uri = join(root, 'rows.parquet');
  const database = await DuckDBInstance.create(':memory:');
  const connection = await database.connect();
  const values = columns().map(({ name }) => `(random() * 2 - 1)::FLOAT AS ${name}`);
  await connection.run(`COPY (SELECT range::BIGINT AS id, ${values.join(', ')} FROM range(${ROWS / PARTS})) TO '${uri}' (FORMAT parquet)`);
  connection.closeSync();
  database.closeSync();
  const engine = new SqlEngine({
    memoryLimit: '1GB',
    threads: 2,
    temporaryFolder: root,
    temporaryLimit: '20GB',
    timeoutMilliseconds: 600_000,
    jobsPerProcess: 50,
  });
  for (let part = 0; part < PARTS; part++) {
    await runInterval(
      {
        folder: root,
        pipeline: 'rows',
        pipelineRunId: `prun_${part}`,
        sequence: 1,
        attempt: 1,
        interval: { start: new Date(Date.UTC(2001, part, 1)), end: new Date(Date.UTC(2001, part + 1, 1)) },
        sourceRoots: [root],
        sources: [{ name: 'rows', format: 'PARQUET', uri }],
        definition: { transform: 'SELECT * FROM rows', expectations: [], dataset: 'rows', partitionBy: [] },
      },
      { engine },
    );
  }
  engine.close();
}

async function score(root: string, model: string, digest: string): Promise<{ readonly seconds: number }> {
  const task: ScoringTask = {
    scoringRunId: 'srun_bench',
    stagingFolder: join(root, 'staging'),
    threads: availableParallelism(),
    job: {
      artifact: { path: model, digest },
      providers: ['cpu'],
      batching: 'proven',
      signature: { ...versionOf(new Uint8Array(), 'trees').signature, features: columns() },
      source: { table: join(root, 'rows'), version: PARTS - 1, schema: [{ name: 'id', type: 'long', nullable: false }, ...columns()] },
      keyColumns: ['id'],
      modelVersionId: 'mv_trees_1',
      target: { table: join(root, 'scores'), filePrefix: 'scoring-srun_bench-', tags: {} },
    },
  };
  const file = join(root, 'task.json');
  await writeFile(file, JSON.stringify(task));
  const entry = new URL(`./batch-scoring.child${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);
  const child = fork(fileURLToPath(entry), [file], { env: { ...process.env, ORT_DISABLE_TELEMETRY: '1' } });
  const [outcome] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as [{ rows: number; seconds: number } | number | null];
  if (typeof outcome !== 'object' || outcome === null) throw new Error(`the scoring process ended with ${outcome}`);
  if (outcome.rows !== ROWS) throw new Error(`${outcome.rows} rows were scored, not ${ROWS}`);
  return outcome;
}
