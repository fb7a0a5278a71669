import type { DuckDBConnection } from '@duckdb/node-api';
import type { ReadingDefinition, SourceFormat } from '@millrace/contracts';
import { EngineFault } from '../engine/engine-fault.ts';
import { duckDbMessage, exhaustionOf, storageFaultOf } from '../engine/sql-fault.ts';
import { quoteName } from '../engine/sql-text.ts';
import { planCsv } from '../reading/read-csv.ts';
import { planNdjson } from '../reading/read-ndjson.ts';
import { assertFaithful, parquetRelation } from '../reading/read-parquet.ts';
import { nameOfType, sqlOf } from '../reading/read-type.ts';
import type { TextPlan, TextSource, WidenedColumn } from '../reading/reading-source.ts';
import { createRejectsTable, stagedExpression, StagedRows } from '../reading/staged-rows.ts';

/** A source inside the engine process: files that the parent has already allowed. */
export interface SourceView {
  readonly name: string;
  readonly format: SourceFormat;
  readonly files: readonly string[];
  readonly columns?: readonly string[];
  readonly reading?: ReadingDefinition;
  /** Whether plain files are read record by record, too: what DuckDB's reading of them is held against. */
  readonly isReadSlowly?: boolean;
}

/** How a source was read: what was declared, and what was found. */
export interface SourceReading {
  readonly source: string;
  /** Delimiter, quote, encoding and so on; nothing for Parquet. */
  readonly form: Readonly<Record<string, string>>;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** Declared columns that are read as a wider type. */
  readonly widened: readonly WidenedColumn[];
  /** Rows that were set aside. */
  readonly rejected: number;
  /** Files of text that were plain, so that DuckDB could read them after they had been looked through. */
  readonly plainFiles: number;
}

/**
 * Makes a source readable as a view of its name. Fails with `SOURCE_CORRUPT` where a file is not of its format, is cut off, or cannot be
 * read without changing a value (with line, reason and what mends it), `SOURCE_COLUMN_MISSING` with the columns that are there,
 * `SOURCE_EMPTY` where there is not one row.
 */
export async function createSourceView(connection: DuckDBConnection, source: SourceView): Promise<SourceReading> {
  const { relation, found } = await reading(source, () => openSource(connection, source));
  const present = found.columns.map(({ name }) => name);
  const absent = source.columns?.filter((column) => !present.includes(column)) ?? [];
  if (absent.length > 0) {
    throw new EngineFault(
      'SOURCE_COLUMN_MISSING',
      `The source "${source.name}" lacks the column ${absent.map((column) => `"${column}"`).join(', ')}. It has: ${present.join(', ')}.`,
      { source: source.name, missing: absent, present },
    );
  }
  const columns = source.columns === undefined ? '*' : source.columns.map(quoteName).join(', ');
  const name = quoteName(source.name);
  await connection.run(`CREATE VIEW ${name} AS SELECT ${columns} FROM ${relation}`);
  const first = await reading(source, async () => (await connection.runAndReadAll(`SELECT 1 FROM ${name} LIMIT 1`)).currentRowCount);
  if (first === 0 && found.rejected === 0) throw empty(source);
  return found;
}

async function openSource(connection: DuckDBConnection, source: SourceView): Promise<{ readonly relation: string; readonly found: SourceReading }> {
  if (source.format === 'PARQUET') return openParquet(connection, source);
  const text: TextSource = { name: source.name, files: source.files, reading: source.reading ?? {}, isReadSlowly: source.isReadSlowly === true };
  return stage(connection, source, await (source.format === 'CSV' ? planCsv(text) : planNdjson(text)));
}

async function openParquet(connection: DuckDBConnection, source: SourceView): Promise<{ relation: string; found: SourceReading }> {
  const relation = parquetRelation(source.files);
  await assertFaithful(connection, source.name, source.files);
  const described = await connection.run(`SELECT * FROM ${relation} LIMIT 0`);
  const columns = described.columnNames().map((name, index) => ({ name, type: String(described.columnType(index)) }));
  return { relation, found: { source: source.name, form: {}, columns, widened: [], rejected: 0, plainFiles: 0 } };
}

/** Brings the rows of a text into a temporary table: every value is in it before any SQL of a user runs. */
async function stage(connection: DuckDBConnection, source: SourceView, plan: TextPlan): Promise<{ relation: string; found: SourceReading }> {
  if (plan.columns.length === 0) throw empty(source);
  const table = `__millrace_source_${source.name}`;
  await createRejectsTable(connection);
  const rows = await StagedRows.open(connection, source.name, table, plan.columns);
  await plan.deliver(rows);
  const { rejected, plainFiles } = rows.close();
  const found = {
    source: source.name,
    form: plan.form,
    columns: plan.columns.map(({ name, type }) => ({ name, type: typeof type === 'string' ? nameOfType(type) : sqlOf(type) })),
    widened: plan.widened,
    rejected,
    plainFiles,
  };
  return { relation: `(SELECT ${plan.columns.map(stagedExpression).join(', ')} FROM ${quoteName(table)})`, found };
}

function empty(source: SourceView): EngineFault {
  return new EngineFault('SOURCE_EMPTY', `The source "${source.name}" is empty: ${source.files.join(', ')} has no row.`, {
    source: source.name,
    files: source.files,
  });
}

/** Runs what reads a source; what fails is the fault of its files, unless it needs more than the engine may use, or the disk cannot be read. */
export async function reading<T>(source: Pick<SourceView, 'name' | 'format' | 'files'>, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof EngineFault) throw error;
    throw (
      exhaustionOf(error) ??
      storageFaultOf(error) ??
      new EngineFault(
        'SOURCE_CORRUPT',
        `The source "${source.name}" cannot be read as ${source.format} from ${source.files.join(', ')}: ${duckDbMessage(error)}`,
        { source: source.name, files: source.files },
      )
    );
  }
}
