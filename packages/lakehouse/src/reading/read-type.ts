import { SQL_TYPES } from '../delta/delta-type.ts';
import { quoteName } from '../engine/sql-text.ts';

/** A scalar type that a text is read as: those that may be declared, and a time that says its zone. */
export type ScalarType = string;

/** The type that a column is read as. `json` is kept as the text that it is. */
export type ReadType = ScalarType | { readonly list: ReadType } | { readonly struct: readonly (readonly [string, ReadType])[] };

/** A time in a text has a zone or none; a Delta timestamp is an instant. */
const READ_TYPES: Readonly<Record<string, string>> = { ...SQL_TYPES, json: 'VARCHAR', timestamp: 'TIMESTAMP', timestamp_tz: 'TIMESTAMP WITH TIME ZONE' };

/** The DuckDB type of a column. */
export function sqlOf(type: ReadType): string {
  if (typeof type === 'string') return READ_TYPES[type] ?? type.toUpperCase();
  if ('list' in type) return `${sqlOf(type.list)}[]`;
  return `STRUCT(${type.struct.map(([name, member]) => `${quoteName(name)} ${sqlOf(member)}`).join(', ')})`;
}

/** A type as people write it in a reading definition. */
export function nameOfType(type: ReadType): string {
  if (typeof type === 'string') return type === 'timestamp_tz' ? 'timestamp' : type === 'json' ? 'string' : type;
  return 'list' in type ? 'array' : 'struct';
}

/** Precision and scale of `decimal(p,s)`. */
export function decimalOf(type: ScalarType): { readonly precision: number; readonly scale: number } | undefined {
  const found = /^decimal\((\d+),\s*(\d+)\)$/.exec(type);
  return found === null ? undefined : { precision: Number(found[1]), scale: Number(found[2]) };
}
