import { DuckDBDataChunk, type DuckDBConnection } from '@duckdb/node-api';
import { MillraceError } from '@millrace/contracts';
import type { AddAction } from '../delta/actions.ts';
import type { DeltaField } from '../delta/delta-type.ts';
import { readSnapshot } from '../delta/snapshot.ts';
import { fileRelation } from '../delta/snapshot-relation.ts';
import { runOn, writeDataFiles } from '../delta/write-data-files.ts';
import { ComposedSql } from '../engine/composed-sql.ts';
import { withTrustedDatabase, type TrustedDatabaseOptions } from '../engine/trusted-database.ts';
import { fillVector, valuesOfVector, type BatchValues } from './batch-values.ts';
import { fieldsOf, KINDS, REJECTION_TYPE, rejectionOf, selectOf, valueOf, type MappedInput, type MappedOutput } from './mapped-columns.ts';

export interface MapDataFile {
  readonly source: { readonly table: string; readonly version: number; /** Of an add action of that version. */ readonly path: string };
  readonly inputs: readonly MappedInput[];
  readonly outputs: readonly MappedOutput[];
  /** Columns of the source that are written as they are, before the outputs. */
  readonly keep: readonly string[];
  /** The same value in every row, after the outputs: text, or a time. */
  readonly constants: Readonly<Record<string, string | Date>>;
  /** Written as text, null where the row was mapped: why it was not. */
  readonly rejectionColumn: string;
  readonly target: { readonly table: string; readonly filePrefix: string; readonly tags: Readonly<Record<string, string>> };
  /**
   * Maps up to 2,048 rows; the arrays are in the order of `inputs` and `outputs`. A rejected row holds zeros and empty texts,
   * and what is mapped from it is thrown away. The input arrays are only valid until the promise resolves.
   */
  readonly map: (inputs: readonly BatchValues[], rows: number) => Promise<readonly BatchValues[]>;
  readonly signal?: AbortSignal | undefined;
}

/** What became of the rows of one file. */
export interface MappedFile {
  readonly files: readonly AddAction[];
  readonly rows: number;
  readonly rejected: number;
}

/** The columns of the table that a mapping writes. Throws `SOURCE_COLUMN_MISSING` for one that is to be kept and is not there. */
export async function mappedFields(
  request: Pick<MapDataFile, 'source' | 'outputs' | 'keep' | 'constants' | 'rejectionColumn'>,
): Promise<readonly DeltaField[]> {
  return fieldsOf(request, await readSnapshot(request.source.table, request.source.version));
}

/**
 * Streams one data file of a Delta table through `map` into one new data file of another, which is not committed. Rows keep their
 * order. Runs in the calling thread and its database; only numbers pass through JavaScript, kept columns never do.
 */
export async function mapDataFile(request: MapDataFile, limits: TrustedDatabaseOptions): Promise<MappedFile> {
  const { source, target } = request;
  const snapshot = await readSnapshot(source.table, source.version);
  const file = snapshot.files.get(source.path);
  if (file === undefined)
    throw new MillraceError('NOT_FOUND', `Version ${source.version} of the table ${source.table} has no file ${source.path}.`, { fields: { ...source } });
  const fields = fieldsOf(request, snapshot);
  return withTrustedDatabase(limits, async (connection, instance) => {
    const relation = fileRelation(snapshot, file);
    await connection.run(
      `CREATE TABLE mapped (${[`rejection ${REJECTION_TYPE}`, ...request.outputs.map(({ kind }, index) => `o${index} ${KINDS[kind].sql}`)].join(', ')})`,
    );
    const reader = await instance.connect();
    const rows = await mapRows(connection, reader, relation, request).finally(() => reader.closeSync());
    const [counts] = (
      await connection.runAndReadAll(`SELECT (SELECT count(*) FROM mapped WHERE rejection > 0)::DOUBLE, (SELECT count(*) FROM ${relation})::DOUBLE`)
    ).getRows();
    const [rejected, present] = [Number(counts?.[0]), Number(counts?.[1])];
    if (rows !== present) throw new MillraceError('INTERNAL', `${rows} rows of ${source.path} were mapped, but it has ${present}.`, { fields: { ...source } });
    const files = await writeDataFiles(runOn(connection), {
      table: target.table,
      select: new ComposedSql().add(selectOf(request, relation)),
      parameters: {},
      fields,
      partitionColumns: [],
      filePrefix: target.filePrefix,
      tags: target.tags,
    });
    return { files, rows, rejected };
  });
}

/** Two connections: a statement on the one that streams would cut the stream short. */
async function mapRows(
  connection: DuckDBConnection,
  reader: DuckDBConnection,
  relation: string,
  { inputs, outputs, map, signal }: MapDataFile,
): Promise<number> {
  const result = await reader.stream(`SELECT ${[rejectionOf(inputs), ...inputs.map(valueOf)].join(', ')} FROM ${relation}`);
  const appender = await connection.createAppender('mapped');
  const types = [result.columnType(0), ...outputs.map((_, index) => appender.columnType(index + 1))];
  let rows = 0;
  // The next chunk is fetched while this one is mapped.
  for (let next = result.fetchChunk(); ;) {
    const chunk = await next;
    if (chunk === null || chunk.rowCount === 0) break;
    next = result.fetchChunk();
    signal?.throwIfAborted();
    const { rowCount } = chunk;
    const mapped = await map(
      inputs.map((_, index) => valuesOfVector(chunk.getColumnVector(index + 1), rowCount)),
      rowCount,
    );
    const written = DuckDBDataChunk.create(types, rowCount);
    fillVector(written.getColumnVector(0), valuesOfVector(chunk.getColumnVector(0), rowCount));
    for (const [index, values] of mapped.entries()) fillVector(written.getColumnVector(index + 1), values);
    appender.appendDataChunk(written);
    rows += rowCount;
  }
  appender.closeSync();
  return rows;
}
