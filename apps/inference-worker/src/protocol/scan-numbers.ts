import type { IntegerRange } from './integer-ranges.ts';

/** Powers of ten and their inverses; powers up to 22 are exact. */
const TENS = Float64Array.from({ length: 61 }, (_, power) => Number(`1e${power}`));
const TENTHS = Float64Array.from({ length: 61 }, (_, power) => Number(`1e-${power}`));
const LAST_EXACT_TEN = 22;
const LAST_TEN = TENS.length - 1;
/** Doubles hold every integer of so many digits, and every integer up to this one. */
const EXACT_DIGITS = 15;
const EXACT_INTEGER = 2 ** 53;
/** Digits that fit in 32 bits. */
const WORD_DIGITS = 9;
/** More digits behind the point than the error of their sum is known for. */
const MOST_DIGITS = 40;
/** More than the arithmetic below can be wrong by, relative to the value: it rounds less than 32 times. */
const BELOW = 1 - 2 ** -48;
const ABOVE = 1 + 2 ** -48;
/** A little less than the largest FP32, so that no rounding passes it. */
const LARGE_FP32 = 3.4e38;

/** Bytes of JSON that end with `}`, so that no run of digits reaches their end; and the same bytes by words. */
export interface NumberSource {
  readonly bytes: Uint8Array;
  readonly words: DataView;
}

/** Which values of a target are scanned. */
export interface ScanRange {
  readonly from: number;
  readonly count: number;
}

/**
 * Scans `count` JSON numbers and the closing bracket from `start` into `target`, and gives the index behind the bracket; -1 where a value is
 * not plain: then somebody else must look. Every value is the one that `JSON.parse` gives, as the array rounds it.
 *
 * Digits behind the point are taken four at a time. Digits up to 2^53 with a power of ten up to 22 give the exact double by one operation
 * (W. D. Clinger, "How to read floating point numbers accurately", 1990). Beyond, FP32 takes a value whose error cannot change what it rounds to.
 */
export function scanFloats({ bytes, words }: NumberSource, start: number, target: Float32Array | Float64Array, { from, count }: ScanRange): number {
  const single = target instanceof Float32Array;
  const lastWord = bytes.length - 4;
  let at = start;
  for (let i = from, end = from + count; i < end; i++) {
    let byte = bytes[at] as number;
    while (byte === 32 || byte === 10 || byte === 13 || byte === 9) byte = bytes[++at] as number;
    const negative = byte === 45;
    if (negative) byte = bytes[++at] as number;
    let digit = (byte - 48) >>> 0;
    if (digit > 9) return -1;
    let value = digit;
    byte = bytes[++at] as number;
    digit = (byte - 48) >>> 0;
    if (digit <= 9) {
      if (value === 0) return -1;
      let whole = value;
      const stop = at + WORD_DIGITS - 1;
      do {
        if (at === stop) return -1;
        whole = (whole * 10 + digit) | 0;
        byte = bytes[++at] as number;
        digit = (byte - 48) >>> 0;
      } while (digit <= 9);
      value = whole;
    }
    let power = 0;
    if (byte === 46) {
      const first = ++at;
      while (at <= lastWord) {
        const word = words.getUint32(at, true);
        if (((word & 0xf0f0f0f0) | 0) !== 0x30303030 || (((word + 0x06060606) & 0xf0f0f0f0) | 0) !== 0x30303030) break;
        let pairs = word & 0x0f0f0f0f;
        pairs = (pairs * 10 + (pairs >>> 8)) & 0x00ff00ff;
        value = value * 10_000 + ((pairs * 100 + (pairs >>> 16)) & 0xffff);
        at += 4;
      }
      byte = bytes[at] as number;
      digit = (byte - 48) >>> 0;
      while (digit <= 9) {
        value = value * 10 + digit;
        byte = bytes[++at] as number;
        digit = (byte - 48) >>> 0;
      }
      power = first - at;
      if (power === 0 || power < -MOST_DIGITS) return -1;
    }
    if (byte === 101 || byte === 69) {
      byte = bytes[++at] as number;
      const below = byte === 45;
      if (below || byte === 43) byte = bytes[++at] as number;
      digit = (byte - 48) >>> 0;
      if (digit > 9) return -1;
      let exponent = 0;
      do {
        exponent = exponent * 10 + digit;
        if (exponent > LAST_TEN) return -1;
        byte = bytes[++at] as number;
        digit = (byte - 48) >>> 0;
      } while (digit <= 9);
      power += below ? -exponent : exponent;
      if (power < -LAST_TEN) return -1;
    }
    if (value <= EXACT_INTEGER && power >= -LAST_EXACT_TEN && power <= LAST_EXACT_TEN) {
      if (power < 0) value /= TENS[-power] as number;
      else if (power > 0) value *= TENS[power] as number;
    } else {
      if (!single) return -1;
      value *= (power < 0 ? TENTHS[-power] : TENS[power]) as number;
      if (Math.fround(value * BELOW) !== Math.fround(value * ABOVE)) return -1;
    }
    if (single && value > LARGE_FP32) return -1;
    target[i] = negative ? -value : value;
    while (byte === 32 || byte === 10 || byte === 13 || byte === 9) byte = bytes[++at] as number;
    if (byte !== (i === end - 1 ? 93 : 44)) return -1;
    at++;
  }
  return at;
}

/** As `scanFloats` for integers of up to 32 bits, which lie from `low` to `high`. */
export function scanIntegers(
  bytes: Uint8Array,
  start: number,
  target: Uint8Array | Uint16Array | Uint32Array | Int8Array | Int16Array | Int32Array,
  { from, count, low, high }: ScanRange & IntegerRange,
): number {
  let at = start;
  for (let i = from, end = from + count; i < end; i++) {
    let byte = bytes[at] as number;
    while (byte === 32 || byte === 10 || byte === 13 || byte === 9) byte = bytes[++at] as number;
    const negative = byte === 45;
    if (negative) byte = bytes[++at] as number;
    if (!(byte >= 48 && byte <= 57)) return -1;
    const first = at;
    let value = 0;
    do {
      value = value * 10 + byte - 48;
      byte = bytes[++at] as number;
    } while (byte >= 48 && byte <= 57);
    const digits = at - first;
    if (digits > EXACT_DIGITS || (digits > 1 && bytes[first] === 48)) return -1;
    if (negative) value = -value;
    if (value < low || value > high) return -1;
    target[i] = value;
    while (byte === 32 || byte === 10 || byte === 13 || byte === 9) byte = bytes[++at] as number;
    if (byte !== (i === end - 1 ? 93 : 44)) return -1;
    at++;
  }
  return at;
}

/** As `scanFloats` for integers of 64 bits, exactly. */
export function scanWideIntegers(bytes: Buffer, start: number, target: BigInt64Array | BigUint64Array, { from, count }: ScanRange): number {
  const signed = target instanceof BigInt64Array;
  const words = new Uint32Array(target.buffer, target.byteOffset);
  let at = start;
  for (let i = from, end = from + count; i < end; i++) {
    let byte = bytes[at] as number;
    while (byte === 32 || byte === 10 || byte === 13 || byte === 9) byte = bytes[++at] as number;
    const negative = byte === 45;
    if (negative) byte = bytes[++at] as number;
    if (!(byte >= 48 && byte <= 57)) return -1;
    const first = at;
    let value = 0;
    do {
      value = value * 10 + byte - 48;
      byte = bytes[++at] as number;
    } while (byte >= 48 && byte <= 57);
    const digits = at - first;
    if (digits > 1 && bytes[first] === 48) return -1;
    if (negative && !signed && value !== 0) return -1;
    if (digits > EXACT_DIGITS) {
      if (digits > 20) return -1;
      const wide = BigInt(bytes.toString('latin1', negative ? first - 1 : first, at));
      if (signed ? BigInt.asIntN(64, wide) !== wide : BigInt.asUintN(64, wide) !== wide) return -1;
      target[i] = wide;
    } else {
      if (negative) value = -value;
      words[2 * i] = value;
      words[2 * i + 1] = Math.floor(value / 0x1_0000_0000);
    }
    while (byte === 32 || byte === 10 || byte === 13 || byte === 9) byte = bytes[++at] as number;
    if (byte !== (i === end - 1 ? 93 : 44)) return -1;
    at++;
  }
  return at;
}
