/** How numbers are written. */
export interface NumberFormat {
  readonly decimal: string;
  readonly thousands?: string;
}

/** A number as it is written: `digits × 10^−scale`, without zeros at either end of the digits (none at all for zero). */
export interface WrittenNumber {
  readonly negative: boolean;
  readonly digits: string;
  readonly scale: number;
  /** Whether it is written without a decimal point and an exponent. */
  readonly isInteger: boolean;
}

const NUMBER = /^([+-]?)(\d*)(\.\d*)?(?:[eE]([+-]?\d{1,5}))?$/;
const SPECIAL: ReadonlyMap<string, number> = new Map([
  ['nan', Number.NaN],
  ['-nan', Number.NaN],
  ['inf', Number.POSITIVE_INFINITY],
  ['+inf', Number.POSITIVE_INFINITY],
  ['-inf', Number.NEGATIVE_INFINITY],
  ['infinity', Number.POSITIVE_INFINITY],
  ['+infinity', Number.POSITIVE_INFINITY],
  ['-infinity', Number.NEGATIVE_INFINITY],
]);

/** NaN or an infinity, where the text is the usual name of one. */
export function specialNumber(text: string): number | undefined {
  return text.length > 9 ? undefined : SPECIAL.get(text.toLowerCase());
}

/**
 * Reads a number. A text that is more than its number is none: leading zeros (`007`) and a plus before whole digits (`+49…`) belong to
 * identifiers, which would lose them.
 */
export function readNumber(text: string, format: NumberFormat): WrittenNumber | undefined {
  const plain = plainNumber(text, format);
  const found = plain === undefined ? null : NUMBER.exec(plain);
  if (found === null) return undefined;
  const [, sign = '', whole = '', point, exponent] = found;
  const fraction = point?.slice(1) ?? '';
  if (whole === '' && fraction === '') return undefined;
  if (whole.length > 1 && whole.startsWith('0')) return undefined;
  const isInteger = point === undefined && exponent === undefined;
  if (isInteger && sign === '+') return undefined;
  // Minus zero is a double; as a whole number it would lose its sign.
  const isNegativeZero = isInteger && sign === '-' && whole === '0';
  const all = (whole + fraction).replace(/^0+/, '');
  const digits = all.replace(/0+$/, '');
  const scale = digits === '' ? 0 : fraction.length - Number(exponent ?? 0) - (all.length - digits.length);
  return { negative: sign === '-', digits, scale, isInteger: isInteger && !isNegativeZero };
}

/** The text with a point and no groups; `undefined` where the groups are not of three digits. */
export function plainNumber(text: string, { decimal, thousands }: NumberFormat): string | undefined {
  if (decimal === '.' && thousands === undefined) return text;
  if (decimal !== '.' && text.includes('.') && thousands !== '.') return undefined;
  let plain = text;
  if (thousands !== undefined && plain.includes(thousands)) {
    const end = plain.indexOf(decimal);
    const whole = end < 0 ? plain : plain.slice(0, end);
    const groups = whole.replace(/^[+-]/, '').split(thousands);
    if (end >= 0 && plain.slice(end).includes(thousands)) return undefined;
    if (!groups.every((group, index) => (index === 0 ? /^[1-9]\d{0,2}$/ : /^\d{3}$/).test(group))) return undefined;
    plain = whole.replaceAll(thousands, '') + (end < 0 ? '' : plain.slice(end));
  }
  return decimal === '.' ? plain : plain.replace(decimal, '.');
}

/** So many decimal digits fit a double whatever they are. */
const SAFE_DIGITS = 15;

/**
 * The usual number at the cost of one look at each of its characters: digits with at most one point between them, that a double holds
 * exactly. `undefined` says nothing: then {@link readNumber} decides.
 */
export function plainDouble(text: string): number | undefined {
  const { length } = text;
  const start = text.charCodeAt(0) === 0x2d ? 1 : 0;
  const first = text.charCodeAt(start);
  if (!(first >= 0x30 && first <= 0x39) || length > 24) return undefined;
  let point = -1;
  for (let index = start + 1; index < length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 0x2e && point < 0) point = index;
    else if (code < 0x30 || code > 0x39) return undefined;
  }
  // A leading zero makes an identifier, and minus zero is no whole number.
  if (first === 0x30 && ((point !== start + 1 && length > start + 1) || (start === 1 && point < 0))) return undefined;
  const digits = length - start - (point < 0 ? 0 : 1);
  const value = Number(text);
  return digits <= SAFE_DIGITS || String(value) === text ? value : undefined;
}

/** Places before the decimal point, and after it, that the number needs. */
export function placesOf({ digits, scale }: WrittenNumber): { readonly whole: number; readonly fraction: number } {
  return { whole: Math.max(0, digits.length - scale), fraction: Math.max(0, scale) };
}

/**
 * Whether a binary number stands for a written one without rounding it: written with as many digits as the text has, it reads the same.
 * The numbers that languages print (`0.1`, 17 digits, or the `%.18e` of NumPy) all do; `12345678901234567.89` does not.
 */
export function isExact(written: WrittenNumber, value: number): boolean {
  const { digits, scale, negative } = written;
  if (digits === '') return value === 0;
  if (!Number.isFinite(value) || value === 0 || digits.length > 100 || value < 0 !== negative) return false;
  if (isWritten(value, digits.length, digits, scale)) return true;
  // A tie may be rounded to either side: languages differ.
  const more = Math.min(100, digits.length + 40);
  const [mantissa = ''] = Math.abs(value).toExponential(more).split('e');
  const all = mantissa.replace('.', '');
  return /^50*$/.test(all.slice(digits.length)) && all.startsWith(digits) && isWritten(value, digits.length + 1, `${digits}5`, scale + 1);
}

/** Whether the value rounded to so many digits is `digits × 10^−scale`. */
function isWritten(value: number, count: number, digits: string, scale: number): boolean {
  const [mantissa = '', exponent = ''] = Math.abs(value)
    .toExponential(Math.min(100, count - 1))
    .split('e');
  return mantissa.replace('.', '') === digits && Number(exponent) === digits.length - 1 - scale;
}

/** The whole number, where it is one. */
export function wholeOf({ digits, scale, negative }: WrittenNumber): bigint | undefined {
  if (scale > 0 || scale < -400) return undefined;
  const value = BigInt(digits === '' ? '0' : digits + '0'.repeat(-scale));
  return negative ? -value : value;
}

/** A number as text that DuckDB casts to a decimal without loss. */
export function decimalText(written: WrittenNumber): string {
  const { digits, scale, negative } = written;
  const sign = negative && digits !== '' ? '-' : '';
  if (scale <= 0) return `${sign}${digits === '' ? '0' : digits + '0'.repeat(-scale)}`;
  const padded = digits.padStart(scale + 1, '0');
  return `${sign}${padded.slice(0, -scale)}.${padded.slice(-scale)}`;
}
