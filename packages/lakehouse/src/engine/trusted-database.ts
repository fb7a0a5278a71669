import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { MillraceError } from '@millrace/contracts';
import { storageFaultOf } from './sql-fault.ts';

/** Limits of an in-process database; by default DuckDB's own. */
export interface TrustedDatabaseOptions {
  /** For example `512MB`. */
  readonly memoryLimit?: string;
  readonly threads?: number;
}

/** Runs SQL that Millrace wrote itself in a fresh in-memory database of this process, and closes it. SQL of users never comes here. Throws `STORAGE_UNAVAILABLE` where a disk cannot be used, `NOT_FOUND` where a data file is gone. */
export async function withTrustedDatabase<T>(
  options: TrustedDatabaseOptions,
  work: (connection: DuckDBConnection, instance: DuckDBInstance) => Promise<T>,
): Promise<T> {
  // By default all databases of all processes that run in a folder spill into the same files.
  const temporaryFolder = join(tmpdir(), `millrace-duckdb-${randomUUID()}`);
  const instance = await DuckDBInstance.create(':memory:', {
    temp_directory: temporaryFolder,
    ...(options.threads === undefined ? {} : { threads: String(options.threads) }),
    ...(options.memoryLimit === undefined ? {} : { memory_limit: options.memoryLimit }),
  });
  try {
    const connection = await instance.connect();
    try {
      await connection.run("SET TimeZone = 'UTC'; SET autoinstall_known_extensions = false; SET autoload_known_extensions = false");
      return await work(connection, instance);
    } catch (error) {
      const gone = goneFileOf(error);
      if (gone !== undefined) throw gone;
      const fault = storageFaultOf(error);
      throw fault === undefined ? error : new MillraceError(fault.code, fault.message, { cause: error, fields: fault.fields });
    } finally {
      connection.closeSync();
    }
  } finally {
    instance.closeSync();
    await rm(temporaryFolder, { recursive: true, force: true });
  }
}

/** A data file that a version of a table names and that is not there. Logs are cleaned while they are read, so theirs are not spoken of. */
function goneFileOf(error: unknown): MillraceError | undefined {
  const path = /No files found that match the pattern "([^"]+)"/.exec(error instanceof Error ? error.message : '')?.[1];
  if (path === undefined || path.includes('/_delta_log/')) return undefined;
  return new MillraceError(
    'NOT_FOUND',
    `The data file ${path} is gone. A version of a table is no longer readable once its files are removed: by its retention here, or by a VACUUM of another engine. Use a newer version.`,
    { cause: error, fields: { path } },
  );
}
