import type { HttpHeaders } from '../http/http-message.ts';
import { ProtocolError } from './protocol-error.ts';

/** What a body may be. */
export type BodyKind = 'json' | 'bytes' | 'csv';

const KINDS: Readonly<Partial<Record<string, BodyKind>>> = {
  'application/json': 'json',
  'application/octet-stream': 'bytes',
  'text/csv': 'csv',
};

/** What `curl -d` says unless it is told otherwise. */
const FORM = 'application/x-www-form-urlencoded';

/**
 * What a body says it is; a body that says nothing is taken for JSON, as is one that says it is a form, because `curl -d` says so of everything. Not where a page
 * sent it: browsers let any page send forms to anybody, and name its origin. Throws a 415 for another type.
 */
export function bodyKindOf(headers: HttpHeaders): BodyKind {
  const contentType = headers.get('content-type');
  if (contentType === undefined || contentType === 'application/json') return 'json';
  const name = (contentType.split(';', 1)[0] ?? '').trim().toLowerCase();
  if (name === FORM && headers.get('origin') === undefined) return 'json';
  const kind = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
  if (kind === undefined)
    throw new ProtocolError(415, `content-type "${contentType}" is not supported; send "application/json", or "application/octet-stream" for binary tensors`);
  return kind;
}
