import { ProtocolError } from './protocol-error.ts';

/** What a body may be. */
export type BodyKind = 'json' | 'bytes' | 'csv';

const KINDS: Readonly<Partial<Record<string, BodyKind>>> = {
  'application/json': 'json',
  'application/octet-stream': 'bytes',
  'text/csv': 'csv',
};

/** What a body says it is; a body that says nothing is taken for JSON. Throws a 415 for another type and for a compressed body. */
export function bodyKindOf(contentType: string | undefined, contentEncoding: string | undefined): BodyKind {
  if (contentEncoding !== undefined && contentEncoding.toLowerCase() !== 'identity')
    throw new ProtocolError(415, `content-encoding "${contentEncoding}" is not supported, send the body as it is`, { 'accept-encoding': 'identity' });
  if (contentType === undefined || contentType === 'application/json') return 'json';
  const name = (contentType.split(';', 1)[0] ?? '').trim().toLowerCase();
  const kind = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
  if (kind === undefined)
    throw new ProtocolError(415, `content-type "${contentType}" is not supported; send "application/json", or "application/octet-stream" for binary tensors`);
  return kind;
}
