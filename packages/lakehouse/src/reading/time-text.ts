/** A point in time: microseconds since the epoch, and whether the text says its zone. Without one it is taken as UTC. */
export interface WrittenTime {
  readonly micros: bigint;
  readonly zoned: boolean;
}

/** How dates and times are written: `strptime` directives; ISO 8601 where absent. */
export interface TimeFormat {
  readonly date?: string;
  readonly timestamp?: string;
}

export interface TimeReader {
  /** Days since the epoch, or `undefined` where the text is no date. */
  readonly date: (text: string) => number | undefined;
  readonly timestamp: (text: string) => WrittenTime | undefined;
}

const ISO_DATE = /^(\d{4})([-/])(\d\d)\2(\d\d)$/;
const ISO_TIMESTAMP = /^(\d{4})([-/])(\d\d)\2(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?\s?(Z|z|UTC|[+-]\d\d(?::?\d\d)?)?$/;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const FULL_MONTHS = ['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november', 'december'];
const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const DIRECTIVES: Readonly<Record<string, string>> = {
  Y: '(?<Y>\\d{4})',
  y: '(?<y>\\d{2})',
  m: '(?<m>\\d{1,2})',
  d: '(?<d>\\d{1,2})',
  b: '(?<b>[A-Za-z]{3})',
  B: '(?<B>[A-Za-z]{3,9})',
  H: '(?<H>\\d{1,2})',
  I: '(?<I>\\d{1,2})',
  p: '(?<p>[AaPp][Mm])',
  M: '(?<M>\\d{1,2})',
  S: '(?<S>\\d{1,2})',
  f: '(?<f>\\d{1,9})',
  z: '(?<z>Z|z|UTC|[+-]\\d\\d(?::?\\d\\d)?)',
  '%': '%',
};

/** A reader of dates and times in a format. */
export function timeReader(format: TimeFormat): TimeReader {
  const date = format.date === undefined ? isoDate : formatted(format.date);
  const timestamp = format.timestamp === undefined ? isoTimestamp : formatted(format.timestamp);
  return {
    date: (text) => {
      const found = date(text);
      return typeof found === 'object' ? Number(found.micros / 86_400_000_000n) - (found.micros % 86_400_000_000n < 0n ? 1 : 0) : found;
    },
    timestamp,
  };
}

function isoDate(text: string): number | undefined {
  if (text.length !== 10) return undefined;
  const found = ISO_DATE.exec(text);
  return found === null ? undefined : daysOf(Number(found[1]), Number(found[3]), Number(found[4]));
}

function isoTimestamp(text: string): WrittenTime | undefined {
  if (text.length < 16) return undefined;
  const plain = text.length === 19 ? plainTimestamp(text) : undefined;
  if (plain !== undefined) return plain;
  const found = ISO_TIMESTAMP.exec(text);
  if (found === null) return undefined;
  const days = daysOf(Number(found[1]), Number(found[3]), Number(found[4]));
  return days === undefined ? undefined : momentOf(days, Number(found[5]), Number(found[6]), Number(found[7] ?? 0), found[8], found[9]);
}

/** `YYYY-MM-DD HH:MM:SS`, quickly; `undefined` says nothing. */
function plainTimestamp(text: string): WrittenTime | undefined {
  const separator = text.charCodeAt(10);
  if (text.charCodeAt(4) !== 0x2d || text.charCodeAt(7) !== 0x2d || (separator !== 0x20 && separator !== 0x54)) return undefined;
  if (text.charCodeAt(13) !== 0x3a || text.charCodeAt(16) !== 0x3a) return undefined;
  const days = daysOf(twoDigits(text, 0) * 100 + twoDigits(text, 2), twoDigits(text, 5), twoDigits(text, 8));
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const second = twoDigits(text, 17);
  if (days === undefined || !(hour < 24 && minute < 60 && second < 60)) return undefined;
  const micros = (days * 86_400 + hour * 3600 + minute * 60 + second) * 1_000_000;
  return Number.isSafeInteger(micros) ? { micros: BigInt(micros), zoned: false } : undefined;
}

/** NaN where they are none. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 0x30;
  const ones = text.charCodeAt(at + 1) - 0x30;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

function formatted(format: string): (text: string) => WrittenTime | undefined {
  const pattern = format.replaceAll(/%([A-Za-z%])|[^%]/g, (part, directive: string | undefined) =>
    directive === undefined ? part.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`) : (DIRECTIVES[directive] ?? part),
  );
  const expression = new RegExp(`^${pattern}$`);
  return (text) => {
    const groups = expression.exec(text)?.groups;
    if (groups === undefined) return undefined;
    const month = groups['m'] === undefined ? monthOf(groups['b'] ?? groups['B'] ?? '') : Number(groups['m']);
    const days = daysOf(yearOf(groups), month, Number(groups['d']));
    const hour = hourOf(groups);
    if (days === undefined || hour === undefined) return undefined;
    return momentOf(days, hour, Number(groups['M'] ?? 0), Number(groups['S'] ?? 0), groups['f'], groups['z']);
  };
}

/** POSIX: two digits are 1969 to 2068. */
function yearOf(groups: Readonly<Record<string, string>>): number {
  if (groups['Y'] !== undefined) return Number(groups['Y']);
  const short = Number(groups['y']);
  return short + (short < 69 ? 2000 : 1900);
}

function hourOf(groups: Readonly<Record<string, string>>): number | undefined {
  if (groups['I'] === undefined) return Number(groups['H'] ?? 0);
  const hour = Number(groups['I']);
  if (hour < 1 || hour > 12) return undefined;
  return (hour % 12) + (groups['p']?.toLowerCase() === 'pm' ? 12 : 0);
}

function monthOf(name: string): number {
  const lower = name.toLowerCase();
  return 1 + (lower.length === 3 ? MONTHS.indexOf(lower) : FULL_MONTHS.indexOf(lower));
}

/** Days since the epoch of a day that is in the calendar, from year 1 to 9999 (Hinnant, *chrono-compatible low-level date algorithms*). */
function daysOf(year: number, month: number, day: number): number | undefined {
  if (!(year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= 31)) return undefined;
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (day > (month === 2 && isLeap ? 29 : (MONTH_DAYS[month - 1] ?? 0))) return undefined;
  // Years from March on have the leap day at their end: 153 days are five months.
  const shifted = month < 3 ? year - 1 : year;
  const century = Math.floor(shifted / 100);
  const ofYear = Math.floor((153 * (month < 3 ? month + 9 : month - 3) + 2) / 5) + day - 1;
  return shifted * 365 + Math.floor(shifted / 4) - century + Math.floor(century / 4) + ofYear - 719_468;
}

/** What is finer than a microsecond would be cut, and so is no time that fits. */
function momentOf(days: number, hour: number, minute: number, second: number, fraction = '', zone?: string): WrittenTime | undefined {
  if (hour > 23 || minute > 59 || second > 59 || /[1-9]/.test(fraction.slice(6))) return undefined;
  const seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offsetOf(zone);
  return { micros: BigInt(seconds) * 1_000_000n + BigInt(fraction.slice(0, 6).padEnd(6, '0')), zoned: zone !== undefined };
}

function offsetOf(zone: string | undefined): number {
  const found = zone === undefined ? null : /^([+-])(\d\d):?(\d\d)?$/.exec(zone);
  if (found === null) return 0;
  return (found[1] === '-' ? -1 : 1) * (Number(found[2]) * 3600 + Number(found[3] ?? 0) * 60);
}
