/** What JSON writes with more characters than it has. */
const ESCAPED = /["\\\p{Cc}]/u;

/** About how many bytes a value takes in an answer. Counting ends soon after `enough`: what is larger is refused anyway. */
export function sizeOfValue(value: unknown, enough: number): number {
  if (typeof value === 'string') return sizeOfText(value, enough);
  if (typeof value !== 'object' || value === null) return 8;
  if (value instanceof Date) return 26;
  let size = 2;
  for (const key of Object.keys(value)) {
    size += (Array.isArray(value) ? 1 : key.length + 4) + sizeOfValue((value as Readonly<Record<string, unknown>>)[key], enough - size);
    if (size > enough) return size;
  }
  return size;
}

function sizeOfText(text: string, enough: number): number {
  if (text.length > enough) return text.length;
  return Buffer.byteLength(ESCAPED.test(text) ? JSON.stringify(text) : text) + 2;
}
