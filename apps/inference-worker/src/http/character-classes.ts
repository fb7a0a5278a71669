function table(...ranges: readonly (readonly [first: number, last: number])[]): Uint8Array {
  const classes = new Uint8Array(256);
  for (const [first, last] of ranges) classes.fill(1, first, last + 1);
  return classes;
}

/** Of ASCII characters. */
const of = (characters: string): (readonly [number, number])[] => [...Buffer.from(characters)].map((byte) => [byte, byte]);

/** `tchar` of RFC 9110: what methods and field names are made of. */
export const TOKEN = table([0x30, 0x39], [0x41, 0x5a], [0x61, 0x7a], ...of("!#$%&'*+-.^_`|~"));

/** What a field value may hold: visible characters, space, tab and bytes of no meaning. No control characters. */
export const FIELD_VALUE = table([0x09, 0x09], [0x20, 0x7e], [0x80, 0xff]);

/** What a request target may hold: visible ASCII without the `#`, which clients keep to themselves. */
export const TARGET = table([0x21, 0x22], [0x24, 0x7e]);

/** The value of a hexadecimal digit, or -1. */
export function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

export const CR = 0x0d;
export const LF = 0x0a;
export const SPACE = 0x20;
export const TAB = 0x09;
export const COLON = 0x3a;
