/** About how many bytes a value takes in an answer. Counting ends soon after `enough`: what is larger is refused anyway. */
export function sizeOfValue(value: unknown, enough: number): number {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value !== 'object' || value === null) return 8;
  if (value instanceof Date) return 26;
  let size = 2;
  for (const key of Object.keys(value)) {
    size += (Array.isArray(value) ? 1 : key.length + 4) + sizeOfValue((value as Readonly<Record<string, unknown>>)[key], enough - size);
    if (size > enough) return size;
  }
  return size;
}
