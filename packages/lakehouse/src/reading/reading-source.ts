import type { ReadingDefinition } from '@millrace/contracts';
import type { DuckDBValue } from '@duckdb/node-api';
import { EngineFault } from '../engine/engine-fault.ts';
import type { TextFormat } from './column-evidence.ts';
import { LineFault } from './line-fault.ts';
import type { PlainLoad } from './plain-load.ts';
import { timeReader } from './time-text.ts';
import type { ReadType } from './read-type.ts';

/** As many columns as a table has at most. */
export const MOST_COLUMNS = 5000;

/** A source of text: files that are read by one definition. */
export interface TextSource {
  readonly name: string;
  readonly files: readonly string[];
  readonly reading: ReadingDefinition;
  /** Whether plain files are read record by record, too: what DuckDB's reading of them is held against. */
  readonly isReadSlowly?: boolean;
}

/** A column of a source as it is read. */
export interface ReadColumn {
  readonly name: string;
  readonly type: ReadType;
}

/** A declared column that is read as a wider type, since a value of it did not fit. */
export interface WidenedColumn {
  readonly column: string;
  readonly declared: string;
  readonly file: string;
  readonly line: number;
  readonly reason: string;
}

/** A row that is set aside: where it stands, why, and its fields as JSON. */
export interface RejectedRow {
  readonly file: string;
  readonly line: number;
  readonly reason: string;
  readonly row: string;
}

/** Takes the rows of a source one by one, in the order of their columns. */
export interface RowSink {
  add(values: readonly DuckDBValue[]): void;
  reject(row: RejectedRow): void;
  /** Waits until what was added is stored. */
  flush(): void;
  /** Lets DuckDB read a file. `false` where it does not find what is expected; then nothing of the file is stored. */
  load(plain: PlainLoad): Promise<boolean>;
}

/** What was found out about a source, and the second pass that delivers its rows. */
export interface TextPlan {
  readonly columns: readonly ReadColumn[];
  readonly widened: readonly WidenedColumn[];
  /** What was found of the form, for people: delimiter, encoding, header. */
  readonly form: Readonly<Record<string, string>>;
  readonly deliver: (sink: RowSink) => Promise<void>;
}

/** How the texts of a source are read by its definition. */
export function formatOf({ decimalSeparator, thousandsSeparator, dateFormat, timestampFormat, nullTexts }: ReadingDefinition): TextFormat {
  return {
    number: { decimal: decimalSeparator ?? '.', ...(thousandsSeparator === undefined ? {} : { thousands: thousandsSeparator }) },
    time: timeReader({ ...(dateFormat === undefined ? {} : { date: dateFormat }), ...(timestampFormat === undefined ? {} : { timestamp: timestampFormat }) }),
    declaresTime: dateFormat !== undefined || timestampFormat !== undefined,
    hasNumericTime: [dateFormat, timestampFormat].some((format) => format !== undefined && !hasLiteralTwice(format)),
    nullTexts: nullTexts === undefined ? undefined : new Set(nullTexts),
  };
}

/** Whether a character that is none of a part comes twice, as the points of `%d.%m.%Y` do: a plain number has one point and one sign. */
function hasLiteralTwice(format: string): boolean {
  const literals = format.replaceAll(/%./g, '');
  return new Set(literals).size < literals.length;
}

/** Runs what reads a file; a fault of a line becomes the fault of the source that names file, line, reason and remedy. */
export async function inFile<T>(source: TextSource, file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof LineFault ? faultOf(source, file, error) : error;
  }
}

export function faultOf(source: Pick<TextSource, 'name'>, file: string, { line, message, remedy }: LineFault): EngineFault {
  return new EngineFault(
    'SOURCE_CORRUPT',
    `The source "${source.name}" cannot be read: ${file}, line ${line}: ${message}.${remedy === '' ? '' : ` ${remedy}`}`,
    {
      source: source.name,
      file,
      line,
      reason: message,
      ...(remedy === '' ? {} : { remedy }),
    },
  );
}

/** Fails where a definition declares a column that is not there. */
export function assertDeclared(source: TextSource, present: readonly string[]): void {
  const missing = (source.reading.columns ?? []).map(({ name }) => name).filter((name) => !present.includes(name));
  if (missing.length > 0)
    throw new EngineFault(
      'SOURCE_COLUMN_MISSING',
      `The reading definition of the source "${source.name}" declares the column ${missing.map((name) => `"${name}"`).join(', ')}, which its files do not have. They have: ${present.join(', ')}. Declare header and names where the names are wrong.`,
      { source: source.name, missing, present },
    );
}
