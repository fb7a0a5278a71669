import type { ReadingDefinition } from '@millrace/contracts';
import { quoteFiles, quoteName, quoteText } from '../engine/sql-text.ts';
import type { KeyCounts } from './json-bytes.ts';
import type { JsonShape } from './json-shape.ts';
import type { PlainLoad } from './plain-load.ts';
import type { ReadColumn } from './reading-source.ts';
import type { PlainCompression } from './inflate.ts';
import { sqlOf, type ReadType } from './read-type.ts';
import { stagedTypeOf } from './staged-rows.ts';

/** A column of the values of a key, with what was found of it in all files. */
export interface PlainKey extends ReadColumn {
  readonly key: string;
  readonly shape: JsonShape;
}

/** What the first pass found in a file of one object a line; no `counts` where it has an object that is too long for DuckDB. */
export interface PlainObjects {
  /** `undefined` where DuckDB does not read it. */
  readonly compression: PlainCompression | undefined;
  readonly objects: number;
  readonly counts: ReadonlyMap<string, KeyCounts> | undefined;
}

const TIMES = /^(?:date|timestamp|timestamp_tz)$/;

/**
 * How DuckDB reads a file of one object a line into the staged columns, where it is sure that it gives the same table as this reader.
 * `undefined` where it is not sure.
 */
export function plainJsonLoad(
  path: string,
  plain: PlainObjects | undefined,
  columns: readonly PlainKey[],
  { decimalSeparator, thousandsSeparator, dateFormat, timestampFormat, nullTexts }: ReadingDefinition,
): PlainLoad | undefined {
  const counts = plain?.counts;
  if (plain?.compression === undefined || counts === undefined || columns.length === 0) return undefined;
  if ([decimalSeparator, thousandsSeparator, dateFormat, timestampFormat, nullTexts].some((declared) => declared !== undefined)) return undefined;
  if (!columns.every(({ key, name, type, shape }) => key === name && shape.isCastable(type))) return undefined;
  const read = columns.map(({ key, type }) => `${quoteText(key)}: ${quoteText(readAs(type))}`).join(', ');
  const values = columns.map(({ key, type }) => expressionOf(key, type)).join(', ');
  const compression = plain.compression === 'none' ? 'uncompressed' : plain.compression;
  const options = `format = 'newline_delimited', auto_detect = false, records = true, ignore_errors = false, hive_partitioning = false, compression = '${compression}'`;
  return {
    select: `SELECT ${values} FROM read_json(${quoteFiles([path])}, ${options}, columns = {${read}})`,
    rows: plain.objects,
    columns: columns.map(({ key, type }) => {
      const { values: count, textBytes } = counts.get(key) ?? { values: 0, textBytes: 0 };
      return type === 'string' ? { values: count, textBytes } : { values: count };
    }),
  };
}

function readAs(type: ReadType): string {
  if (typeof type !== 'string') return sqlOf(type);
  return TIMES.test(type) ? 'VARCHAR' : String(stagedTypeOf(type));
}

function expressionOf(key: string, type: ReadType): string {
  const field = quoteName(key);
  // With all its keys: a cast from JSON asks for them.
  if (typeof type !== 'string') return `to_json(${field})::VARCHAR`;
  return TIMES.test(type) ? `CAST(${field} AS ${String(stagedTypeOf(type))})` : field;
}
