import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { EngineFault } from '../engine/engine-fault.ts';
import { quoteFiles, quoteName } from '../engine/sql-text.ts';
import { int96Finer } from './int96-nanoseconds.ts';
import { copyWithNanoseconds } from './nanosecond-copy.ts';

const WIDEST_DECIMAL = 38;
/** Types that differ between files and are read as one without loss. */
const WHOLE = /^(?:U?TINYINT|U?SMALLINT|U?INTEGER|U?BIGINT)$/;
const BINARY = /^(?:FLOAT|DOUBLE)$/;

/** What reads all the files of a Parquet source. */
export function parquetRelation(files: readonly string[]): string {
  return `read_parquet(${quoteFiles(files)}, union_by_name = true, hive_partitioning = false)`;
}

/**
 * Refuses what DuckDB would read as something else: decimals wider than 38 digits (it makes doubles of them), a column whose type differs from
 * file to file so that one of them would be rounded, and times finer than the microseconds of a Delta table. The names of the columns are told.
 */
export async function assertFaithful(connection: DuckDBConnection, source: string, files: readonly string[]): Promise<void> {
  await assertDecimals(connection, source, files);
  if (files.length > 1) await assertAlike(connection, source, files);
  await assertMicroseconds(connection, source, files);
}

async function assertDecimals(connection: DuckDBConnection, source: string, files: readonly string[]): Promise<void> {
  const rows = await rowsOf(
    connection,
    `SELECT file_name, name, precision, scale FROM parquet_schema(${quoteFiles(files)}) WHERE converted_type = 'DECIMAL' OR logical_type LIKE 'Decimal%'`,
  );
  for (const [file, name, precision, scale] of rows) {
    if (Number(precision) <= WIDEST_DECIMAL) continue;
    throw refusal(
      source,
      String(file),
      String(name),
      `it is a decimal of ${Number(precision)} digits (${Number(scale)} after the point), and no table holds more than ${WIDEST_DECIMAL}`,
      'Write it as a narrower decimal or as text.',
    );
  }
}

async function assertAlike(connection: DuckDBConnection, source: string, files: readonly string[]): Promise<void> {
  const known = new Map<string, { readonly type: string; readonly file: string }>();
  for (const file of files) {
    for (const { name, type } of await columnsOf(connection, [file])) {
      const before = known.get(name.toLowerCase());
      if (before === undefined) known.set(name.toLowerCase(), { type, file });
      else if (!isLossless(before.type, type))
        throw refusal(
          source,
          file,
          name,
          `it is ${type} here and ${before.type} in ${before.file}`,
          'Write all files with one type, or make a source of each.',
        );
    }
  }
}

function isLossless(left: string, right: string): boolean {
  return left === right || (WHOLE.test(left) && WHOLE.test(right)) || (BINARY.test(left) && BINARY.test(right));
}

async function assertMicroseconds(connection: DuckDBConnection, source: string, files: readonly string[]): Promise<void> {
  const cut = await rowsOf(
    connection,
    `SELECT DISTINCT file_name FROM parquet_schema(${quoteFiles(files)}) WHERE type = 'INT96' OR logical_type LIKE 'TimestampType(isAdjustedToUTC=1%NANOS=Nano%'`,
  );
  await assertNoNanoseconds(connection, source, files, files);
  for (const [name] of cut) {
    const file = String(name);
    const [[folder] = []] = await rowsOf(connection, "SELECT current_setting('temp_directory')");
    const copy = join(String(folder), `nanoseconds-${randomUUID()}.parquet`);
    try {
      await copyWithNanoseconds(file, copy);
      await assertNoNanoseconds(connection, source, [copy], [file]);
      await assertNoInt96Nanoseconds(connection, source, file, copy);
    } finally {
      await rm(copy, { force: true });
    }
  }
}

/** The copy has the bytes of what are times in the file. */
async function assertNoInt96Nanoseconds(connection: DuckDBConnection, source: string, file: string, copy: string): Promise<void> {
  const [read, raw] = [
    await connection.run(`SELECT * FROM ${parquetRelation([file])} LIMIT 0`),
    await connection.run(`SELECT * FROM ${parquetRelation([copy])} LIMIT 0`),
  ];
  for (const [index, name] of read.columnNames().entries()) {
    const finer = int96Finer(quoteName(name), read.columnType(index), raw.columnType(index));
    if (finer === undefined) continue;
    const [found] = await rowsOf(connection, `SELECT 1 FROM ${parquetRelation([copy])} WHERE ${finer} LIMIT 1`);
    if (found !== undefined)
      throw refusal(source, file, name, 'a time of the type INT96 has nanoseconds, which a table would cut', 'Write it in microseconds.');
  }
}

/** `told` are the files that a refusal names. */
async function assertNoNanoseconds(connection: DuckDBConnection, source: string, files: readonly string[], told: readonly string[]): Promise<void> {
  const columns = (await columnsOf(connection, files)).filter(({ type }) => type.includes('TIMESTAMP_NS'));
  for (const { name, type } of columns) {
    const remedy = 'Write it in microseconds, or as a whole number of nanoseconds.';
    if (type !== 'TIMESTAMP_NS') throw refusal(source, told.join(', '), name, `its type ${type} has nanoseconds, which no table holds`, remedy);
    const [finer] = await rowsOf(
      connection,
      `SELECT ${quoteName(name)}::VARCHAR FROM ${parquetRelation(files)} WHERE isfinite(${quoteName(name)}) AND epoch_ns(${quoteName(name)}) % 1000 <> 0 LIMIT 1`,
    );
    if (finer !== undefined) throw refusal(source, told.join(', '), name, `${String(finer[0])} has nanoseconds, which a table would cut`, remedy);
  }
}

async function columnsOf(connection: DuckDBConnection, files: readonly string[]): Promise<{ readonly name: string; readonly type: string }[]> {
  const result = await connection.run(`SELECT * FROM ${parquetRelation(files)} LIMIT 0`);
  return result.columnNames().map((name, index) => ({ name, type: String(result.columnType(index)) }));
}

async function rowsOf(connection: DuckDBConnection, sql: string): Promise<readonly (readonly DuckDBValue[])[]> {
  return (await connection.runAndReadAll(sql)).getRows();
}

function refusal(source: string, file: string, column: string, reason: string, remedy: string): EngineFault {
  return new EngineFault('SOURCE_CORRUPT', `The source "${source}" cannot be read: ${file}, column "${column}": ${reason}. ${remedy}`, {
    source,
    file,
    column,
    reason,
    remedy,
  });
}
