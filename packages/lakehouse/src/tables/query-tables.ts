import type { DuckDBConnection, DuckDBValue, JS } from '@duckdb/node-api';
import { MillraceError, type Column } from '@millrace/contracts';
import { sqlTypeOf } from '../delta/delta-type.ts';
import { FileBounds } from '../delta/file-bounds.ts';
import { findSnapshot } from '../delta/snapshot.ts';
import { snapshotRelation } from '../delta/snapshot-relation.ts';
import { quoteName } from '../engine/sql-text.ts';
import { withTrustedDatabase, type TrustedDatabaseOptions } from '../engine/trusted-database.ts';

/** A table of a query. Where it does not exist yet, it reads as no rows of `columns`; without `columns` that fails with `NOT_FOUND`. */
export interface QueriedTable {
  readonly path: string;
  readonly version?: number;
  /** Only files that may hold what the query asks for, by their statistics; the others are not opened. */
  readonly mayHold?: (bounds: FileBounds) => boolean;
  readonly columns?: readonly Pick<Column, 'name' | 'type'>[];
}

export interface TableQuery {
  /** The tables by the name that the SQL uses. */
  readonly tables: Readonly<Record<string, QueriedTable>>;
  /** SQL that Millrace wrote; SQL of users goes to the engine instead. */
  readonly sql: string;
  readonly parameters?: Readonly<Record<string, DuckDBValue>>;
}

/** A cell of a result: 64-bit integers come as numbers, timestamps and dates as `Date`, lists as arrays. */
export type ResultValue = string | number | boolean | null | Date | readonly unknown[] | object;

/** Runs trusted SQL over snapshots of Delta tables, in this process. */
export async function queryTables(query: TableQuery, limits: TrustedDatabaseOptions = {}): Promise<Record<string, ResultValue>[]> {
  return withTrustedDatabase(limits, async (connection) => {
    for (const [name, table] of Object.entries(query.tables))
      await connection.run(`CREATE VIEW ${quoteName(name)} AS SELECT * FROM ${await relationOf(table)}`);
    return rowsOf(connection, query);
  });
}

async function relationOf(table: QueriedTable): Promise<string> {
  const snapshot = await findSnapshot(table.path, table.version);
  const { mayHold } = table;
  if (snapshot !== undefined) {
    const files = mayHold === undefined ? snapshot.files : new Map([...snapshot.files].filter(([, file]) => mayHold(new FileBounds(file))));
    return snapshotRelation({ ...snapshot, files });
  }
  if (table.columns === undefined) throw new MillraceError('NOT_FOUND', `There is no Delta table at ${table.path}.`, { fields: { table: table.path } });
  return `(SELECT ${table.columns.map(({ name, type }) => `NULL::${sqlTypeOf(type)} AS ${quoteName(name)}`).join(', ')} WHERE false)`;
}

async function rowsOf(connection: DuckDBConnection, { sql, parameters }: TableQuery): Promise<Record<string, ResultValue>[]> {
  const reader = parameters === undefined ? await connection.runAndReadAll(sql) : await connection.runAndReadAll(sql, { ...parameters });
  return reader.getRowObjectsJS().map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)])));
}

function plain(value: JS): ResultValue {
  return typeof value === 'bigint' ? Number(value) : value;
}
