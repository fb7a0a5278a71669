/** A number that was read from bytes: how many digits are before its point and after it. */
export interface PlainNumber {
  whole: number;
  fraction: number;
  hasPoint: boolean;
}

/** So many decimal digits fit a double whatever they are. */
const SAFE_DIGITS = 15;

const POINT = 0x2e;

/**
 * Reads a number of digits with at most one decimal point between them, which a double holds exactly, as `plainDouble` does with a text. Returns
 * where it ends, at the first byte that is none of it; −1 where it is not so plain, which says nothing.
 */
export function readPlainNumber(bytes: Uint8Array, start: number, limit: number, into: PlainNumber, decimal = POINT): number {
  let at = start;
  if (bytes[at] === 0x2d) at += 1;
  const from = at;
  let point = -1;
  let hasOther = false;
  for (; at < limit; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte >= 0x30 && byte <= 0x39) {
      if (byte !== 0x30) hasOther = true;
    } else if (byte === decimal && point < 0) point = at;
    else break;
  }
  const whole = (point < 0 ? at : point) - from;
  const fraction = point < 0 ? 0 : at - point - 1;
  if (whole === 0 || whole + fraction > SAFE_DIGITS) return -1;
  // A leading zero may belong to an identifier, and minus zero is a number of its own kind.
  if (bytes[from] === 0x30 && (whole > 1 || (from > start && !hasOther))) return -1;
  into.whole = whole;
  into.fraction = fraction;
  into.hasPoint = point >= 0;
  return at;
}
