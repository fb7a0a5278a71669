import { isExact, placesOf, readNumber, specialNumber, wholeOf, type NumberFormat } from './number-text.ts';
import type { ScalarType } from './read-type.ts';

const LONG_MINIMUM = -(2n ** 63n);
const LONG_MAXIMUM = 2n ** 63n - 1n;
const DECIMAL_DIGITS = 38;
/** So many decimal digits fit a double whatever they are. */
const SAFE_DIGITS = 15;
const PLAIN: NumberFormat = { decimal: '.' };

/** What all the numbers of a column need to be kept without rounding one of them. */
export class NumberEvidence {
  #whole = 0;
  #fraction = 0;
  #allIntegers = true;
  #allLong = true;
  #allDouble = true;
  #hasSpecial = false;

  /** Takes a text; `false` where it is no number. */
  add(text: string, format: NumberFormat = PLAIN): boolean {
    if (format.decimal === '.' && format.thousands === undefined && this.#addShort(text)) return true;
    const number = readNumber(text, format);
    if (number === undefined) return this.#addSpecial(text);
    const { whole, fraction } = placesOf(number);
    this.#whole = Math.max(this.#whole, whole);
    this.#fraction = Math.max(this.#fraction, fraction);
    if (!number.isInteger) this.#allIntegers = false;
    if (this.#allLong) {
      const value = number.isInteger ? wholeOf(number) : undefined;
      if (value === undefined || value < LONG_MINIMUM || value > LONG_MAXIMUM) this.#allLong = false;
    }
    if (this.#allDouble && !isExact(number, doubleOf(number))) this.#allDouble = false;
    return true;
  }

  merge(other: NumberEvidence): void {
    this.#whole = Math.max(this.#whole, other.#whole);
    this.#fraction = Math.max(this.#fraction, other.#fraction);
    this.#allIntegers &&= other.#allIntegers;
    this.#allLong &&= other.#allLong;
    this.#allDouble &&= other.#allDouble;
    this.#hasSpecial ||= other.#hasSpecial;
  }

  /** The narrowest of long, double and decimal that holds every number as it is written; text where none does. */
  get type(): ScalarType {
    if (this.#allLong) return 'long';
    if (!this.#allIntegers && this.#allDouble) return 'double';
    if (this.#hasSpecial || this.#whole + this.#fraction > DECIMAL_DIGITS) return 'string';
    return this.#allIntegers ? `decimal(${DECIMAL_DIGITS},0)` : `decimal(${Math.max(1, this.#whole + this.#fraction)},${this.#fraction})`;
  }

  /** The usual number, at the cost of one look at each of its characters. */
  #addShort(text: string): boolean {
    const { length } = text;
    const start = text.charCodeAt(0) === 0x2d ? 1 : 0;
    if (length - start > SAFE_DIGITS + 1 || length === start) return false;
    let point = -1;
    for (let index = start; index < length; index += 1) {
      const code = text.charCodeAt(index);
      if (code === 0x2e && point < 0) point = index;
      else if (code < 0x30 || code > 0x39) return false;
    }
    const whole = (point < 0 ? length : point) - start;
    const fraction = point < 0 ? 0 : length - point - 1;
    if (whole + fraction > SAFE_DIGITS || whole + fraction === 0) return false;
    if (text.charCodeAt(start) === 0x30 && (whole > 1 || (start === 1 && point < 0))) return false;
    if (whole > this.#whole) this.#whole = whole;
    if (fraction > this.#fraction) this.#fraction = fraction;
    if (point >= 0) {
      this.#allIntegers = false;
      this.#allLong = false;
    }
    return true;
  }

  #addSpecial(text: string): boolean {
    if (specialNumber(text) === undefined) return false;
    this.#allIntegers = false;
    this.#allLong = false;
    this.#hasSpecial = true;
    return true;
  }
}

/** The double nearest to a written number. */
export function doubleOf({ negative, digits, scale }: { readonly negative: boolean; readonly digits: string; readonly scale: number }): number {
  const value = digits === '' ? 0 : Number(`${digits}e${-scale}`);
  return negative ? -value : value;
}
