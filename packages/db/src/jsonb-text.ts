/** Zero bytes, and halves of a surrogate pair, as a cut in the middle of a character leaves them. */
const UNSTORABLE = /\0|\p{Surrogate}/gu;

/**
 * A value as text for a `jsonb` column, whatever a handler put into it: characters that PostgreSQL refuses become U+FFFD,
 * a bigint becomes text, `undefined` becomes `null`.
 */
export function jsonbText(value: unknown): string {
  return JSON.stringify(value ?? null, (_key, part: unknown) => {
    if (typeof part === 'string') return part.replaceAll(UNSTORABLE, '\uFFFD');
    return typeof part === 'bigint' ? String(part) : part;
  });
}
