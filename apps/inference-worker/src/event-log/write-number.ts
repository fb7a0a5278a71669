/** The longest text that `writeNumber` makes. */
export const LONGEST_NUMBER = 32;

const ZERO = 48;
const MINUS = 45;
const POINT = 46;

/** The decimals of 0 to 99, two bytes each. */
const PAIRS = Uint8Array.from({ length: 200 }, (_, i) => ZERO + (i % 2 === 0 ? Math.trunc(i / 20) : Math.trunc(i / 2) % 10));

/** Below this, a single-precision number has more than 33 binary places, and the products below would not be exact. */
const SMALLEST_FAST = 2 ** -10;
const LARGEST_FAST = 2 ** 24;
/** From here on 18 decimals are less than half of the distance to the next double; below, it takes 20. */
const EIGHTEEN_DECIMALS_DO = 2 ** -6;

/**
 * Writes a number as JSON from `at` on, with `LONGEST_NUMBER` bytes of room, and returns where it ends; null when it is not finite.
 * The text reads back as exactly the same double. Numbers of single precision are the bulk of the log, and V8 takes 0.1 to 0.3 µs
 * for each; they are written here by exact products with 10⁸ instead, 18 to 20 decimals cut off, which need not be the shortest text.
 */
export function writeNumber(bytes: Uint8Array, at: number, value: number): number {
  const size = Math.abs(value);
  const whole = Math.trunc(size);
  if (whole === size && size < 1e8) return writeWhole(bytes, value < 0 ? writeByte(bytes, at, MINUS) : at, size);
  if (size >= SMALLEST_FAST && size < LARGEST_FAST && Math.fround(value) === value) return writeSingle(bytes, at, value, whole);
  return writeAscii(bytes, at, Number.isFinite(value) ? String(value) : 'null');
}

/** Writes text of ASCII only, and returns where it ends. */
export function writeAscii(bytes: Uint8Array, at: number, text: string): number {
  for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i);
  return at + text.length;
}

function writeSingle(bytes: Uint8Array, from: number, value: number, whole: number): number {
  const at = writeWhole(bytes, value < 0 ? writeByte(bytes, from, MINUS) : from, whole);
  bytes[at] = POINT;
  const first = (Math.abs(value) - whole) * 1e8;
  const firstDigits = first | 0;
  const second = (first - firstDigits) * 1e8;
  const secondDigits = second | 0;
  writeEight(bytes, at + 1, firstDigits);
  writeEight(bytes, at + 9, secondDigits);
  let end = at + 17;
  if (whole === 0) {
    writeFour(bytes, end, ((second - secondDigits) * 1e4) | 0);
    end += Math.abs(value) >= EIGHTEEN_DECIMALS_DO ? 2 : 4;
  }
  while (bytes[end - 1] === ZERO) end--;
  return end;
}

/** A whole number below 10⁸. */
function writeWhole(bytes: Uint8Array, at: number, value: number): number {
  let end = at + 1;
  for (let power = 10; power <= value; power *= 10) end++;
  let rest = value;
  for (let i = end - 1; i >= at; i--) {
    const next = (rest / 10) | 0;
    bytes[i] = ZERO + rest - 10 * next;
    rest = next;
  }
  return end;
}

function writeEight(bytes: Uint8Array, at: number, value: number): void {
  const high = (value / 1e4) | 0;
  writeFour(bytes, at, high);
  writeFour(bytes, at + 4, value - 1e4 * high);
}

function writeFour(bytes: Uint8Array, at: number, value: number): void {
  const hundreds = (value / 100) | 0;
  const high = 2 * hundreds;
  const low = 2 * (value - 100 * hundreds);
  bytes[at] = PAIRS[high] ?? ZERO;
  bytes[at + 1] = PAIRS[high + 1] ?? ZERO;
  bytes[at + 2] = PAIRS[low] ?? ZERO;
  bytes[at + 3] = PAIRS[low + 1] ?? ZERO;
}

function writeByte(bytes: Uint8Array, at: number, byte: number): number {
  bytes[at] = byte;
  return at + 1;
}
