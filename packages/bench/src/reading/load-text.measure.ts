import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { runInterval, SqlEngine } from '@millrace/lakehouse';
import type { BenchmarkPart } from '../benchmark.ts';
import type { Measure } from '../measure.ts';
import { writeText, type TextKind } from './text-files.ts';

const ROUNDS = 5;
const THREADS = 2;

/** Loads a file of text whose types nobody declared, against DuckDB's plain COPY to Parquet of the same file when it is told all types. The best of the rounds of each: the machine has other things to do. */
export function measureLoad(kind: TextKind): BenchmarkPart {
  return {
    name: kind.part,
    measure: async function* () {
      yield await loadBesideCopy(kind);
    },
  };
}

async function loadBesideCopy(kind: TextKind): Promise<Measure> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-bench-reading-'));
  const engine = new SqlEngine({
    memoryLimit: '1GB',
    threads: THREADS,
    temporaryFolder: join(folder, 'spill'),
    temporaryLimit: '4GB',
    timeoutMilliseconds: 600_000,
    jobsPerProcess: 50,
  });
  try {
    const path = join(folder, `text.${kind.format.toLowerCase()}`);
    await writeText(kind, path);
    await mkdir(join(folder, 'spill'));
    const seconds = { ours: Number.POSITIVE_INFINITY, peer: Number.POSITIVE_INFINITY };
    for (let round = 0; round < ROUNDS; round += 1) {
      seconds.peer = Math.min(seconds.peer, await secondsOf(() => copyWithDuckDb(kind, path, join(folder, `peer-${round}.parquet`))));
      seconds.ours = Math.min(seconds.ours, await secondsOf(() => load(engine, kind, path, round)));
    }
    const megabytes = (await stat(path)).size / 1e6;
    return {
      what: `${kind.name}, types found, into a table: ${Math.round(megabytes / seconds.ours)} MB/s`,
      value: (100 * seconds.peer) / seconds.ours,
      unit: '% of COPY',
      bar: { atLeast: 25 },
      peer: { what: 'DuckDB COPY, types given', value: Math.round(megabytes / seconds.peer), unit: 'MB/s' },
    };
  } finally {
    engine.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

async function load(engine: SqlEngine, { format }: TextKind, path: string, round: number): Promise<void> {
  await runInterval(
    {
      folder: dirname(path),
      pipeline: 'text',
      pipelineRunId: `prun_${round}`,
      sequence: 1,
      attempt: 1,
      interval: { start: new Date(0), end: new Date(1) },
      definition: { transform: 'SELECT * FROM text', expectations: [], dataset: `text_${round}`, partitionBy: [] },
      sources: [{ name: 'text', format, uri: path }],
      sourceRoots: [dirname(path)],
    },
    { engine },
  );
}

async function copyWithDuckDb({ format, types }: TextKind, path: string, target: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:', { threads: String(THREADS), memory_limit: '1GB' });
  const connection = await instance.connect();
  const columns = Object.entries(types).map(([name, type]) => `'${name}': '${type}'`);
  const read = format === 'CSV' ? `read_csv('${path}', header = true, delim = ',', auto_detect = false,` : `read_json('${path}', format = 'newline_delimited',`;
  await connection.run(
    `SET preserve_insertion_order = false; COPY (SELECT * FROM ${read} columns = {${columns.join(', ')}})) TO '${target}' (FORMAT parquet, COMPRESSION zstd)`,
  );
  connection.closeSync();
  instance.closeSync();
}
