import type { DataRequirementDefinition, ReadingDefinition, SourceFormat } from '@millrace/contracts';
import { columnsOf } from '../delta/delta-type.ts';
import { storedColumn } from '../delta/stored-type.ts';
import type { EngineSession } from '../engine/engine-tasks.ts';
import { quoteName, quoteText } from '../engine/sql-text.ts';
import { createSourceView, reading } from '../sources/source-view.ts';

/** What is measured: files of a source, or a relation that Millrace composed over a Delta snapshot. */
export interface MeasureInput {
  readonly subject:
    | { readonly kind: 'source'; readonly name: string; readonly format: SourceFormat; readonly files: readonly string[]; readonly reading?: ReadingDefinition }
    | { readonly kind: 'relation'; readonly relation: string };
  readonly requirement: DataRequirementDefinition;
}

/** Raw measures for the findings of an assessment. Times are milliseconds since the epoch. */
export interface RequirementMeasures {
  readonly rows: number;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly nulls: Readonly<Record<string, number>>;
  readonly oldest: number | null;
  readonly newest: number | null;
  /** Distinct values of the unique key, where one is required and present. */
  readonly distinctKeys: number | null;
  /** Rows per required segment value, by column. */
  readonly segments: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Pearson correlation of numeric columns with the label. */
  readonly labelCorrelation: Readonly<Record<string, number>>;
  /** Share of a sample of text values that look like an e-mail address, telephone number, IP address or US social security number. */
  readonly personalShare: Readonly<Record<string, number>>;
}

const NUMERIC = /^(byte|short|integer|long|float|double|decimal|boolean)$/;
const PERSONAL = String.raw`^([^@\s]+@[^@\s]+\.[a-zA-Z]{2,}|\+?\d[\d ()-]{7,}\d|\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}|\d{3}-\d{2}-\d{4})$`;
const SAMPLE_ROWS = 2000;

/** Measures everything that a requirement asks about: one aggregate over the rows, and one small sample. */
export async function measureRequirement(session: EngineSession, input: MeasureInput): Promise<RequirementMeasures> {
  session.phase(0, 1, 'measuring');
  const { subject, requirement } = input;
  if (subject.kind === 'relation') return measure(session, subject.relation, requirement);
  await createSourceView(session.connection, subject);
  return reading(subject, () => measure(session, quoteName(subject.name), requirement));
}

async function measure(session: EngineSession, relation: string, requirement: DataRequirementDefinition): Promise<RequirementMeasures> {
  const described = await session.connection.run(`SELECT * FROM ${relation} LIMIT 0`);
  const columns = columnsOf(described.columnNames().map((name, index) => storedColumn(name, described.columnType(index)).field)).map(({ name, type }) => ({
    name,
    type,
  }));
  const typeOf = (name: string): string | undefined => columns.find((column) => column.name === name)?.type;
  const present = requirement.columns.filter(({ name }) => typeOf(name) !== undefined).map(({ name }) => name);
  const numeric =
    requirement.label !== undefined && NUMERIC.test(typeOf(requirement.label) ?? '')
      ? present.filter((name) => name !== requirement.label && NUMERIC.test(typeOf(name) ?? ''))
      : [];
  const segments = (requirement.segments ?? [])
    .filter(({ column }) => typeOf(column) !== undefined)
    .flatMap(({ column, values }) => values.map((value) => ({ column, value })));
  const measures = new Measures();
  measures.add('rows', 'count(*)::DOUBLE');
  if (requirement.timeColumn !== undefined && /^(timestamp|date)$/.test(typeOf(requirement.timeColumn) ?? '')) {
    measures.add('oldest', `epoch_ms(min(${quoteName(requirement.timeColumn)})::TIMESTAMP)::DOUBLE`);
    measures.add('newest', `epoch_ms(max(${quoteName(requirement.timeColumn)})::TIMESTAMP)::DOUBLE`);
  }
  if (requirement.uniqueKey?.every((name) => typeOf(name) !== undefined) === true)
    measures.add('distinctKeys', `count(DISTINCT (${requirement.uniqueKey.map(quoteName).join(', ')}))::DOUBLE`);
  for (const name of present) measures.add(`null:${name}`, `count_if(${quoteName(name)} IS NULL)::DOUBLE`);
  for (const { column, value } of segments) measures.add(`segment:${column}:${value}`, `count_if(${quoteName(column)}::VARCHAR = ${quoteText(value)})::DOUBLE`);
  for (const name of numeric) measures.add(`corr:${name}`, `corr(${quoteName(name)}::DOUBLE, ${quoteName(requirement.label ?? '')}::DOUBLE)`);
  const found = await measures.read(session, relation);
  return {
    rows: found('rows') ?? 0,
    columns,
    oldest: found('oldest'),
    newest: found('newest'),
    distinctKeys: found('distinctKeys'),
    nulls: Object.fromEntries(present.map((name) => [name, found(`null:${name}`) ?? 0])),
    segments: Object.fromEntries(
      segments.map(({ column }) => [
        column,
        Object.fromEntries(segments.filter((item) => item.column === column).map(({ value }) => [value, found(`segment:${column}:${value}`) ?? 0])),
      ]),
    ),
    labelCorrelation: Object.fromEntries(numeric.map((name) => [name, found(`corr:${name}`) ?? 0])),
    personalShare: await personalShares(
      session,
      relation,
      present.filter((name) => typeOf(name) === 'string'),
    ),
  };
}

async function personalShares(session: EngineSession, relation: string, columns: readonly string[]): Promise<Record<string, number>> {
  if (columns.length === 0) return {};
  const shares = new Measures();
  for (const name of columns) shares.add(name, `coalesce(avg(regexp_matches(${quoteName(name)}, ${quoteText(PERSONAL)})::INTEGER), 0)::DOUBLE`);
  const found = await shares.read(session, `(SELECT * FROM ${relation} LIMIT ${SAMPLE_ROWS})`);
  return Object.fromEntries(columns.map((name) => [name, found(name) ?? 0]));
}

/** Named aggregates that are read in one statement. */
class Measures {
  readonly #expressions = new Map<string, string>();

  add(name: string, sql: string): void {
    this.#expressions.set(name, sql);
  }

  async read(session: EngineSession, relation: string): Promise<(name: string) => number | null> {
    const reader = await session.connection.runAndReadAll(`SELECT ${[...this.#expressions.values()].join(', ')} FROM ${relation}`);
    const [row = []] = reader.getRows();
    const values = new Map([...this.#expressions.keys()].map((name, index) => [name, row[index]]));
    return (name) => {
      const value = values.get(name);
      return typeof value === 'number' && !Number.isNaN(value) ? value : null;
    };
  }
}
