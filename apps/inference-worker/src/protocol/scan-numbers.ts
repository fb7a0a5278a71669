/** Powers of ten; those up to 22 are exact. */
const TENS: readonly number[] = Array.from({ length: 61 }, (_, power) => Number(`1e${power}`));
const LAST_EXACT_TEN = 22;
const LAST_TEN = TENS.length - 1;
/** Doubles hold every integer of so many digits. */
const EXACT_DIGITS = 15;
/** Digits that fit in 32 bits. */
const HALF = 9;
/** More than the arithmetic below can be wrong by, relative to the value: its five roundings make less than 2^-50. */
const BELOW = 1 - 2 ** -50;
const ABOVE = 1 + 2 ** -50;
/** A little less than the largest FP32, so that no rounding passes it. */
const LARGE_FP32 = 3.4e38;

/**
 * Scans `count` JSON numbers and the closing bracket from `start` into `target`, and gives the index behind the bracket; -1 where a value is
 * not plain: then somebody else must look. Every value is the one that `JSON.parse` gives, as the array rounds it.
 *
 * Digits are gathered in two halves of nine. Up to 15 of them with a power of ten up to 22 give the exact double by one operation (W. D. Clinger,
 * "How to read floating point numbers accurately", 1990). Beyond, FP32 takes a value whose error cannot change what it rounds to.
 */
export function scanFloats(bytes: Uint8Array, start: number, target: Float32Array | Float64Array, { from, count }: { from: number; count: number }): number {
  const single = target instanceof Float32Array;
  let at = start;
  for (let i = from, end = from + count; i < end; i++) {
    let byte = bytes[at] as number;
    while (byte === 32 || byte === 10 || byte === 13 || byte === 9) byte = bytes[++at] as number;
    const negative = byte === 45;
    if (negative) byte = bytes[++at] as number;
    let head = 0;
    let tail = 0;
    let digits = 0;
    let power = 0;
    if (byte === 48) byte = bytes[++at] as number;
    else if (byte >= 49 && byte <= 57) {
      do {
        head = (head * 10 + byte - 48) | 0;
        digits++;
        byte = bytes[++at] as number;
      } while (byte >= 48 && byte <= 57 && digits < HALF);
    } else return -1;
    if (byte >= 48 && byte <= 57) return -1;
    if (byte === 46) {
      const point = at;
      byte = bytes[++at] as number;
      if (!(byte >= 48 && byte <= 57)) return -1;
      if (head === 0) while (byte === 48) byte = bytes[++at] as number;
      while (digits < HALF && byte >= 48 && byte <= 57) {
        head = (head * 10 + byte - 48) | 0;
        digits++;
        byte = bytes[++at] as number;
      }
      while (digits < HALF + HALF && byte >= 48 && byte <= 57) {
        tail = (tail * 10 + byte - 48) | 0;
        digits++;
        byte = bytes[++at] as number;
      }
      power = point + 1 - at;
      while (byte >= 48 && byte <= 57) byte = bytes[++at] as number;
    }
    if (byte === 101 || byte === 69) {
      byte = bytes[++at] as number;
      const below = byte === 45;
      if (below || byte === 43) byte = bytes[++at] as number;
      if (!(byte >= 48 && byte <= 57)) return -1;
      let exponent = 0;
      while (byte >= 48 && byte <= 57) {
        exponent = exponent * 10 + byte - 48;
        if (exponent > 999) return -1;
        byte = bytes[++at] as number;
      }
      power += below ? -exponent : exponent;
    }
    let value = digits > HALF ? head * (TENS[digits - HALF] as number) + tail : head;
    if (power !== 0 && value !== 0) {
      if (power > LAST_TEN || power < -LAST_TEN) return -1;
      value = power < 0 ? value / (TENS[-power] as number) : value * (TENS[power] as number);
    }
    if (digits > EXACT_DIGITS || power > LAST_EXACT_TEN || power < -LAST_EXACT_TEN) {
      if (!single || Math.fround(value * BELOW) !== Math.fround(value * ABOVE)) return -1;
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
  { from, count, low, high }: { from: number; count: number; low: number; high: number },
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
export function scanWideIntegers(bytes: Buffer, start: number, target: BigInt64Array | BigUint64Array, { from, count }: { from: number; count: number }): number {
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
