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

/** Formats of times whose parts have numbers of one meaning. */
const SIMPLE_FORMAT = /^(?:%[YmdHMS]|[^%A-Za-z0-9])+$/;

/**
 * How DuckDB reads a file of separated values into the staged columns, where it is sure that it gives the same table as this reader: the first
 * pass has seen every record and every value, and found nothing that the two read differently. `undefined` where it is not sure.
 */
export function plainLoad(file: KnownFile, columns: readonly PlainColumn[], reading: ReadingDefinition): PlainLoad | undefined {
  const { plain, names, first } = file;
  if (plain === undefined || first.some((text) => text?.includes('\n'))) return undefined;
  if (!columns.every((column) => isCastable(column, reading)) || columns.length * (reading.nullTexts?.length ?? 0) > MOST_COMPARISONS) return undefined;
  const places = columns.map(({ name }) => names.indexOf(name));
  const own = new Map(places.map((place, index) => [place, columns[index]]));
  const read = names.map((_, place) => `${quoteText(`f${place}`)}: ${quoteText(readAs(own.get(place), reading))}`);
  const values = columns.map((column, index) => expressionOf(column, places[index] ?? -1, reading));
  return {
    select: `SELECT ${values.join(', ')} FROM read_csv(${quoteFiles([file.path])}, ${optionsOf(file, reading)}, columns = {${read.join(', ')}})`,
    rows: file.widths.records - (file.header && reading.names === undefined ? 1 : 0),
    columns: columns.map(({ type }, index) => expectedOf(file, type, places[index] ?? -1, reading.nullTexts)),
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

/** Whether DuckDB makes the values of a column of their texts as this reader does. A declared format of times is the only one they are read by. */
function isCastable({ type, evidence }: PlainColumn, { dateFormat, timestampFormat }: ReadingDefinition): boolean {
  if (type === 'timestamp_tz') return dateFormat === undefined && timestampFormat === undefined && evidence.isCastableTo(type);
  const format = type === 'date' ? dateFormat : type === 'timestamp' ? timestampFormat : undefined;
  if (format !== undefined) return SIMPLE_FORMAT.test(format) && (evidence.values === 0 || evidence.type === type);
  return (type !== 'timestamp' || dateFormat === undefined) && evidence.isCastableTo(type);
}

/** The type that a field is read as; as text where more is to be said of it. */
function readAs(column: PlainColumn | undefined, { nullTexts, decimalSeparator, thousandsSeparator, dateFormat, timestampFormat }: ReadingDefinition): string {
  if (column === undefined || column.evidence.nulls > 0 || column.type === 'float') return 'VARCHAR';
  const declared = [nullTexts, decimalSeparator, thousandsSeparator, dateFormat, timestampFormat];
  return declared.some((one) => one !== undefined) ? 'VARCHAR' : String(stagedTypeOf(column.type));
}

function expressionOf(column: PlainColumn, place: number, reading: ReadingDefinition): string {
  const staged = String(stagedTypeOf(column.type));
  if (place < 0) return `NULL::${staged}`;
  const field = quoteName(`f${place}`);
  if (readAs(column, reading) !== 'VARCHAR') return field;
  return unlessNull(field, reading.nullTexts, column.type === 'string' ? field : castOf(field, column.type, reading));
}

/** Every text is known to be a value or a text for nothing: what cannot be cast is the latter, and is counted afterwards. */
function castOf(field: string, type: ScalarType, reading: ReadingDefinition): string {
  const { dateFormat, timestampFormat } = reading;
  if (type === 'date' && dateFormat !== undefined) return `TRY_CAST(try_strptime(${field}, ${quoteText(dateFormat)}) AS DATE)`;
  if (type === 'timestamp' && timestampFormat !== undefined) return `try_strptime(${field}, ${quoteText(timestampFormat)})`;
  if (type === 'boolean' || type === 'date' || type.startsWith('timestamp')) return `TRY_CAST(${field} AS ${String(stagedTypeOf(type))})`;
  const number = numberOf(field, reading);
  // A float is the double rounded, as it is elsewhere.
  if (type === 'float') return `TRY_CAST(TRY_CAST(${number} AS DOUBLE) AS FLOAT)`;
  // Texts of decimals stay texts for now, as decimals of any width do.
  if (type.startsWith('decimal')) return `CASE WHEN TRY_CAST(${number} AS DOUBLE) IS NULL THEN NULL ELSE ${number} END`;
  return `TRY_CAST(${number} AS ${String(stagedTypeOf(type))})`;
}

/** A number with a point and without groups. */
function numberOf(field: string, { decimalSeparator = '.', thousandsSeparator }: ReadingDefinition): string {
  const whole = thousandsSeparator === undefined ? field : `replace(${field}, ${quoteText(thousandsSeparator)}, '')`;
  return decimalSeparator === '.' ? whole : `replace(${whole}, ${quoteText(decimalSeparator)}, '.')`;
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
