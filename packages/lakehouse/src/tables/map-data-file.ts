import { DuckDBDataChunk, type DuckDBConnection } from '@duckdb/node-api';
import { MillraceError } from '@millrace/contracts';
import type { AddAction } from '../delta/actions.ts';
import type { DeltaField } from '../delta/delta-type.ts';
import { readSnapshot } from '../delta/snapshot.ts';
import { fileRelation } from '../delta/snapshot-relation.ts';
import { runOn, writeDataFiles } from '../delta/write-data-files.ts';
import { ComposedSql } from '../engine/composed-sql.ts';
import { withTrustedDatabase, type TrustedDatabaseOptions } from '../engine/trusted-database.ts';
import { emptyValues, fillVector, pickValues, spreadValues, valuesOfVector, type BatchValues } from './batch-values.ts';
import { fieldsOf, KINDS, MappingFailures, REJECTION_TYPE, rejectionOf, selectOf, valueOf, type MappedInput, type MappedOutput } from './mapped-columns.ts';

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
   * Maps up to 2,048 rows that were not rejected; the arrays are in the order of `inputs` and `outputs`. What it cannot map it rejects itself, with the reason; what
   * its outputs hold there is thrown away. The input arrays are only valid until the promise resolves.
   */
  readonly map: (inputs: readonly BatchValues[], rows: number, reject: (row: number, reason: string) => void) => Promise<readonly BatchValues[]>;
  /** Called with the number of rows since the last call, rejected or not. */
  readonly onRows?: ((rows: number) => void) | undefined;
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
    const failures = new MappingFailures(request.inputs);
    const rows = await mapRows(connection, reader, { relation, request, failures }).finally(() => reader.closeSync());
    const [counts] = (
      await connection.runAndReadAll(`SELECT (SELECT count(*) FROM mapped WHERE rejection > 0)::DOUBLE, (SELECT count(*) FROM ${relation})::DOUBLE`)
    ).getRows();
    const [rejected, present] = [Number(counts?.[0]), Number(counts?.[1])];
    if (rows !== present) throw new MillraceError('INTERNAL', `${rows} rows of ${source.path} were mapped, but it has ${present}.`, { fields: { ...source } });
    const files = await writeDataFiles(runOn(connection), {
      table: target.table,
      select: new ComposedSql().add(selectOf(request, relation, failures.reasons)),
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
  { relation, request, failures }: { readonly relation: string; readonly request: MapDataFile; readonly failures: MappingFailures },
): Promise<number> {
  const { inputs, outputs, onRows, signal } = request;
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
    const rejections = Uint32Array.from(valuesOfVector(chunk.getColumnVector(0), rowCount) as Uint32Array);
    const values = inputs.map((_, index) => valuesOfVector(chunk.getColumnVector(index + 1), rowCount));
    const mapped = await mapAccepted(request, { values, rejections, failures });
    const written = DuckDBDataChunk.create(types, rowCount);
    fillVector(written.getColumnVector(0), rejections);
    for (const [index, output] of mapped.entries()) fillVector(written.getColumnVector(index + 1), output);
    appender.appendDataChunk(written);
    rows += rowCount;
    onRows?.(rowCount);
  }
  appender.closeSync();
  return rows;
}

interface Batch {
  readonly values: readonly BatchValues[];
  /** The number of the reason for each row; those that the mapping rejects are added. */
  readonly rejections: Uint32Array;
  readonly failures: MappingFailures;
}

/** What rejected rows hold in place of their values could be what the mapping fails on: it never sees them. */
async function mapAccepted({ map, outputs }: MapDataFile, { values, rejections, failures }: Batch): Promise<readonly BatchValues[]> {
  const rows = rejections.length;
  const accepted = [...rejections.keys()].filter((row) => rejections[row] === 0);
  if (accepted.length === 0) return outputs.map(({ kind }) => emptyValues(kind, rows));
  const areAll = accepted.length === rows;
  const mapped = await map(areAll ? values : values.map((all) => pickValues(all, accepted)), accepted.length, (row, reason) => {
    rejections[accepted[row] ?? 0] = failures.numberOf(reason);
  });
  return areAll ? mapped : mapped.map((some, index) => spreadValues(some, accepted, emptyValues(outputs[index]?.kind ?? 'BYTES', rows)));
}
