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
import { exhaustionOf, storageFaultOf } from '../engine/sql-fault.ts';
import { quoteName } from '../engine/sql-text.ts';
import type { PlainLoad } from './plain-load.ts';
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
  readonly #connection: DuckDBConnection;
  readonly #source: string;
  readonly #table: string;
  readonly #rows: Columns;
  readonly #rejects: Columns;
  #plainFiles = 0;

  constructor(connection: DuckDBConnection, source: string, table: string, rows: Columns, rejects: Columns) {
    this.#connection = connection;
    this.#source = source;
    this.#table = table;
    this.#rows = rows;
    this.#rejects = rejects;
  }

  /** Makes a temporary table for rows of the columns, and opens it. */
  static async open(connection: DuckDBConnection, source: string, table: string, columns: readonly ReadColumn[]): Promise<StagedRows> {
    const types = columns.map(({ type }) => stagedTypeOf(type));
    await connection.run(`CREATE TEMP TABLE ${quoteName(table)} (${types.map((type, index) => `c${index} ${String(type)}`).join(', ')})`);
    const rejects = [VARCHAR, VARCHAR, BIGINT, VARCHAR, VARCHAR];
    return new StagedRows(
      connection,
      source,
      table,
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

  async load(plain: PlainLoad): Promise<boolean> {
    const before = this.#rows.store();
    await this.#connection.run('BEGIN');
    let isAsExpected = false;
    try {
      await this.#connection.run(`INSERT INTO ${quoteName(this.#table)} ${plain.select}`);
      isAsExpected = await this.#isAsExpected(plain, before);
    } catch (error) {
      const fault = exhaustionOf(error) ?? storageFaultOf(error);
      // Row by row takes less memory.
      if (fault !== undefined && fault.fields['kind'] !== 'Out of Memory') throw fault;
    } finally {
      await this.#connection.run(isAsExpected ? 'COMMIT' : 'ROLLBACK');
    }
    if (isAsExpected) this.#rows.loaded(plain.rows);
    if (isAsExpected) this.#plainFiles += 1;
    return isAsExpected;
  }

  /** Whether the rows from the given one on are as many, with as many values and bytes, as the first pass has seen. */
  async #isAsExpected({ rows, columns }: PlainLoad, from: number): Promise<boolean> {
    const expected: { readonly sql: string; readonly count: number }[] = [{ sql: 'count(*)', count: rows }];
    for (const [index, { values, textBytes }] of columns.entries()) {
      if (values !== undefined) expected.push({ sql: `count(c${index})`, count: values });
      if (textBytes !== undefined) expected.push({ sql: `coalesce(sum(strlen(c${index})), 0)::BIGINT`, count: textBytes });
    }
    const select = `SELECT ${expected.map(({ sql }) => sql).join(', ')} FROM ${quoteName(this.#table)} WHERE rowid >= ${from}`;
    const [found = []] = (await this.#connection.runAndReadAll(select)).getRows();
    return expected.every(({ count }, index) => found[index] === BigInt(count));
  }

  /** Stores what is left and returns how many rows there are. */
  close(): { readonly rows: number; readonly rejected: number; readonly plainFiles: number } {
    return { rows: this.#rows.close(), rejected: this.#rejects.close(), plainFiles: this.#plainFiles };
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

  /** Stores what is waiting and returns how many rows there are. */
  store(): number {
    if (this.#waiting > 0) this.#append();
    this.#appender.flushSync();
    return this.#rows;
  }

  /** Counts rows that came another way. */
  loaded(rows: number): void {
    this.#rows += rows;
  }

  close(): number {
    const rows = this.store();
    this.#appender.closeSync();
    return rows;
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

/** The type that a column is staged as. */
export function stagedTypeOf(type: ReadType): DuckDBType {
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
