import type { DataRequirementDefinition, ReadingDefinition, SourceFormat } from '@millrace/contracts';
import { columnsOf } from '../delta/delta-type.ts';
import { storedColumn } from '../delta/stored-type.ts';
import type { EngineSession } from '../engine/engine-tasks.ts';
import { quoteName, quoteText } from '../engine/sql-text.ts';
import { createSourceView, reading } from '../sources/source-view.ts';
import { isFloating, isTemporal, missingSql, type MeasuredColumn } from './column-sql.ts';
import { measureLabel, measureTelling, type LabelMeasures, type Telling } from './measure-label.ts';
import { measureTimes, type TimeMeasures } from './measure-time.ts';
import { Measures } from './measures.ts';

/** What is measured: files of a source, or a relation that Millrace composed over a Delta snapshot. */
export interface MeasureInput {
  readonly subject:
    | { readonly kind: 'source'; readonly name: string; readonly format: SourceFormat; readonly files: readonly string[]; readonly reading?: ReadingDefinition }
    | { readonly kind: 'relation'; readonly relation: string };
  readonly requirement: DataRequirementDefinition;
  /** The moment of the assessment, in milliseconds since the epoch. */
  readonly now: number;
}

/** Raw measures for the findings of an assessment. */
export interface RequirementMeasures {
  readonly rows: number;
  readonly columns: readonly MeasuredColumn[];
  /** Rows without a value, by column; what is not a number counts as none. */
  readonly missing: Readonly<Record<string, number>>;
  /** Rows whose number is infinite, by column of floats. */
  readonly infinite: Readonly<Record<string, number>>;
  /** Of the time column, where one is required and holds times. */
  readonly times: TimeMeasures | null;
  /** Distinct values of the unique key, where one is required and present. */
  readonly distinctKeys: number | null;
  /** Rows per required segment value, by column; null for what is no value of the column's type. */
  readonly segments: Readonly<Record<string, Readonly<Record<string, number | null>>>>;
  /** Where a label is required and present. */
  readonly label: LabelMeasures | null;
  /** How much each required column says of the label. */
  readonly telling: Readonly<Record<string, Telling>>;
  /** Share of a sample of text values that look like an e-mail address, telephone number, IP address or US social security number. */
  readonly personalShare: Readonly<Record<string, number>>;
}

const PERSONAL = String.raw`^([^@\s]+@[^@\s]+\.[a-zA-Z]{2,}|\+?\d[\d ()-]{7,}\d|\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}|\d{3}-\d{2}-\d{4})$`;
const SAMPLE = 'measured_sample';
const SAMPLE_ROWS = 50_000;

/** Measures everything that a requirement asks about: aggregates over the rows, and what takes longer on a sample of 50,000. */
export async function measureRequirement(session: EngineSession, input: MeasureInput): Promise<RequirementMeasures> {
  session.phase(0, 1, 'measuring');
  const { subject } = input;
  if (subject.kind === 'relation') return measure(session, subject.relation, input);
  await createSourceView(session.connection, subject);
  return reading(subject, () => measure(session, quoteName(subject.name), input));
}

async function measure(session: EngineSession, relation: string, { requirement, now }: MeasureInput): Promise<RequirementMeasures> {
  const described = await session.connection.run(`SELECT * FROM ${relation} LIMIT 0`);
  const columns = columnsOf(described.columnNames().map((name, index) => storedColumn(name, described.columnType(index)).field)).map(({ name, type }) => ({
    name,
    type,
  }));
  const columnNamed = (name: string | undefined): MeasuredColumn | undefined => columns.find((column) => column.name === name);
  const present = requirement.columns.flatMap(({ name }) => columnNamed(name) ?? []);
  const label = columnNamed(requirement.label);
  const time = columnNamed(requirement.timeColumn);
  const sampled = [...new Set([...present, ...(label === undefined ? [] : [label])])];
  await takeSample(session, relation, sampled);
  return {
    columns,
    ...(await measureRows(session, relation, { requirement, present, columnNamed })),
    times: time !== undefined && isTemporal(time) ? await measureTimes(session, relation, time.name, now) : null,
    label: label === undefined ? null : await measureLabel(session, relation, label),
    telling: label === undefined ? {} : await tellings(session, present, label),
    personalShare: await personalShares(
      session,
      present.filter(({ type }) => type === 'string'),
    ),
  };
}

interface Asked {
  readonly requirement: DataRequirementDefinition;
  readonly present: readonly MeasuredColumn[];
  readonly columnNamed: (name: string | undefined) => MeasuredColumn | undefined;
}

async function measureRows(
  session: EngineSession,
  relation: string,
  { requirement, present, columnNamed }: Asked,
): Promise<Pick<RequirementMeasures, 'rows' | 'missing' | 'infinite' | 'distinctKeys' | 'segments'>> {
  const segments = (requirement.segments ?? []).flatMap(({ column, values }) => {
    const measured = columnNamed(column);
    return measured === undefined ? [] : values.map((value) => ({ column: measured, value }));
  });
  const measures = new Measures();
  measures.add('rows', 'count(*)::DOUBLE');
  // A row of one value, because a value that is null does not count by itself.
  if (requirement.uniqueKey?.every((name) => columnNamed(name) !== undefined) === true)
    measures.add('distinctKeys', `count(DISTINCT row(${requirement.uniqueKey.map(quoteName).join(', ')}))::DOUBLE`);
  for (const column of present) {
    measures.add(`missing:${column.name}`, `count_if(${missingSql(column)})::DOUBLE`);
    if (isFloating(column)) measures.add(`infinite:${column.name}`, `count_if(isinf(${quoteName(column.name)}))::DOUBLE`);
  }
  for (const { column, value } of segments) measures.add(`segment:${column.name}:${value}`, segmentSql(column, value));
  const found = await measures.read(session, relation);
  const segmentColumns = new Set(segments.map(({ column }) => column.name));
  return {
    rows: found('rows') ?? 0,
    distinctKeys: found('distinctKeys'),
    missing: Object.fromEntries(present.map(({ name }) => [name, found(`missing:${name}`) ?? 0])),
    infinite: Object.fromEntries(present.filter(isFloating).map(({ name }) => [name, found(`infinite:${name}`) ?? 0])),
    segments: Object.fromEntries(
      [...segmentColumns].map((name) => [
        name,
        Object.fromEntries(segments.filter(({ column }) => column.name === name).map(({ value }) => [value, found(`segment:${name}:${value}`)])),
      ]),
    ),
  };
}

/** Rows of the segment, compared as values of the column's type: 1.50 and 1.5 are one number. Null where the text is no such value. */
function segmentSql({ name, type }: MeasuredColumn, value: string): string {
  const column = quoteName(name);
  if (type === 'string') return `count_if(${column} = ${quoteText(value)})::DOUBLE`;
  const wanted = `TRY_CAST(${quoteText(value.trim())} AS ${CASTS[type.replace(/\(.*/, '')] ?? 'VARCHAR'})`;
  return `CASE WHEN ${wanted} IS NULL THEN NULL ELSE count_if(${column} = ${wanted})::DOUBLE END`;
}

/** By which type of DuckDB a segment value is read. */
const CASTS: Readonly<Record<string, string>> = {
  boolean: 'BOOLEAN',
  byte: 'DECIMAL(38, 10)',
  short: 'DECIMAL(38, 10)',
  integer: 'DECIMAL(38, 10)',
  long: 'DECIMAL(38, 10)',
  decimal: 'DOUBLE',
  float: 'FLOAT',
  double: 'DOUBLE',
  date: 'DATE',
  timestamp: 'TIMESTAMPTZ',
};

/** Of a text, what tells it from others. */
const SAMPLED_CHARACTERS = 200;
const WHOLE = /^(boolean|byte|short|integer|long|float|double|decimal|date|timestamp)$/;

/** What a sample keeps of a column: the beginning of a text, and of anything else that may be large whether it is there. */
function sampledSql({ name, type }: MeasuredColumn): string {
  const column = quoteName(name);
  if (WHOLE.test(type)) return column;
  return `${type === 'string' ? `left(${column}, ${SAMPLED_CHARACTERS})` : `CASE WHEN ${column} IS NOT NULL THEN true END`} AS ${column}`;
}

/** The same rows each time, from everywhere in the data. */
async function takeSample(session: EngineSession, relation: string, columns: readonly MeasuredColumn[]): Promise<void> {
  if (columns.length === 0) return;
  const names = columns.map(sampledSql).join(', ');
  await session.connection.run(
    `CREATE OR REPLACE TEMP TABLE ${SAMPLE} AS SELECT * FROM (SELECT ${names} FROM ${relation}) USING SAMPLE reservoir(${SAMPLE_ROWS} ROWS) REPEATABLE (7)`,
  );
}

async function tellings(session: EngineSession, present: readonly MeasuredColumn[], label: MeasuredColumn): Promise<Record<string, Telling>> {
  const found: Record<string, Telling> = {};
  for (const column of present) if (column.name !== label.name) found[column.name] = await measureTelling(session, SAMPLE, column, label);
  return found;
}

async function personalShares(session: EngineSession, columns: readonly MeasuredColumn[]): Promise<Record<string, number>> {
  const shares = new Measures();
  for (const { name } of columns) shares.add(name, `coalesce(avg(regexp_matches(${quoteName(name)}, ${quoteText(PERSONAL)})::INTEGER), 0)::DOUBLE`);
  const found = await shares.read(session, SAMPLE);
  return Object.fromEntries(columns.map(({ name }) => [name, found(name) ?? 0]));
}
