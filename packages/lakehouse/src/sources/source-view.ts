import type { DuckDBConnection } from '@duckdb/node-api';
import type { SourceFormat } from '@millrace/contracts';
import { EngineFault } from '../engine/engine-fault.ts';
import { duckDbMessage, exhaustionOf, storageFaultOf } from '../engine/sql-fault.ts';
import { quoteFiles, quoteName } from '../engine/sql-text.ts';
import { assertWhole } from './assert-whole.ts';

/** A source inside the engine process: files that the parent has already allowed. */
export interface SourceView {
  readonly name: string;
  readonly format: SourceFormat;
  readonly files: readonly string[];
  readonly columns?: readonly string[];
}

const READERS: Readonly<Record<SourceFormat, string>> = {
  PARQUET: 'read_parquet(FILES, union_by_name = true, hive_partitioning = false)',
  CSV: 'read_csv(FILES, header = true, union_by_name = true, hive_partitioning = false)',
  NDJSON: "read_json(FILES, format = 'newline_delimited', union_by_name = true, hive_partitioning = false)",
};

/**
 * Makes a source readable as a view of its name. Fails with `SOURCE_CORRUPT` where a file is not of its format or is cut off,
 * `SOURCE_COLUMN_MISSING` with the columns that are there, `SOURCE_EMPTY` where there is not one row.
 */
export async function createSourceView(connection: DuckDBConnection, source: SourceView): Promise<void> {
  const name = quoteName(source.name);
  const relation = READERS[source.format].replace('FILES', () => quoteFiles(source.files));
  await reading(source, () => Promise.all(source.files.map(assertWhole)));
  const present = await reading(source, async () => (await connection.run(`SELECT * FROM ${relation} LIMIT 0`)).columnNames());
  const absent = source.columns?.filter((column) => !present.includes(column)) ?? [];
  if (absent.length > 0) {
    throw new EngineFault(
      'SOURCE_COLUMN_MISSING',
      `The source "${source.name}" lacks the column ${absent.map((column) => `"${column}"`).join(', ')}. It has: ${present.join(', ')}.`,
      { source: source.name, missing: absent, present },
    );
  }
  const columns = source.columns === undefined ? '*' : source.columns.map(quoteName).join(', ');
  await connection.run(`CREATE VIEW ${name} AS SELECT ${columns} FROM ${relation}`);
  const first = await reading(source, async () => (await connection.runAndReadAll(`SELECT 1 FROM ${name} LIMIT 1`)).currentRowCount);
  if (first === 0)
    throw new EngineFault('SOURCE_EMPTY', `The source "${source.name}" is empty: ${source.files.join(', ')} has columns but no row.`, {
      source: source.name,
      files: source.files,
    });
}

/** Runs what reads a source; what fails is the fault of its files, unless it needs more than the engine may use, or the disk cannot be read. */
export async function reading<T>(source: Pick<SourceView, 'name' | 'format' | 'files'>, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof EngineFault) throw error;
    throw (
      exhaustionOf(error) ??
      storageFaultOf(error) ??
      new EngineFault(
        'SOURCE_CORRUPT',
        `The source "${source.name}" cannot be read as ${source.format} from ${source.files.join(', ')}: ${duckDbMessage(error)}`,
        { source: source.name, files: source.files },
      )
    );
  }
}
