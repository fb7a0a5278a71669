import type { ComposedSql } from './composed-sql.ts';
import { EngineFault } from './engine-fault.ts';
import { storageTroubleOf } from './storage-trouble.ts';

/** What DuckDB says with `errors_as_json`: the position is a byte offset in the statement. */
interface DuckDbError {
  readonly exception_type?: string;
  readonly exception_message?: string;
  readonly position?: string;
}

const DATA_TROUBLE = /parquet|csv|json|snappy|zstd|gzip|thrift|magic|footer|malformed|file/i;
/** A value that does not fit the type of its column is a conversion error of the reader, not of the user's SQL. */
const BAD_CSV = /^CSV Error on Line/;
const READING = new Set(['IO', 'Invalid Input', 'Serialization']);
/** What DuckDB calls an error that is not its own; it comes from decoding a file, for example from Thrift. */
const NOT_DUCKDB = 'Invalid';
const RESOURCES: Readonly<Record<string, string>> = { 'Out of Memory': 'memory', INTERRUPT: 'time' };

/** The fault that an error of DuckDB amounts to when it ran a statement with a user's SQL in it. */
export function sqlFaultOf(error: unknown, statement: ComposedSql): unknown {
  if (error instanceof EngineFault) return error;
  const { exception_type: kind = NOT_DUCKDB, exception_message: message = messageOf(error), position } = parse(error);
  if (kind === 'Permission') return new EngineFault('SQL_FORBIDDEN', `The SQL reaches for something outside its sources: ${firstLine(message)}`, {});
  const limit = exhaustionOf(error) ?? storageFaultOf(error) ?? goneFaultOf(kind, message);
  if (limit !== undefined) return limit;
  const place = position === undefined ? undefined : statement.locate(Number(position));
  if (place === undefined && (kind === NOT_DUCKDB || BAD_CSV.test(message) || (READING.has(kind) && DATA_TROUBLE.test(message)))) {
    return new EngineFault('SOURCE_CORRUPT', `A source cannot be read to its end: ${dataMessage(message)}`, { kind });
  }
  const where = place === undefined ? '' : `${place.origin}, line ${place.line}, column ${place.column}: `;
  return new EngineFault('SQL_INVALID', `${where}${message.trim()}`, { kind, ...place });
}

/** The fault of a query that reached a limit of the engine; `undefined` for any other error. */
export function exhaustionOf(error: unknown): EngineFault | undefined {
  const { exception_type: kind = '', exception_message: message = messageOf(error) } = parse(error);
  const resource = RESOURCES[kind];
  return resource === undefined
    ? undefined
    : new EngineFault('JOB_FAILED', `The SQL needs more ${resource} than the engine may use: ${firstLine(message)}`, { kind });
}

/** The fault of a disk or a share that cannot be used now: it says nothing about the data, and is worth another try. */
export function storageFaultOf(error: unknown): EngineFault | undefined {
  if (error instanceof EngineFault) return undefined;
  const text = messageOf(error);
  const parsed = parse(error);
  const kind = parsed.exception_type ?? (text.startsWith('IO Error: ') ? 'IO' : '');
  const trouble = storageTroubleOf(error, { kind, message: parsed.exception_message ?? text.replace(/^IO Error: /, '') });
  return trouble === undefined ? undefined : new EngineFault('STORAGE_UNAVAILABLE', `Storage cannot be used: ${trouble}. It is tried again.`, { kind });
}

/** A file that was there when its source or table was looked at. Another try finds it again, or says what is missing. */
function goneFaultOf(kind: string, message: string): EngineFault | undefined {
  if (kind !== 'IO' || !message.startsWith('No files found that match the pattern')) return undefined;
  return new EngineFault('STORAGE_UNAVAILABLE', `A file that was there is gone: ${firstLine(message)}. It is tried again.`, { kind });
}

/** The message of any error of DuckDB, without its JSON. */
export function duckDbMessage(error: unknown): string {
  return firstLine(parse(error).exception_message ?? messageOf(error));
}

function parse(error: unknown): DuckDbError {
  const text = messageOf(error);
  const start = text.indexOf('{');
  if (start < 0) return {};
  try {
    return JSON.parse(text.slice(start)) as DuckDbError;
  } catch {
    return {};
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What the CSV reader says of a bad line stands in its first three lines; advice for people who call it themselves follows. */
function dataMessage(message: string): string {
  return BAD_CSV.test(message) ? message.trim().split('\n').slice(0, 3).join(' ') : firstLine(message);
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}
