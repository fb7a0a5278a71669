import type { DuckDBConnection } from '@duckdb/node-api';
import { filePattern, quoteList, quoteText } from './sql-text.ts';

/** What one job may use. */
export interface EngineLimits {
  /** For example `1GB`. */
  readonly memoryLimit: string;
  readonly threads: number;
  /** Where DuckDB may spill, for one process alone; it grants no more than `temporaryLimit`. */
  readonly temporaryFolder: string;
  readonly temporaryLimit: string;
}

/** Files that may be read, and folders that may be written. DuckDB grants both for both; what users write is kept to SELECT by the SQL guard. */
export interface EngineReach {
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

/**
 * Puts a fresh database into the state for SQL of users. The order matters: access is cut last and then nothing can be set any more.
 * Insertion order is not kept, which lets all threads write one file: a fifth of the time of a load.
 */
export async function lockDown(connection: DuckDBConnection, limits: EngineLimits, reach: EngineReach): Promise<void> {
  await connection.run(
    [
      "SET TimeZone = 'UTC'",
      'SET errors_as_json = true',
      'SET preserve_insertion_order = false',
      'SET enable_progress_bar = true',
      'SET enable_progress_bar_print = false',
      'SET progress_bar_time = 0',
      'SET autoinstall_known_extensions = false',
      'SET autoload_known_extensions = false',
      'SET allow_community_extensions = false',
      `SET allowed_paths = ${quoteList([...reach.files, ...reach.files.map(filePattern), ...reach.folders])}`,
      `SET allowed_directories = ${quoteList([...reach.folders, limits.temporaryFolder])}`,
      `SET temp_directory = ${quoteText(limits.temporaryFolder)}`,
      `SET max_temp_directory_size = ${quoteText(limits.temporaryLimit)}`,
      `SET memory_limit = ${quoteText(limits.memoryLimit)}`,
      `SET threads = ${limits.threads}`,
      'SET enable_external_access = false',
      'SET lock_configuration = true',
    ].join('; '),
  );
}
