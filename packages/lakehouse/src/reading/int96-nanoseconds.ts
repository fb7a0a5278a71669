import { DuckDBListType, DuckDBMapType, DuckDBStructType, DuckDBTypeId, type DuckDBType } from '@duckdb/node-api';
import { quoteText } from '../engine/sql-text.ts';

/**
 * SQL that is true where a value has a time of INT96 that is finer than a microsecond; `undefined` where the type has no such time. `read` is the
 * type of the value in its file, `raw` the one in a copy that has the bytes of such times.
 */
export function int96Finer(value: string, read: DuckDBType, raw: DuckDBType, depth = 0): string | undefined {
  if (raw.typeId === DuckDBTypeId.BLOB && read.typeId === DuckDBTypeId.TIMESTAMP) return isFiner(value);
  if (read instanceof DuckDBListType && raw instanceof DuckDBListType) return anyOf(value, read.valueType, raw.valueType, depth);
  if (read instanceof DuckDBMapType && raw instanceof DuckDBMapType)
    return joined([anyOf(`map_keys(${value})`, read.keyType, raw.keyType, depth), anyOf(`map_values(${value})`, read.valueType, raw.valueType, depth)]);
  if (!(read instanceof DuckDBStructType && raw instanceof DuckDBStructType)) return undefined;
  const members = read.entryNames.map((name, index) => {
    const [own, bytes] = [read.entryTypes[index], raw.entryTypes[index]];
    return own === undefined || bytes === undefined ? undefined : int96Finer(`struct_extract(${value}, ${quoteText(name)})`, own, bytes, depth);
  });
  return joined(members);
}

function anyOf(list: string, read: DuckDBType, raw: DuckDBType, depth: number): string | undefined {
  const item = `item${depth}`;
  const finer = int96Finer(item, read, raw, depth + 1);
  return finer === undefined ? undefined : `len(list_filter(${list}, lambda ${item}: ${finer})) > 0`;
}

function joined(conditions: readonly (string | undefined)[]): string | undefined {
  const told = conditions.filter((condition) => condition !== undefined);
  return told.length === 0 ? undefined : `(${told.join(' OR ')})`;
}

/** The first 8 of the 12 bytes are nanoseconds of the day, the lowest byte first. */
function isFiner(bytes: string): string {
  const digits = [7, 6, 5, 4, 3, 2, 1, 0].map((at) => `substring(hex(${bytes}), ${2 * at + 1}, 2)`).join(' || ');
  return `coalesce(CAST('0x' || ${digits} AS UBIGINT) % 1000 <> 0, false)`;
}
