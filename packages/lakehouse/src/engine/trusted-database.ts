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

/** Runs SQL that Millrace wrote itself in a fresh in-memory database of this process, and closes it. SQL of users never comes here. Throws `STORAGE_UNAVAILABLE` where a disk cannot be used. */
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
