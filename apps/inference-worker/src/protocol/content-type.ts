import { ProtocolError } from './protocol-error.ts';

/** What a body may be. */
export type BodyKind = 'json' | 'bytes' | 'csv';

const KINDS: Readonly<Partial<Record<string, BodyKind>>> = {
  'application/json': 'json',
  'application/octet-stream': 'bytes',
  'text/csv': 'csv',
};

/** What a body says it is; a body that says nothing is taken for JSON. Throws a 415 for another type. */
export function bodyKindOf(contentType: string | undefined): BodyKind {
  if (contentType === undefined || contentType === 'application/json') return 'json';
  const name = (contentType.split(';', 1)[0] ?? '').trim().toLowerCase();
  const kind = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
  if (kind === undefined)
    throw new ProtocolError(415, `content-type "${contentType}" is not supported; send "application/json", or "application/octet-stream" for binary tensors`);
  return kind;
}
