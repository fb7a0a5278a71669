import type { ReadingDefinition } from '@millrace/contracts';
import { quoteFiles, quoteName, quoteText } from '../engine/sql-text.ts';
import type { ColumnEvidence } from './column-evidence.ts';
import type { FoundFile } from './csv-examination.ts';
import type { PlainLoad } from './plain-load.ts';
import type { ScalarType } from './read-type.ts';
import { stagedTypeOf } from './staged-rows.ts';

/** A column as it is read, with what was found of it in all files. */
export interface PlainColumn {
  readonly name: string;
  readonly type: ScalarType;
  readonly evidence: ColumnEvidence;
}

/** What is known of a file before DuckDB reads it. */
type KnownFile = Pick<FoundFile, 'path' | 'dialect' | 'first' | 'firstLine' | 'widths' | 'plain'> & {
  readonly header: boolean;
  readonly names: readonly string[];
  readonly values: readonly number[];
};

/** DuckDB keeps a vector for each. */
const MOST_COMPARISONS = 2000;

/**
 * How DuckDB reads a file of separated values into the staged columns, where it is sure that it gives the same table as this reader: the first
 * pass has seen every record and every value, and found nothing that the two read differently. `undefined` where it is not sure.
 */
export function plainLoad(file: KnownFile, columns: readonly PlainColumn[], reading: ReadingDefinition): PlainLoad | undefined {
  const { plain, names, first } = file;
  const isUsual = reading.decimalSeparator === undefined || reading.decimalSeparator === '.';
  if (plain === undefined || !isUsual || reading.thousandsSeparator !== undefined) return undefined;
  if (reading.dateFormat !== undefined || reading.timestampFormat !== undefined) return undefined;
  if (!columns.every(({ type, evidence }) => evidence.isCastableTo(type)) || first.some((text) => text?.includes('\n'))) return undefined;
  if (columns.length * (reading.nullTexts?.length ?? 0) > MOST_COMPARISONS) return undefined;
  const places = columns.map(({ name }) => names.indexOf(name));
  const nullTexts = reading.nullTexts === undefined ? undefined : [...reading.nullTexts];
  const own = new Map(places.map((place, index) => [place, columns[index]]));
  const read = names.map((_, place) => `${quoteText(`f${place}`)}: ${quoteText(readAs(own.get(place), nullTexts))}`);
  const values = columns.map((column, index) => expressionOf(column, places[index] ?? -1, nullTexts));
  return {
    select: `SELECT ${values.join(', ')} FROM read_csv(${quoteFiles([file.path])}, ${optionsOf(file, reading)}, columns = {${read.join(', ')}})`,
    rows: file.widths.records - (file.header && reading.names === undefined ? 1 : 0),
    columns: columns.map(({ type }, index) => expectedOf(file, type, places[index] ?? -1, nullTexts)),
  };
}

function optionsOf({ dialect, header, plain }: KnownFile, reading: ReadingDefinition): string {
  const quote = plain?.quote === true ? dialect.quote : '';
  const skip = (reading.skipLines ?? 0) + (header ? 1 : 0);
  return [
    'auto_detect = false, header = false, strict_mode = true, null_padding = false, ignore_errors = false, hive_partitioning = false',
    `compression = '${plain?.compression ?? 'none'}', nullstr = '', allow_quoted_nulls = false, comment = ''`,
    `delim = ${quoteText(dialect.delimiter)}, quote = ${quoteText(quote)}, escape = ${quoteText(quote)}, skip = ${skip}, parallel = ${plain?.parallel === true}`,
  ].join(', ');
}

/** The type that a field is read as; as text where a text in it may stand for nothing. */
function readAs(column: PlainColumn | undefined, nullTexts: readonly string[] | undefined): string {
  if (column === undefined || column.evidence.nulls > 0 || nullTexts !== undefined || column.type === 'float') return 'VARCHAR';
  return String(stagedTypeOf(column.type));
}

function expressionOf(column: PlainColumn, place: number, nullTexts: readonly string[] | undefined): string {
  const staged = String(stagedTypeOf(column.type));
  if (place < 0) return `NULL::${staged}`;
  const field = quoteName(`f${place}`);
  if (readAs(column, nullTexts) !== 'VARCHAR') return field;
  return unlessNull(field, nullTexts, column.type === 'string' ? field : castOf(field, column, staged));
}

/** Every text is known to be a value or a text for nothing: what cannot be cast is the latter, and is counted afterwards. */
function castOf(field: string, { type }: PlainColumn, staged: string): string {
  // A float is the double rounded, as it is elsewhere.
  if (type === 'float') return `TRY_CAST(TRY_CAST(${field} AS DOUBLE) AS FLOAT)`;
  // Texts of decimals stay texts for now, as decimals of any width do.
  return staged === 'VARCHAR' ? `CASE WHEN TRY_CAST(${field} AS DOUBLE) IS NULL THEN NULL ELSE ${field} END` : `TRY_CAST(${field} AS ${staged})`;
}

function unlessNull(field: string, nullTexts: readonly string[] | undefined, value: string): string {
  if (nullTexts === undefined || nullTexts.length === 0) return value;
  return `CASE WHEN ${field} IN (${nullTexts.map(quoteText).join(', ')}) THEN NULL ELSE ${value} END`;
}

/** What this reader would store of a column. */
function expectedOf(
  { plain, header, first, values, widths }: KnownFile,
  type: ScalarType,
  place: number,
  nullTexts: readonly string[] | undefined,
): PlainLoad['columns'][number] {
  if (place < 0) return { values: 0 };
  const found = plain?.columns[place];
  if (type !== 'string') return { values: values[place] ?? 0 };
  if (nullTexts !== undefined || found === undefined) return {};
  const text = header ? null : (first[place] ?? null);
  const nulls = found.nulls + (!header && text === null ? 1 : 0);
  return { values: widths.records - (header ? 1 : 0) - nulls, textBytes: found.textBytes + Buffer.byteLength(text ?? '') };
}
