import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Expectation, ReadingDefinition, SourceFormat } from '@millrace/contracts';
import { SqlEngine, type SqlEngineOptions } from './engine/sql-engine.ts';
import { quoteText } from './engine/sql-text.ts';
import { withTrustedDatabase } from './engine/trusted-database.ts';
import type { RunIntervalRequest } from './pipeline/interval-run.ts';

/** A folder with sources and tables, and an engine, for one test file. */
export interface Lake {
  readonly root: string;
  readonly sources: string;
  readonly tables: string;
  readonly engine: SqlEngine;
  text(name: string, content: string): Promise<string>;
  /** Writes the result of SQL as a Parquet file and returns its path. */
  parquet(name: string, sql: string): Promise<string>;
  close(): Promise<void>;
}

export async function openLake(options: Partial<SqlEngineOptions> = {}): Promise<Lake> {
  const root = await mkdtemp(join(tmpdir(), 'millrace-lake-'));
  const sources = join(root, 'sources');
  const tables = join(root, 'tables');
  const temporaryFolder = join(root, 'spill');
  await Promise.all([sources, tables, temporaryFolder].map((folder) => mkdir(folder)));
  const engine = new SqlEngine({
    memoryLimit: '256MB',
    threads: 2,
    temporaryFolder,
    temporaryLimit: '1GB',
    timeoutMilliseconds: 60_000,
    jobsPerProcess: 50,
    ...options,
  });
  const text = async (name: string, content: string): Promise<string> => {
    const path = join(sources, name);
    await writeFile(path, content);
    return path;
  };
  const parquet = async (name: string, sql: string): Promise<string> => {
    const path = join(sources, name);
    await withTrustedDatabase({}, (connection) => connection.run(`COPY (${sql}) TO ${quoteText(path)} (FORMAT parquet)`));
    return path;
  };
  return {
    root,
    sources,
    tables,
    engine,
    text,
    parquet,
    close: async () => {
      engine.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** Ten departures a day in January and February 2001, every tenth with a negative distance. */
export const DEPARTURES = `SELECT TIMESTAMP '2001-01-01' + to_hours(2 * i::INTEGER) AS date, (i % 60) AS delay, CASE WHEN i % 10 = 3 THEN -1 ELSE 100 + i END AS distance,
  CASE WHEN i % 7 = 0 THEN NULL ELSE 'A' || (i % 3) END AS origin FROM range(700) t(i)`;

export interface RunOptions {
  readonly uri: string;
  readonly format?: SourceFormat;
  readonly columns?: readonly string[];
  readonly reading?: ReadingDefinition;
  readonly transform?: string;
  readonly expectations?: readonly Expectation[];
  readonly partitionBy?: readonly string[];
  readonly sequence?: number;
  readonly attempt?: number;
  readonly month?: number;
  readonly dataset?: string;
}

/** A run of a pipeline over one month of 2001 (0 is January) of a source called `flights`. */
export function runOf(lake: Lake, options: RunOptions): RunIntervalRequest {
  const month = options.month ?? 0;
  const sequence = options.sequence ?? 1;
  return {
    folder: lake.tables,
    pipeline: 'flights by month',
    pipelineRunId: `prun_${month}_${sequence}`,
    sequence,
    attempt: options.attempt ?? 1,
    interval: { start: new Date(Date.UTC(2001, month, 1)), end: new Date(Date.UTC(2001, month + 1, 1)) },
    sourceRoots: [lake.sources],
    sources: [
      {
        name: 'flights',
        format: options.format ?? 'PARQUET',
        uri: options.uri,
        ...(options.columns === undefined ? {} : { columns: options.columns }),
        ...(options.reading === undefined ? {} : { reading: options.reading }),
      },
    ],
    definition: {
      transform: options.transform ?? 'SELECT * FROM flights WHERE date >= $interval_start AND date < $interval_end',
      expectations: [...(options.expectations ?? [])],
      dataset: options.dataset ?? 'departures',
      partitionBy: [...(options.partitionBy ?? [])],
    },
  };
}
