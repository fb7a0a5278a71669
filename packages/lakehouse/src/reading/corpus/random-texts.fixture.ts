import type { ReadingDefinition, SourceFormat } from '@millrace/contracts';

/** A file that was made up, and how it is to be read. */
export interface RandomText {
  readonly format: SourceFormat;
  readonly text: string;
  readonly reading: ReadingDefinition | undefined;
}

type Kind = (random: Random) => string;

/** Numbers from 0 to below 1, the same for the same seed (Mulberry32). */
class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  chance(share: number): boolean {
    return this.next() < share;
  }

  one<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)] as T;
  }

  digits(count: number): string {
    return Array.from({ length: count }, () => this.below(10)).join('');
  }
}

const two = (value: number): string => String(value).padStart(2, '0');
const date: Kind = (random) =>
  `${random.one([1969, 1970, 2000, 2023, 1, 9999]).toString().padStart(4, '0')}-${two(1 + random.below(12))}-${two(1 + random.below(28))}`;
const time: Kind = (random) => `${two(random.below(24))}:${two(random.below(60))}:${two(random.below(60))}`;
const whole: Kind = (random) => (random.chance(0.3) ? '-' : '') + String(1 + random.below(10 ** (1 + random.below(9))));
const WORDS = [
  '',
  'a',
  'Namibia',
  'é',
  '中文',
  '😀',
  ' x',
  'x ',
  "it's",
  '#',
  '-',
  '+',
  '.',
  '1a',
  'NA',
  'null',
  'true',
  '0x1f',
  '1_000',
  '007',
  'nan',
  'a b',
  '--1',
  '\\',
  '\\N',
  '%',
  '€ 5',
];

/** What columns are made of. */
const KINDS: Readonly<Record<string, Kind>> = {
  few: (random) => random.one(['0', '1']),
  category: (random) => random.one(['red', 'green', 'blue']),
  whole,
  long: (random) =>
    random.one([`${1 + random.below(9)}${random.digits(14 + random.below(6))}`, '9223372036854775807', '-9223372036854775808', '9223372036854775808']),
  zeros: (random) => random.digits(3),
  fraction: (random) => `${random.below(1000)}.${random.digits(1 + random.below(4))}`,
  wideFraction: (random) => `${1 + random.below(9)}${random.digits(10)}.${random.digits(9)}`,
  minus: (random) => random.one(['-0', '-0.0', '0', '0.0', '-0.5', '0.5', '.5', '5.', '-.5', '+5', '+0.5', '00.5', '0.']),
  exponent: (random) => `${random.below(100)}${random.one(['', '.5'])}${random.one(['e', 'E'])}${random.one(['', '-', '+'])}${random.below(20)}`,
  special: (random) => random.one(['nan', 'NaN', 'inf', '-inf', 'Infinity', '-Infinity', '+inf', '1.5', '-nan']),
  padded: (random) => `${random.one([' ', '', '\t'])}${random.below(100)}${random.one([' ', '', '\u00a0'])}`,
  boolean: (random) => random.one(['true', 'false', 'True', 'FALSE']),
  date,
  oddDate: (random) => random.one(['2023/02/28', '2023-02-29', '2024-02-29', '2023-04-31', '2023-12-31', '0000-01-01', '1582-10-10', '2023-1-1', '20230101']),
  timestamp: (random) => `${date(random)}${random.one(['T', ' '])}${time(random)}`,
  oddTimestamp: (random) =>
    `${date(random)}${random.one(['T', ' '])}${random.one([time(random), '24:00:00', '23:59:60', '10:11', `${time(random)}.${random.digits(1 + random.below(9))}`, `${time(random)},5`])}`,
  zoned: (random) =>
    `${date(random)}T${time(random)}${random.one(['', '.5', '.123456', '.1234560'])}${random.one(['Z', '+02:00', '-0530', '+01', ' UTC', 'z', ' Z'])}`,
  word: (random) => random.one(WORDS),
  note: (random) => `note ${random.digits(8)} ${random.one(WORDS)}`,
  hard: (random) => random.one(['a "b" c', '"', '""', 'a,b', 'a;b', 'line\nbreak', 'cr\r\nlf', 'cr\ronly', '\t', ' ', '  ', ',', '"a"', '5" pipe']),
  comma: (random) => `${random.below(1000)},${random.digits(1 + random.below(3))}`,
  grouped: (random) => `${1 + random.below(999)}${random.one(['.', ',', ' '])}${random.digits(3)}${random.one(['', ',5', '.5'])}`,
  german: (random) => `${random.one([two(1 + random.below(31)), String(1 + random.below(9))])}.${two(1 + random.below(12))}.${2000 + random.below(24)}`,
  american: (random) => `${two(1 + random.below(12))}/${two(1 + random.below(28))}/${2000 + random.below(24)} ${time(random)}`,
  swapped: (random) => `${2000 + random.below(24)}-${two(1 + random.below(28))}-${two(1 + random.below(12))}`,
  missing: (random) => random.one(['', '', 'NA', 'NULL', '1', '2.5']),
};
const NAMES = Object.keys(KINDS);

/** A table as people of a country write it. */
const LOCAL = ['comma', 'grouped', 'german', 'american', 'swapped', 'whole', 'missing'];

/** Those that are one kind of value in JSON, too. */
const EVEN = ['few', 'category', 'whole', 'fraction', 'boolean', 'date', 'timestamp', 'zoned', 'note'];

function valueOf(kind: string, random: Random): string {
  return KINDS[kind]?.(random) ?? '';
}

/** Kinds for the columns of a table, most of them good-natured. */
function kindsOf(random: Random): string[] {
  const allowed = random.chance(0.5) ? NAMES.filter((name) => name !== 'hard') : NAMES;
  return Array.from({ length: 1 + random.below(6) }, () => random.one(allowed));
}

/** A value of the kind, or rarely of another, or none. */
function cell(kind: string, random: Random, intruders: number): string | null {
  if (random.chance(0.05)) return null;
  return valueOf(random.chance(intruders) ? random.one(NAMES) : kind, random);
}

/** A table with separated values. */
export function randomCsv(seed: number): RandomText {
  const random = new Random(seed);
  return random.chance(0.2) ? randomTable(random, LOCAL, ';') : randomTable(random, kindsOf(random), random.one([',', ',', ';', '\t', '|']));
}

function randomTable(random: Random, kinds: readonly string[], delimiter: string): RandomText {
  const newline = random.one(['\n', '\n', '\r\n']);
  const quoting = random.one(['needed', 'needed', 'all', 'none']);
  const intruders = random.one([0, 0, 0, 0.002]);
  const write = (value: string | null): string => {
    if (value === null) return '';
    const mustQuote = value === '' || value.includes(delimiter) || /["\r\n]/.test(value);
    if (quoting === 'none') return value.replaceAll(/[\r\n",;|\t]/g, random.chance(0.01) ? '"' : '_');
    return quoting === 'all' || mustQuote ? `"${value.replaceAll('"', '""')}"` : value;
  };
  const lines = Array.from({ length: 1 + random.below(200) }, () => kinds.map((kind) => write(cell(kind, random, intruders))).join(delimiter));
  if (random.chance(0.7)) lines.unshift(kinds.map((_, index) => write(random.chance(0.95) ? `name_${index}` : 'name_0')).join(delimiter));
  if (random.chance(0.03)) lines.splice(random.below(lines.length), 0, random.one(['', ' ', delimiter, 'x', '"open']));
  if (random.chance(0.1)) lines.push('', '');
  const text = random.one(['', '', '', '\ufeff']) + lines.join(newline) + random.one([newline, '']);
  return { format: 'CSV', text, reading: readingOf(kinds, delimiter, random) };
}

function readingOf(kinds: readonly string[], delimiter: string, random: Random): ReadingDefinition | undefined {
  if (kinds !== LOCAL) return random.chance(0.3) ? randomReading(kinds.length, delimiter, random) : undefined;
  return {
    delimiter,
    ...(random.chance(0.8) ? { decimalSeparator: ',' } : {}),
    ...(random.chance(0.5) ? { thousandsSeparator: random.one(['.', ' ']) } : {}),
    ...(random.chance(0.8) ? { dateFormat: random.one(['%d.%m.%Y', '%d.%m.%Y', '%Y-%d-%m']) } : {}),
    ...(random.chance(0.5) ? { timestampFormat: '%m/%d/%Y %H:%M:%S' } : {}),
    ...(random.chance(0.2) ? { nullTexts: ['', 'NA', '1,5'] } : {}),
  };
}

function randomReading(width: number, delimiter: string, random: Random): ReadingDefinition {
  const header = random.chance(0.6) ? random.one(['PRESENT', 'ABSENT'] as const) : undefined;
  const types = ['long', 'double', 'string', 'date', 'timestamp', 'boolean', 'decimal(12,2)', 'integer', 'float', 'short'];
  const index = random.below(width);
  const name = header === 'ABSENT' ? `column_${index + 1}` : `name_${index}`;
  return {
    ...(random.chance(0.5) ? { delimiter } : {}),
    ...(header === undefined ? {} : { header }),
    ...(random.chance(0.2) ? { nullTexts: random.one([['NA'], ['0', '-'], []]) } : {}),
    ...(random.chance(0.2) ? { decimalSeparator: ',' } : {}),
    ...(random.chance(0.1) ? { thousandsSeparator: random.one(['.', ' ']) } : {}),
    ...(random.chance(0.2) ? { dateFormat: random.one(['%d.%m.%Y', '%Y-%d-%m', '%Y-%m-%d', '%y%m%d']) } : {}),
    ...(random.chance(0.2) ? { timestampFormat: random.one(['%m/%d/%Y %H:%M:%S', '%Y-%d-%m', '%Y-%m-%dT%H:%M:%S']) } : {}),
    ...(random.chance(0.1) ? { quote: '' } : {}),
    ...(random.chance(0.1) ? { skipLines: 1 } : {}),
    ...(random.chance(0.6) ? { columns: [{ name, type: random.one(types) }], onBadValue: random.one(['WIDEN', 'QUARANTINE', 'FAIL'] as const) } : {}),
  };
}

/** Objects, one a line but for rare accidents. */
export function randomNdjson(seed: number): RandomText {
  const random = new Random(seed);
  const kinds = random.chance(0.7) ? Array.from({ length: 1 + random.below(5) }, () => random.one(EVEN)) : kindsOf(random);
  const intruders = random.one([0, 0, 0.005]);
  const nested = random.chance(0.3);
  const lines = Array.from({ length: 1 + random.below(150) }, () => objectOf(kinds, random, intruders, nested));
  if (random.chance(0.05))
    lines.splice(
      random.below(lines.length),
      0,
      random.one(['', ' ', '{', '[1]', '{"a":1,"a":2}', '{"a":1}{"a":2}', '{"name_0":tru}', '{"n":01}', '{"late":1,']),
    );
  const isArray = random.chance(0.05);
  const text = isArray ? `[${lines.join(',\n')}]` : lines.join(random.one(['\n', '\n', '\r\n'])) + random.one(['\n', '']);
  const types = ['long', 'double', 'string', 'date', 'timestamp', 'boolean', 'integer'];
  const reading = random.chance(0.2)
    ? { columns: [{ name: 'name_0', type: random.one(types) }], onBadValue: random.one(['WIDEN', 'QUARANTINE', 'FAIL'] as const) }
    : undefined;
  return { format: 'NDJSON', text, reading };
}

function objectOf(kinds: readonly string[], random: Random, intruders: number, nested: boolean): string {
  const members = kinds.flatMap((kind, index) => (random.chance(0.03) ? [] : [`"name_${index}":${random.one(['', ' '])}${jsonOf(kind, random, intruders)}`]));
  if (nested) {
    members.push(`"inner":{${random.chance(0.8) ? `"x":${jsonOf(kinds[0] ?? 'whole', random, intruders)},` : ''}"y":null}`);
    members.push(`"list":[${Array.from({ length: random.below(4) }, () => jsonOf(kinds[0] ?? 'whole', random, intruders)).join(', ')}]`);
  }
  if (random.chance(0.1)) members.reverse();
  if (random.chance(0.002)) members.push('"K\\u00e9y":1');
  return `{${members.join(',')}}`;
}

function jsonOf(kind: string, random: Random, intruders: number): string {
  const value = cell(kind, random, intruders);
  if (value === null) return 'null';
  if (/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(value) || /^(?:true|false)$/.test(value)) return value;
  return value === 'NaN' || value === 'Infinity' ? value : JSON.stringify(value);
}
