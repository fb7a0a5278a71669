import type { ReadingCase } from './reading-case.ts';

/** A source of Parquet files: SELECTs that DuckDB writes, or files of PyArrow that it does not. */
export type ParquetCase = Omit<ReadingCase, 'files' | 'format' | 'reading'> & { readonly writes: readonly (string | Buffer)[] };

/** `v` is a decimal256(50,2). */
const WIDE_DECIMAL = Buffer.from(
  'UEFSMRUEFRAVEEwVAhUAEgAAAQAAAAAAAAAVABUSFRIsFQIVEBUGFQYcGAgBAAAAAAAAABgIAQAAAAAAAAAWACgIAQAAAAAAAAAYCAEAAAAAAAAAEREAAAACAAAAAgEBAgAVBBUqFSpMFQIVABIAAAAAAI24sIP3vY/gXdt+VfLYfpawAhUAFRIVEiwVAhUQFQYVBhwYFQAAAI24sIP3vY/gXdt+VfLYfpawAhgVAAAAjbiwg/e9j+Bd235V8th+lrACFgAoFQAAAI24sIP3vY/gXdt+VfLYfpawAhgVAAAAjbiwg/e9j+Bd235V8th+lrACEREAAAACAAAAAgEBAgAVBBk8NQAYBnNjaGVtYRUEABUEJQIYAmlkABUOFSoVAhgBdiUKFQQVZCxcFQQVZAAAABYCGRwZLCYAHBUEGTUABhAZGAJpZBUAFgIWvAEWvAEmNCYIHBgIAQAAAAAAAAAYCAEAAAAAAAAAFgAoCAEAAAAAAAAAGAgBAAAAAAAAABERABksFQQVABUCABUAFRAVAgA8KQYZJgACAAAAJgAcFQ4ZNQAGEBkYAXYVABYCFr4CFr4CJooCJsQBHBgVAAAAjbiwg/e9j+Bd235V8th+lrACGBUAAACNuLCD972P4F3bflXy2H6WsAIWACgVAAAAjbiwg/e9j+Bd235V8th+lrACGBUAAACNuLCD972P4F3bflXy2H6WsAIREQAZLBUEFQAVAgAVABUQFQIAPCkGGSYAAgAAABb6AxYCJggW+gMAKCBwYXJxdWV0LWNwcC1hcnJvdyB2ZXJzaW9uIDI2LjAuMRksHAAAHAAAAG0BAABQQVIx',
  'base64',
);
/** `v` is a list of decimal256(40,2). */
const WIDE_DECIMALS = Buffer.from(
  'UEFSMRUEFSIVIkwVAhUAEgAAAAAAAAAAAAAAAAAAAAAAAJYVABUeFR4sFQIVEBUGFQYcGBEAAAAAAAAAAAAAAAAAAAAAlhgRAAAAAAAAAAAAAAAAAAAAAJYWACgRAAAAAAAAAAAAAAAAAAAAAJYYEQAAAAAAAAAAAAAAAAAAAACWEREAAAACAAAAAgACAAAAAgMBAgAVBBlMNQAYBnNjaGVtYRUCADUCGAF2FQIVBkw8AAAANQQYBGxpc3QVAgAVDhUiFQIYB2VsZW1lbnQlChUEFVAsXBUEFVAAAAAWAhkcGRwmABwVDhk1AAYQGTgBdgRsaXN0B2VsZW1lbnQVABYCFqICFqICJkYmCBwYEQAAAAAAAAAAAAAAAAAAAACWGBEAAAAAAAAAAAAAAAAAAAAAlhYAKBEAAAAAAAAAAAAAAAAAAAAAlhgRAAAAAAAAAAAAAAAAAAAAAJYREQAZLBUEFQAVAgAVABUQFQIAPCkmAgAZRgAAAAIAAAAWogIWAiYIFqICACggcGFycXVldC1jcHAtYXJyb3cgdmVyc2lvbiAyNi4wLjEZHBwAAAAaAQAAUEFSMQ==',
  'base64',
);
/** `t` is a time with one nanosecond. */
const NANOSECONDS = Buffer.from(
  'UEFSMRUEFRAVEEwVAhUAEgAAAcqaOwAAAAAVABUSFRIsFQIVEBUGFQYcGAgBypo7AAAAABgIAcqaOwAAAAAWACgIAcqaOwAAAAAYCAHKmjsAAAAAEREAAAACAAAAAgEBAgAVBBksNQAYBnNjaGVtYRUCABUEJQIYAXRsjBIcPAAAAAAAFgIZHBkcJgAcFQQZNQAGEBkYAXQVABYCFrwBFrwBJjQmCBwYCAHKmjsAAAAAGAgBypo7AAAAABYAKAgBypo7AAAAABgIAcqaOwAAAAAREQAZLBUEFQAVAgAVABUQFQIAPCkGGSYAAgAAABa8ARYCJggWvAEAKCBwYXJxdWV0LWNwcC1hcnJvdyB2ZXJzaW9uIDI2LjAuMRkcHAAAAL8AAABQQVIx',
  'base64',
);
/** `t` is a time in nanoseconds that has none. */
const WHOLE_MICROSECONDS = Buffer.from(
  'UEFSMRUEFRAVEEwVAhUAEgAA6M2aOwAAAAAVABUSFRIsFQIVEBUGFQYcGAjozZo7AAAAABgI6M2aOwAAAAAWACgI6M2aOwAAAAAYCOjNmjsAAAAAEREAAAACAAAAAgEBAgAVBBksNQAYBnNjaGVtYRUCABUEJQIYAXRsjBIcPAAAAAAAFgIZHBkcJgAcFQQZNQAGEBkYAXQVABYCFrwBFrwBJjQmCBwYCOjNmjsAAAAAGAjozZo7AAAAABYAKAjozZo7AAAAABgI6M2aOwAAAAAREQAZLBUEFQAVAgAVABUQFQIAPCkGGSYAAgAAABa8ARYCJggWvAEAKCBwYXJxdWV0LWNwcC1hcnJvdyB2ZXJzaW9uIDI2LjAuMRkcHAAAAL8AAABQQVIx',
  'base64',
);
/** `v` is a list of times with a nanosecond. */
const NANOSECONDS_IN_LIST = Buffer.from(
  'UEFSMRUEFRAVEEwVAhUAEgAAAcqaOwAAAAAVABUeFR4sFQIVEBUGFQYcGAgBypo7AAAAABgIAcqaOwAAAAAWACgIAcqaOwAAAAAYCAHKmjsAAAAAEREAAAACAAAAAgACAAAAAgMBAgAVBBlMNQAYBnNjaGVtYRUCADUCGAF2FQIVBkw8AAAANQQYBGxpc3QVAgAVBCUCGAdlbGVtZW50bIwSHDwAAAAAABYCGRwZHCYAHBUEGTUABhAZOAF2BGxpc3QHZWxlbWVudBUAFgIWyAEWyAEmNCYIHBgIAcqaOwAAAAAYCAHKmjsAAAAAFgAoCAHKmjsAAAAAGAgBypo7AAAAABERABksFQQVABUCABUAFRAVAgA8KSYCABlGAAAAAgAAABbIARYCJggWyAEAKCBwYXJxdWV0LWNwcC1hcnJvdyB2ZXJzaW9uIDI2LjAuMRkcHAAAAO8AAABQQVIx',
  'base64',
);

export const PARQUET_CASES: readonly ParquetCase[] = [
  {
    name: 'whole numbers of every width',
    writes: ['SELECT 1::TINYINT AS a, 2::SMALLINT AS b, 3::INTEGER AS c, 9223372036854775807 AS d, 18446744073709551615::UBIGINT AS e'],
    table: 'a:TINYINT | b:SMALLINT | c:INTEGER | d:BIGINT | e:UBIGINT\n1 | 2 | 3 | 9223372036854775807 | 18446744073709551615',
  },
  {
    name: 'decimals of 38 digits',
    writes: ["SELECT '123456789012345678901234567890123456.78'::DECIMAL(38,2) AS v"],
    table: 'v:DECIMAL(38,2)\n123456789012345678901234567890123456.78',
  },
  { name: 'a decimal of 50 digits', writes: [WIDE_DECIMAL], refused: ['SOURCE_CORRUPT', '0.parquet', 'column "v"', 'decimal of 50 digits', 'more than 38'] },
  { name: 'decimals of 40 digits in a list', writes: [WIDE_DECIMALS], refused: ['SOURCE_CORRUPT', 'decimal of 40 digits'] },
  { name: 'nanoseconds', writes: [NANOSECONDS], refused: ['SOURCE_CORRUPT', 'column "t"', 'nanoseconds, which a table would cut'] },
  { name: 'nanoseconds that are zeros', writes: [WHOLE_MICROSECONDS], table: 't:TIMESTAMP_NS\n1970-01-01 00:00:01.000001' },
  { name: 'nanoseconds in a list', writes: [NANOSECONDS_IN_LIST], refused: ['SOURCE_CORRUPT', 'column "v"', 'nanoseconds'] },
  {
    name: 'structs, lists and maps',
    writes: ["SELECT {'a': 1, 'b': [{'c': 'x'}]} AS s, MAP {'k': [1, 2]} AS m, [[1], [], NULL] AS l"],
    table:
      's:STRUCT("a" INTEGER, "b" STRUCT("c" VARCHAR)[]) | m:MAP(VARCHAR, INTEGER[]) | l:INTEGER[][]\n{\'a\': 1, \'b\': [{\'c\': x}]} | {k=[1, 2]} | [[1], [], NULL]',
  },
  {
    name: 'several files, narrow and wide whole numbers',
    writes: ['SELECT 1::INTEGER AS v', 'SELECT 9223372036854775807 AS v'],
    table: 'v:BIGINT\n1\n9223372036854775807',
  },
  {
    name: 'several files, whole numbers and doubles',
    writes: ['SELECT 9007199254740993 AS v', 'SELECT 0.5::DOUBLE AS v'],
    refused: ['SOURCE_CORRUPT', '1.parquet', 'column "v"', 'DOUBLE here and BIGINT in'],
  },
  { name: 'several files, numbers and texts', writes: ['SELECT 1 AS v', "SELECT '01' AS v"], refused: ['SOURCE_CORRUPT', 'VARCHAR here and INTEGER in'] },
  {
    name: 'several files, dates and times',
    writes: ["SELECT DATE '2001-01-02' AS v", "SELECT TIMESTAMP '2001-01-02 10:00:00' AS v"],
    refused: ['SOURCE_CORRUPT', 'TIMESTAMP here and DATE in'],
  },
  { name: 'several files, one with a column more', writes: ['SELECT 1 AS a', "SELECT 2 AS a, 'x' AS b"], table: 'a:INTEGER | b:VARCHAR\n1 | ∅\n2 | x' },
  { name: 'several files whose structs differ', writes: ["SELECT {'a': 1} AS s", "SELECT {'b': 1} AS s"], refused: ['SOURCE_CORRUPT', 'column "s"'] },
  { name: 'bytes that are no Parquet', writes: [Buffer.from('PAR1 and then nothing')], refused: ['SOURCE_CORRUPT', '0.parquet'] },
];
