import { isExact, placesOf, plainDouble, plainNumber, readNumber, specialNumber, wholeOf, type NumberFormat } from './number-text.ts';
import type { ScalarType } from './read-type.ts';

const LONG_MINIMUM = -(2n ** 63n);
const LONG_MAXIMUM = 2n ** 63n - 1n;
const DECIMAL_DIGITS = 38;
const PLAIN: NumberFormat = { decimal: '.' };

/** What all the numbers of a column need to be kept without rounding one of them. */
export class NumberEvidence {
  #whole = 0;
  #fraction = 0;
  #allIntegers = true;
  #allLong = true;
  #allDouble = true;
  #hasSpecial = false;
  #hasExponent = false;
  #hasMinusZero = false;

  /** Whether a number was written with an exponent. */
  get hasExponent(): boolean {
    return this.#hasExponent;
  }

  /** Takes a text; `false` where it is no number. */
  add(text: string, format: NumberFormat = PLAIN): boolean {
    const plain = plainNumber(text, format);
    if (plain !== undefined && this.#addPlain(plain)) return true;
    const number = readNumber(text, format);
    if (number === undefined) return this.#addSpecial(text);
    const { whole, fraction } = placesOf(number);
    this.#whole = Math.max(this.#whole, whole);
    this.#fraction = Math.max(this.#fraction, fraction);
    if (!number.isInteger) this.#allIntegers = false;
    if (/e/i.test(text)) this.#hasExponent = true;
    if (number.negative && number.digits === '') this.#hasMinusZero = true;
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
    this.#hasExponent ||= other.#hasExponent;
    this.#hasMinusZero ||= other.#hasMinusZero;
  }

  /** Whether a reader of JSON that knows long and double gives every number as it is written. */
  isCastableTo(type: ScalarType): boolean {
    const found = this.type;
    if (found === 'long') return /^(?:byte|short|integer|long|double)$/.test(type);
    return found === 'double' && type === 'double' && !this.#hasSpecial && !this.#hasMinusZero;
  }

  /** Takes numbers that a double holds exactly, written in digits with at most one point between them. */
  addPlain(whole: number, fraction: number, hasPoint: boolean): void {
    if (whole > this.#whole) this.#whole = whole;
    if (!hasPoint) return;
    if (fraction > this.#fraction) this.#fraction = fraction;
    this.#allIntegers = false;
    this.#allLong = false;
  }

  /** The narrowest of long, double and decimal that holds every number as it is written; text where none does. */
  get type(): ScalarType {
    if (this.#allLong) return 'long';
    if (!this.#allIntegers && this.#allDouble) return 'double';
    if (this.#hasSpecial || this.#whole + this.#fraction > DECIMAL_DIGITS) return 'string';
    return this.#allIntegers ? `decimal(${DECIMAL_DIGITS},0)` : `decimal(${Math.max(1, this.#whole + this.#fraction)},${this.#fraction})`;
  }

  /** The usual number, quickly; `false` says nothing. */
  #addPlain(text: string): boolean {
    const value = plainDouble(text);
    if (value === undefined) return false;
    const point = text.indexOf('.');
    // A whole number that a double holds may still be none that a long holds.
    if (point < 0 && !Number.isSafeInteger(value)) return false;
    this.addPlain((point < 0 ? text.length : point) - (value < 0 ? 1 : 0), point < 0 ? 0 : text.length - point - 1, point >= 0);
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
