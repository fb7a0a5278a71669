import {
  BIGINT,
  BOOLEAN,
  DATE,
  DOUBLE,
  DuckDBDataChunk,
  FLOAT,
  INTEGER,
  SMALLINT,
  TIMESTAMP,
  TIMESTAMPTZ,
  TINYINT,
  VARCHAR,
  type DuckDBAppender,
  type DuckDBConnection,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api';
import { quoteName } from '../engine/sql-text.ts';
import type { ReadColumn, RejectedRow, RowSink } from './reading-source.ts';
import { sqlOf, type ReadType } from './read-type.ts';

const CHUNK_ROWS = 2048;

/** Types that rows are staged as; the others are staged as text that DuckDB casts. */
const STAGED: Readonly<Record<string, DuckDBType>> = {
  boolean: BOOLEAN,
  byte: TINYINT,
  short: SMALLINT,
  integer: INTEGER,
  long: BIGINT,
  float: FLOAT,
  double: DOUBLE,
  date: DATE,
  timestamp: TIMESTAMP,
  timestamp_tz: TIMESTAMPTZ,
};

/** The table that rows of all sources are set aside in, while a job runs. */
export const REJECTS_TABLE = '__millrace_rejects';

/** Makes the table for rows that are set aside. */
export async function createRejectsTable(connection: DuckDBConnection): Promise<void> {
  await connection.run(`CREATE TEMP TABLE IF NOT EXISTS ${REJECTS_TABLE} (source VARCHAR, file VARCHAR, line BIGINT, reason VARCHAR, row_text VARCHAR)`);
}

/** Rows of a source on their way into a temporary table, chunk by chunk. */
export class StagedRows implements RowSink {
  readonly #source: string;
  readonly #rows: Columns;
  readonly #rejects: Columns;

  constructor(source: string, rows: Columns, rejects: Columns) {
    this.#source = source;
    this.#rows = rows;
    this.#rejects = rejects;
  }

  /** Makes a temporary table for rows of the columns, and opens it. */
  static async open(connection: DuckDBConnection, source: string, table: string, columns: readonly ReadColumn[]): Promise<StagedRows> {
    const types = columns.map(({ type }) => stagedTypeOf(type));
    await connection.run(`CREATE TEMP TABLE ${quoteName(table)} (${types.map((type, index) => `c${index} ${String(type)}`).join(', ')})`);
    const rejects = [VARCHAR, VARCHAR, BIGINT, VARCHAR, VARCHAR];
    return new StagedRows(
      source,
      new Columns(await connection.createAppender(table), types),
      new Columns(await connection.createAppender(REJECTS_TABLE), rejects),
    );
  }

  add(values: readonly DuckDBValue[]): void {
    this.#rows.add(values);
  }

  reject({ file, line, reason, row }: RejectedRow): void {
    this.#rejects.add([this.#source, file, BigInt(line), reason, row]);
  }

  flush(): void {
    this.#rows.flushWhenFull();
    this.#rejects.flushWhenFull();
  }

  /** Stores what is left and returns how many rows there are. */
  close(): { readonly rows: number; readonly rejected: number } {
    return { rows: this.#rows.close(), rejected: this.#rejects.close() };
  }
}

class Columns {
  readonly #appender: DuckDBAppender;
  readonly #types: readonly DuckDBType[];
  #columns: DuckDBValue[][];
  #waiting = 0;
  #rows = 0;

  constructor(appender: DuckDBAppender, types: readonly DuckDBType[]) {
    this.#appender = appender;
    this.#types = types;
    this.#columns = types.map(() => []);
  }

  add(values: readonly DuckDBValue[]): void {
    for (let index = 0; index < this.#columns.length; index += 1) this.#columns[index]?.push(values[index] ?? null);
    this.#waiting += 1;
    if (this.#waiting === CHUNK_ROWS) this.#append();
  }

  flushWhenFull(): void {
    if (this.#waiting >= CHUNK_ROWS) this.#append();
  }

  close(): number {
    if (this.#waiting > 0) this.#append();
    this.#appender.closeSync();
    return this.#rows;
  }

  #append(): void {
    const chunk = DuckDBDataChunk.create(this.#types, this.#waiting);
    chunk.setColumns(this.#columns);
    this.#appender.appendDataChunk(chunk);
    this.#rows += this.#waiting;
    this.#waiting = 0;
    this.#columns = this.#types.map(() => []);
  }
}

function stagedTypeOf(type: ReadType): DuckDBType {
  return typeof type === 'string' ? (STAGED[type] ?? VARCHAR) : VARCHAR;
}

/** The SQL that gives a staged column its type. */
export function stagedExpression({ name, type }: ReadColumn, index: number): string {
  const column = `c${index}`;
  const staged = stagedTypeOf(type);
  const target = sqlOf(type);
  const isText = target === 'VARCHAR' || String(staged) === target;
  const value = isText ? column : `CAST(${typeof type === 'string' ? column : `${column}::JSON`} AS ${target})`;
  return `${value} AS ${quoteName(name)}`;
}
