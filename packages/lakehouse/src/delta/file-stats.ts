import type { DeltaField } from './delta-type.ts';

/** Statistics of one column as DuckDB returns them from COPY … RETURN_STATS: texts by name (`min`, `max`, `null_count`, `has_nan`, `num_values`). */
export type ColumnStatistics = ReadonlyMap<string, string>;

const STRING_PREFIX = 32;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const NUMERIC = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;

/**
 * The `stats` string of an add action (PROTOCOL.md, *Per-file Statistics*). Numbers are written as they came, so 64-bit values keep
 * their digits. Minimum and maximum are left out where they could be wrong, or other readers could not read them: NaN, binary, boolean, nested,
 * long strings, infinities, and dates of other years than 0001 to 9999.
 */
export function statsOf(rows: number, fields: readonly DeltaField[], columns: ReadonlyMap<string, ColumnStatistics>): string {
  const minimums: string[] = [];
  const maximums: string[] = [];
  const nulls: string[] = [];
  for (const { name, type } of fields) {
    const statistics = columns.get(name);
    if (statistics === undefined || typeof type !== 'string') continue;
    const key = JSON.stringify(name);
    const nullCount = statistics.get('null_count');
    if (nullCount !== undefined) nulls.push(`${key}:${nullCount}`);
    if (statistics.get('has_nan') === 'true') continue;
    const minimum = boundOf(type, statistics.get('min'), 'min');
    const maximum = boundOf(type, statistics.get('max'), 'max');
    if (minimum !== undefined) minimums.push(`${key}:${minimum}`);
    if (maximum !== undefined) maximums.push(`${key}:${maximum}`);
  }
  return `{"numRecords":${rows},"minValues":{${minimums.join(',')}},"maxValues":{${maximums.join(',')}},"nullCount":{${nulls.join(',')}}}`;
}

function boundOf(type: string, text: string | undefined, end: 'min' | 'max'): string | undefined {
  if (text === undefined || type === 'binary' || type === 'boolean') return undefined;
  if (type === 'string') {
    if (text.length <= STRING_PREFIX) return JSON.stringify(text);
    // Half a character is no JSON that others would read.
    return end === 'min' ? JSON.stringify(text.slice(0, STRING_PREFIX).replace(/[\uD800-\uDBFF]$/, '')) : undefined;
  }
  if (type === 'date') return DATE.test(text) ? JSON.stringify(text) : undefined;
  if (type === 'timestamp') return timestampOf(text);
  return NUMERIC.test(text) ? text : undefined;
}

/** ISO 8601 in UTC, cut to milliseconds: readers allow one millisecond on the maximum. */
function timestampOf(text: string): string | undefined {
  const parts = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})(?:\.(\d{1,6}))?(?:\+00(?::?00)?)?$/.exec(text);
  return parts === null ? undefined : JSON.stringify(`${parts[1]}T${parts[2]}.${(parts[3] ?? '').padEnd(3, '0').slice(0, 3)}Z`);
}
