import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { ComposedSql } from '../engine/composed-sql.ts';
import { EngineFault } from '../engine/engine-fault.ts';
import { quoteName, quoteText } from '../engine/sql-text.ts';
import type { AddAction } from './actions.ts';
import type { DeltaField } from './delta-type.ts';
import { uriOf } from './file-uri.ts';
import { statsOf, type ColumnStatistics } from './file-stats.ts';
import { makeFolder, makeTableFolder } from './make-folder.ts';
import { syncPath } from './sync-path.ts';

/** What is written, and where. */
export interface WriteDataFiles {
  readonly table: string;
  /** A SELECT that gives exactly `fields`. */
  readonly select: ComposedSql;
  readonly parameters: Readonly<Record<string, DuckDBValue>>;
  readonly fields: readonly DeltaField[];
  readonly partitionColumns: readonly string[];
  /** The values of the partition columns, where all rows have the same: the file is then written by all threads at once. */
  readonly onlyPartition?: Readonly<Record<string, string | null>>;
  /** Starts every file name, so that the files of an attempt that failed can be told. */
  readonly filePrefix: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Rows of a row group: what a reader of a part of a sorted file reads at least. */
  readonly rowGroupRows?: number;
}

/** Runs a statement with a user's SQL in it; errors come out as faults. */
export type RunStatement = (statement: ComposedSql, parameters: Readonly<Record<string, DuckDBValue>>) => Promise<readonly (readonly DuckDBValue[])[]>;

/** Writes rows as zstd Parquet files into a table folder, uncommitted, and returns their add actions. */
export async function writeDataFiles(run: RunStatement, write: WriteDataFiles): Promise<AddAction[]> {
  const { table, partitionColumns, onlyPartition } = write;
  const stored = write.fields.filter((field) => !partitionColumns.includes(field.name));
  const options = [
    'FORMAT parquet',
    'COMPRESSION zstd',
    'RETURN_STATS true',
    ...(write.rowGroupRows === undefined ? [] : [`ROW_GROUP_SIZE ${write.rowGroupRows}`]),
  ];
  const statement = new ComposedSql();
  if (partitionColumns.length === 0 || onlyPartition !== undefined) {
    const folder = join(table, ...partitionColumns.map((name) => `${encodeURIComponent(name)}=${hiveValue(onlyPartition?.[name] ?? null)}`));
    await makeTableFolder(table);
    await makeFolder(folder, partitionColumns.length);
    const file = join(folder, `${write.filePrefix}-${randomUUID()}.zstd.parquet`);
    statement
      .add(`COPY (SELECT ${stored.map((field) => quoteName(field.name)).join(', ')} FROM (`)
      .append(write.select)
      .add(`)) TO ${quoteText(file)} (${options.join(', ')})`);
  } else {
    await makeTableFolder(table);
    options.push(
      `PARTITION_BY (${partitionColumns.map(quoteName).join(', ')})`,
      'WRITE_PARTITION_COLUMNS false',
      'OVERWRITE_OR_IGNORE true',
      `FILENAME_PATTERN ${quoteText(`${write.filePrefix}-{uuid}`)}`,
      "FILE_EXTENSION 'zstd.parquet'",
    );
    statement
      .add('COPY (')
      .append(write.select)
      .add(`) TO ${quoteText(table)} (${options.join(', ')})`);
  }
  const rows = await run(statement, write.parameters);
  const files = await Promise.all(rows.map((row) => addActionOf(write, stored, row)));
  return files.filter((file) => file !== undefined);
}

/** Columns of RETURN_STATS: filename, count, file_size_bytes, footer_size_bytes, column_statistics, partition_keys. */
async function addActionOf(write: WriteDataFiles, stored: readonly DeltaField[], row: readonly DuckDBValue[]): Promise<AddAction | undefined> {
  const path = String(row[0]);
  const records = Number(row[1]);
  if (records === 0) return undefined;
  // The log is synced, and must not outlive the files that it names.
  await syncPath(path);
  await syncPath(dirname(path));
  const { size, mtimeMs } = await stat(path);
  const keys = write.onlyPartition ?? Object.fromEntries([...entriesOf(row[5])].map(([name, value]) => [name, value === null ? null : String(value)]));
  const partitionValues = Object.fromEntries(write.partitionColumns.map((name) => [name, keys[name] ?? null]));
  const empty = write.partitionColumns.find((name) => partitionValues[name] === '');
  if (empty !== undefined)
    throw new EngineFault(
      'BAD_INPUT',
      `${records} rows have an empty text in the partition column "${empty}". A Delta table cannot tell it from NULL: write NULLIF(${quoteName(empty)}, '') in the transform, or another text.`,
      { column: empty },
    );
  return {
    path: uriOf(relative(write.table, path)),
    partitionValues,
    size,
    modificationTime: Math.floor(mtimeMs),
    dataChange: true,
    stats: statsOf(records, stored, columnStatisticsOf(row[4])),
    tags: write.tags,
  };
}

function columnStatisticsOf(value: DuckDBValue | undefined): Map<string, ColumnStatistics> {
  const columns = new Map<string, ColumnStatistics>();
  for (const [key, statistics] of entriesOf(value)) {
    const name = /^"((?:[^"]|"")*)"$/.exec(key)?.[1];
    if (name !== undefined) columns.set(name.replaceAll('""', '"'), new Map([...entriesOf(statistics)].map(([item, text]) => [item, String(text)])));
  }
  return columns;
}

function entriesOf(value: DuckDBValue | undefined): readonly (readonly [string, DuckDBValue])[] {
  if (typeof value !== 'object' || value === null || !('entries' in value)) return [];
  return (value.entries as readonly { key: DuckDBValue; value: DuckDBValue }[]).map((entry) => [String(entry.key), entry.value] as const);
}

function hiveValue(value: string | null): string {
  return value === null ? '__HIVE_DEFAULT_PARTITION__' : encodeURIComponent(value);
}

/** For trusted statements: runs on a connection as they are. */
export function runOn(connection: DuckDBConnection): RunStatement {
  return async (statement, parameters) => {
    const names = Object.keys(parameters);
    const reader = names.length === 0 ? await connection.runAndReadAll(statement.text) : await connection.runAndReadAll(statement.text, { ...parameters });
    return reader.getRows();
  };
}
