import type { EngineSession } from '../engine/engine-tasks.ts';
import { quoteName } from '../engine/sql-text.ts';

/** A parenthesised relation of SQL that Millrace composed, with its columns by DuckDB type. */
export interface ProfileInput {
  readonly relation: string;
  /** How many of the most frequent values to keep per column. */
  readonly topValues: number;
}

/** Profile of one column. Minimum, maximum and values are texts; numeric measures are absent for other types. */
export interface ColumnProfile {
  readonly name: string;
  /** DuckDB's name of the type. */
  readonly type: string;
  readonly nullRate: number;
  readonly approximateDistinct: number;
  readonly minimum: string | null;
  readonly maximum: string | null;
  readonly mean: number | null;
  /** Approximate quantiles (T-Digest) at 5, 25, 50, 75 and 95 %. */
  readonly quantiles: readonly number[] | null;
  /** The most frequent values; none for columns of more than 10,000 distinct values. */
  readonly topValues: readonly { readonly value: string; readonly rows: number }[];
}

/** Profile of a table at one version. */
export interface TableProfile {
  readonly rows: number;
  readonly columns: readonly ColumnProfile[];
}

/** Columns with more distinct values than this have no top values worth a pass. */
const TOP_VALUES_DISTINCT = 10_000;
const QUANTILES = '[0.05, 0.25, 0.5, 0.75, 0.95]';
const NUMERIC = /^(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT|U[A-Z]+INT|FLOAT|DOUBLE|DECIMAL)/;
const NESTED = /(\[\d*\]|^STRUCT|^MAP|^UNION|^BLOB)/;

/** Profiles every column in one aggregate; quantiles are approximate, because exact ones cost seventeen times as much. */
export async function profileTable(session: EngineSession, input: ProfileInput): Promise<TableProfile> {
  const { connection } = session;
  session.phase(0, 1, 'profiling');
  const described = await connection.run(`SELECT * FROM ${input.relation} LIMIT 0`);
  const columns = described.columnNames().map((name, index) => ({ name, type: String(described.columnType(index)) }));
  const flat = columns.filter(({ type }) => !NESTED.test(type));
  const aggregates = flat.flatMap(({ name, type }) => measuresOf(quoteName(name), NUMERIC.test(type)));
  const reader = await connection.runAndReadAll(`SELECT count(*)::DOUBLE, ${aggregates.join(', ') || 'NULL'} FROM ${input.relation}`);
  const row = reader.getRowsJson()[0] ?? [];
  const rows = Number(row[0]);
  const profiles: ColumnProfile[] = [];
  for (const [index, { name, type }] of flat.entries()) {
    const measures = readMeasures(rows, row.slice(1 + index * MEASURES, 1 + (index + 1) * MEASURES));
    profiles.push({
      name,
      type,
      ...measures,
      topValues: measures.approximateDistinct > TOP_VALUES_DISTINCT ? [] : await topValuesOf(session, input, quoteName(name)),
    });
  }
  return { rows, columns: profiles };
}

async function topValuesOf({ connection }: EngineSession, input: ProfileInput, column: string): Promise<ColumnProfile['topValues']> {
  const reader = await connection.runAndReadAll(
    `SELECT ${column}::VARCHAR, count(*) AS n FROM ${input.relation} WHERE ${column} IS NOT NULL GROUP BY ${column} ORDER BY n DESC, 1 LIMIT ${input.topValues}`,
  );
  return reader.getRows().map(([value, rows]) => ({ value: String(value), rows: Number(rows) }));
}

const MEASURES = 6;

function measuresOf(column: string, numeric: boolean): string[] {
  return [
    `count(${column})::DOUBLE`,
    `approx_count_distinct(${column})::DOUBLE`,
    `min(${column})::VARCHAR`,
    `max(${column})::VARCHAR`,
    numeric ? `avg(${column})::DOUBLE` : 'NULL',
    numeric ? `approx_quantile(${column}::DOUBLE, ${QUANTILES})` : 'NULL',
  ];
}

function readMeasures(rows: number, cells: readonly unknown[]): Omit<ColumnProfile, 'name' | 'type' | 'topValues'> {
  const [present, distinct, minimum, maximum, mean, quantiles] = cells;
  return {
    nullRate: rows === 0 ? 0 : 1 - Number(present) / rows,
    approximateDistinct: Number(distinct),
    minimum: textOrNull(minimum),
    maximum: textOrNull(maximum),
    mean: mean === null || mean === undefined ? null : Number(mean),
    quantiles: Array.isArray(quantiles) ? quantiles.map(Number) : null,
  };
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
