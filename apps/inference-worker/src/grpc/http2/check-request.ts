import type { HeaderField } from './hpack-tables.ts';

/** Whether fields are those of a request: RFC 9113, section 8.3.1. */
export function isRequest(fields: readonly HeaderField[]): boolean {
  let method: string | undefined;
  let scheme: string | undefined;
  let path: string | undefined;
  let authorities = 0;
  let regular = false;
  for (const { name, value, kind } of fields) {
    if (kind === 'malformed') return false;
    if (kind === 'regular') {
      regular = true;
      continue;
    }
    if (regular) return false;
    if (name === ':method') {
      if (method !== undefined) return false;
      method = value;
    } else if (name === ':scheme') {
      if (scheme !== undefined) return false;
      scheme = value;
    } else if (name === ':path') {
      if (path !== undefined || value === '') return false;
      path = value;
    } else if (++authorities > 1) return false;
  }
  if (method === 'CONNECT') return scheme === undefined && path === undefined;
  return method !== undefined && scheme !== undefined && path !== undefined;
}

/** Whether fields may stand behind a body. */
export function areTrailers(fields: readonly HeaderField[]): boolean {
  return fields.every(({ kind }) => kind === 'regular');
}

/** What the fields say about the length of the body: nothing, a number, or NaN where they contradict themselves. */
export function declaredLength(fields: readonly HeaderField[]): number | undefined {
  let length: number | undefined;
  for (const { name, value } of fields) {
    if (name !== 'content-length') continue;
    const given = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
    length = length === undefined || length === given ? given : Number.NaN;
  }
  return length;
}
