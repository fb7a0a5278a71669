import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { MillraceError, type Column } from '@millrace/contracts';
import { commit } from '../delta/commit.ts';
import type { CommitOutcome } from '../delta/commit-request.ts';
import { sqlTypeOf, type DeltaField } from '../delta/delta-type.ts';
import { discardFiles } from '../delta/discard-files.ts';
import { findSnapshot } from '../delta/snapshot.ts';
import { runOn, writeDataFiles } from '../delta/write-data-files.ts';
import { ComposedSql } from '../engine/composed-sql.ts';
import { duckDbMessage } from '../engine/sql-fault.ts';
import { quoteFiles, quoteName, quoteText } from '../engine/sql-text.ts';
import { loadBatches, type ColumnBatch } from './column-batch.ts';
import { isMissing } from '../sources/is-missing.ts';
import { withTrustedDatabase, type TrustedDatabaseOptions } from '../engine/trusted-database.ts';

export interface AppendRows {
  /** Folder of the Delta table; made where there is none. */
  readonly table: string;
  /** NDJSON files, one object per line. Timestamps are ISO 8601 strings. */
  readonly files?: readonly string[];
  /** Rows in memory. */
  readonly batches?: readonly ColumnBatch[];
  readonly compression?: 'uncompressed' | 'gzip' | 'zstd';
  /** The columns of the table by scalar type. A field that a line lacks is NULL; a field that is not named here is dropped. */
  readonly columns: readonly Column[];
  readonly partitionBy?: readonly string[];
  /** Makes the append happen once per application and version, whatever is delivered twice. */
  readonly transaction: { readonly appId: string; readonly version: number };
  /** Properties of the table (`delta.…`), where this append makes it. */
  readonly configuration?: Readonly<Record<string, string>>;
  /** Recorded with the commit. */
  readonly info?: Readonly<Record<string, unknown>>;
}

/** What an append did. `rows` is 0 where the transaction was already there (`SKIPPED`). */
export interface AppendOutcome {
  readonly status: CommitOutcome['status'];
  readonly version: number;
  readonly rows: number;
  /** By column how many values of the batches did not fit it and are NULL. */
  readonly unfit: Readonly<Record<string, number>>;
}

/**
 * Appends the rows of NDJSON files, or of batches, to a Delta table, exactly once per transaction. Trusted files only: it runs in this process. Fails
 * with `SOURCE_MISSING` for a file that is not there, `SOURCE_CORRUPT` for a line that is not JSON or does not fit the columns.
 */
export async function appendRows(request: AppendRows, limits: TrustedDatabaseOptions = {}): Promise<AppendOutcome> {
  const { table, transaction } = request;
  const before = await findSnapshot(table);
  const committed = before?.transactions.get(transaction.appId);
  if (before !== undefined && committed !== undefined && committed >= transaction.version)
    return { status: 'SKIPPED', version: before.version, rows: 0, unfit: {} };
  for (const file of request.files ?? [])
    await stat(file).catch((error: unknown) => {
      if (!isMissing(error)) throw error;
      throw new MillraceError('SOURCE_MISSING', `The rows to append are not at ${file}.`, { fields: { path: file } });
    });
  const fields = request.columns.map(({ name, type, nullable }): DeltaField => ({ name, type, nullable, metadata: {} }));
  const partitionColumns = request.partitionBy ?? [];
  const filePrefix = `part-${randomUUID()}`;
  try {
    const { add, unfit } = await withTrustedDatabase(limits, async (connection) => {
      const loaded = request.batches === undefined ? { select: readerOf(request, fields), unfit: {} } : await loadBatches(connection, request.batches, fields);
      const files = await writeDataFiles(runOn(connection), {
        table,
        select: new ComposedSql().add(loaded.select),
        parameters: {},
        fields,
        partitionColumns,
        filePrefix,
        tags: { 'millrace.transaction': transaction.appId },
      });
      return { add: files, unfit: loaded.unfit };
    }).catch((error: unknown) => {
      throw unreadable(request, error);
    });
    const rows = add.reduce((sum, { stats }) => sum + ((JSON.parse(stats ?? '{}') as { numRecords?: number }).numRecords ?? 0), 0);
    const outcome = await commit({
      table,
      fields,
      partitionColumns,
      add,
      transaction,
      ...(request.configuration === undefined ? {} : { configuration: request.configuration }),
      info: { ...request.info, rows },
    });
    const { status, version } = outcome;
    if (status === 'COMMITTED') return { status, version, rows, unfit };
    await discardFiles([table], filePrefix);
    return { status, version, rows: 0, unfit: {} };
  } catch (error) {
    await discardFiles([table], filePrefix);
    throw error;
  }
}

/** A SELECT of the rows of the files. */
function readerOf({ files = [], compression }: AppendRows, fields: readonly DeltaField[]): string {
  const columns = fields.map((field) => `${quoteName(field.name)}: ${quoteText(sqlTypeOf(field.type))}`).join(', ');
  return `SELECT * FROM read_json(${quoteFiles(files)}, format = 'newline_delimited', compression = ${quoteText(compression ?? 'uncompressed')}, columns = {${columns}})`;
}

function unreadable(request: AppendRows, error: unknown): MillraceError {
  if (error instanceof MillraceError) return error;
  return new MillraceError('SOURCE_CORRUPT', `The rows of ${request.files?.join(', ') ?? 'the batches'} do not fit the table: ${duckDbMessage(error)}`, {
    cause: error,
    fields: { files: request.files, table: request.table },
  });
}
