import { manyLines, type ReadingCase } from './reading-case.fixture.ts';

const whole = manyLines(30_000, (index) => String(index + 10));

/** Files of one column `v` under the header `v`, with the type and values that it should have. */
function column(name: string, type: string, values: readonly string[], read: readonly string[] = values): ReadingCase {
  return {
    name,
    files: `k,v\n${values.map((value, index) => `${index + 1},${value}`).join('\n')}\n`,
    table: [`k:long | v:${type}`, ...read.map((value, index) => `${index + 1} | ${value === '' ? '∅' : value}`)].join('\n'),
  };
}

/** A column of 30,000 values, then the given ones: what a sample would not see. `read` are the last values as they should be read. */
function late(
  name: string,
  type: string,
  early: (index: number) => string,
  values: readonly string[],
): ReadingCase & { readonly type: string; readonly values: readonly string[] } {
  return { name, files: `v\n${manyLines(30_000, early)}${values.join('\n')}\n`, type, values };
}

/** What a sample would promise and a later row breaks. The suite of late values reads them. */
export const LATE_CASES = [
  late('whole amounts, then cents', 'double', (index) => String(index + 10), ['12.75', '0.49']),
  late('whole amounts, then a text', 'string', (index) => String(index + 10), ['abc']),
  late('whole amounts, then one that is larger than a long', 'decimal(38,0)', (index) => String(index + 10), ['9223372036854775808']),
  late('numbers, then one with a leading zero', 'string', (index) => String(index + 10), ['007']),
  late('dates, then a time', 'timestamp', () => '2001-01-02', ['2001-01-02 10:30:00']),
  late('dates, then a text', 'string', () => '2001-01-02', ['soon']),
  late('doubles, then money of 19 digits', 'decimal(19,2)', (index) => `${index}.5`, ['12345678901234567.89']),
  late('truth values, then a text', 'string', (index) => (index % 2 === 0 ? 'true' : 'false'), ['maybe']),
  late('times in seconds, then microseconds', 'timestamp', () => '2001-01-02 10:30:00', ['2001-01-02 10:30:00.123456']),
  late('times without a zone, then one with a zone', 'string', () => '2001-01-02 10:30:00', ['2001-01-02T10:30:00Z']),
];

export const CSV_VALUE_CASES: readonly ReadingCase[] = [
  column('whole numbers', 'long', ['1', '-2', '0']),
  column('whole numbers to the ends of a long', 'long', ['9223372036854775807', '-9223372036854775808']),
  column('whole numbers beyond a long', 'decimal(38,0)', ['9223372036854775808', '1']),
  column('whole numbers of 38 digits', 'decimal(38,0)', ['12345678901234567890123456789012345678']),
  column('whole numbers of 39 digits stay text', 'string', ['123456789012345678901234567890123456789', '1']),
  column('identifiers beyond 2^53 keep their digits', 'long', ['9007199254740993', '9007199254740992']),
  column('identifiers with leading zeros keep them', 'string', ['007', '12', '0']),
  column('a plus is kept: telephone numbers', 'string', ['+4930123456', '+4930123457']),
  column('minus zero keeps its sign', 'double', ['-0', '1'], ['-0.0', '1.0']),
  column('decimal fractions', 'double', ['12.75', '0.49', '3'], ['12.75', '0.49', '3.0']),
  column('fractions without a digit before or after the point', 'double', ['.5', '5.', '-.25'], ['0.5', '5.0', '-0.25']),
  column('exponents', 'double', ['1e3', '2.5E-4', '7'], ['1000.0', '0.00025', '7.0']),
  column('an exponent beyond a double stays text', 'string', ['1e400', '1']),
  column('an exponent below a double stays text', 'string', ['1e-400', '1']),
  column('seventeen digits of a double', 'double', ['0.038075906433423026', '-0.044641636506989144'], ['0.038075906433423026', '-0.044641636506989144']),
  column(
    'doubles as NumPy prints them, with 19 digits',
    'double',
    [(0.038075906433423026).toExponential(18), (-0.044641636506989144).toExponential(18)],
    ['0.038075906433423026', '-0.044641636506989144'],
  ),
  column('money of 19 digits is a decimal', 'decimal(19,2)', ['12345678901234567.89', '1.50'], ['12345678901234567.89', '1.50']),
  column('a fraction of 30 digits is a decimal', 'decimal(30,30)', ['0.123456789012345678901234567891'], ['.123456789012345678901234567891']),
  column(
    'twenty digits with an exponent are a decimal',
    'decimal(22,21)',
    ['1.2345678901234567891e-02', '1.5e0'],
    ['0.012345678901234567891', '1.500000000000000000000'],
  ),
  column('more than 38 digits stay text', 'string', ['1234567890123456789012345678901234567.89', '1.5']),
  column('whole numbers beyond 2^53 beside fractions are decimals', 'decimal(17,1)', ['9007199254740993', '2.5'], ['9007199254740993.0', '2.5']),
  column('not a number is one, and infinities', 'double', ['NaN', '1.5', 'inf', '-Infinity'], ['nan', '1.5', 'inf', '-inf']),
  column('hexadecimal numbers are text', 'string', ['0x1F', '0x2']),
  column('digits told apart by underscores are text', 'string', ['1_000', '2']),
  column('two points are text: versions', 'string', ['1.2.3', '1.10']),
  column('percentages are text', 'string', ['12%', '3.5%']),
  column('currencies are text', 'string', ['$12', '€3']),
  column('a comma within digits is text', 'string', ['"1,5"', '"2,25"'], ['1,5', '2,25']),
  column('truth values', 'boolean', ['true', 'False', 'TRUE'], ['true', 'false', 'true']),
  column('yes and no are text', 'string', ['yes', 'no']),
  column('t and f are text', 'string', ['t', 'f']),
  column('one and zero are numbers', 'long', ['1', '0']),
  column('truth values beside numbers are text', 'string', ['true', '1']),
  column('dates', 'date', ['2001-01-02', '1999-12-31']),
  column('dates with slashes, year first', 'date', ['2001/01/02', '1999/12/31'], ['2001-01-02', '1999-12-31']),
  column('dates with the year last are text: which is the day?', 'string', ['01/02/2001', '03/04/2001']),
  column('a date that is in no calendar makes text', 'string', ['2001-02-29', '2001-01-01']),
  column('a leap day', 'date', ['2000-02-29', '2004-02-29']),
  column('a thirteenth month makes text', 'string', ['2001-13-01', '2001-01-01']),
  column('the year 0 makes text', 'string', ['0000-01-01', '2001-01-01']),
  column('the years 1 and 9999', 'date', ['0001-01-01', '9999-12-31']),
  column('dates before the epoch', 'date', ['1969-12-31', '1900-03-01']),
  column('times', 'timestamp', ['2001-01-02 10:30:00', '2001-01-02T23:59:59'], ['2001-01-02 10:30:00', '2001-01-02 23:59:59']),
  column('times to the minute', 'timestamp', ['2001-01-02 10:30'], ['2001-01-02 10:30:00']),
  column('times before the epoch with a fraction', 'timestamp', ['1969-12-31 23:59:59.5'], ['1969-12-31 23:59:59.5']),
  column('microseconds', 'timestamp', ['2001-01-02 10:30:00.123456'], ['2001-01-02 10:30:00.123456']),
  column('nanoseconds would be cut and stay text', 'string', ['2001-01-02 10:30:00.123456789']),
  column('nanoseconds that are zeros', 'timestamp', ['2001-01-02 10:30:00.120000000'], ['2001-01-02 10:30:00.12']),
  column('times with a zone', 'timestamp', ['2001-01-02T10:30:00Z', '2001-01-02T10:30:00+02:00'], ['2001-01-02 10:30:00+00', '2001-01-02 08:30:00+00']),
  column(
    'zones of hours alone, without a colon, and west',
    'timestamp',
    ['2001-01-02 10:30:00+02', '2001-01-02 10:30:00-0530'],
    ['2001-01-02 08:30:00+00', '2001-01-02 16:00:00+00'],
  ),
  column('times with and without a zone are text', 'string', ['2001-01-02 10:30:00', '2001-01-02T10:30:00Z']),
  column('dates beside times are midnights', 'timestamp', ['2001-01-02', '2001-01-02 10:30:00'], ['2001-01-02 00:00:00', '2001-01-02 10:30:00']),
  column('a second of 60 stays text', 'string', ['2016-12-31 23:59:60', '2016-12-31 23:59:59']),
  column('an hour of 24 stays text', 'string', ['2001-01-02 24:00:00']),
  column('times of day are text', 'string', ['10:30', '23:59']),
  column('nothing is null', 'long', ['1', '', '3']),
  column('usual texts for nothing in numbers', 'long', ['1', 'NA', '', 'NULL', 'n/a', '#N/A'], ['1', '', '', '', '', '']),
  column('usual texts for nothing in dates', 'date', ['2001-01-02', 'NaT', 'None'], ['2001-01-02', '', '']),
  column('usual texts for nothing in truth values', 'boolean', ['true', 'NA'], ['true', '']),
  column('NA is Namibia among texts', 'string', ['NA', 'DE', '']),
  column('a question mark is a text', 'string', ['1', '?', '3']),
  column('a dash is a text', 'string', ['1', '-', '3']),
  column('nothing at all is text', 'string', ['', '', '']),
  column('a quoted empty text is not null among texts', 'string', ['""', 'a', ''], ['""', 'a', '']),
  column('a quoted empty text is null among numbers', 'long', ['""', '"2"', '3'], ['', '2', '3']),
  column('blanks around numbers say nothing', 'long', [' 1', '2 ', ' 3 '], ['1', '2', '3']),
  column('quoted numbers are numbers', 'long', ['"1"', '"2"'], ['1', '2']),
  column('letters of every kind', 'string', ['é', '日本', '🙂', 'ß']),
  column(
    'texts that SQL would take for something',
    'string',
    ["'); DROP TABLE x; --", '"say ""hi"""', String.raw`\N\\`],
    ["'); DROP TABLE x; --", 'say "hi"', String.raw`\N\\`],
  ),
  {
    name: 'an amount after 30,000 whole ones',
    files: `v\n${whole}12.75\n0.49\n`,
    reading: { columns: [{ name: 'v', type: 'long' }], onBadValue: 'FAIL' },
    refused: ['SOURCE_CORRUPT', 'line 30002', 'column "v"', '"12.75" does not fit long: it has a fraction', 'onBadValue'],
  },
];
