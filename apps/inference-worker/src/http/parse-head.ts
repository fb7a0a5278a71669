import { COLON, CR, FIELD_VALUE, LF, SPACE, TAB, TARGET, TOKEN } from './character-classes.ts';
import { HttpRejection } from './http-rejection.ts';
import { checkFraming, type HeadLimits } from './check-framing.ts';
import { HeaderFields, type RequestHead } from './request-head.ts';

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
const ABSOLUTE_FORM = /^https?:\/\/[A-Za-z0-9.\-_:[\]]+(?=[/?]|$)/i;

/**
 * Reads the head that stands in `bytes`, without the empty line that ends it. Stricter than RFC 9112 where it leaves a choice, so that nothing between a client
 * and us can understand a request otherwise. Throws `HttpRejection`.
 */
export function parseHead(bytes: Uint8Array, text: string, limits: HeadLimits): RequestHead {
  const methodEnd = skip(bytes, 0, TOKEN);
  if (methodEnd === 0 || bytes[methodEnd] !== SPACE) throw malformed('a method and one space', text, 0);
  const targetEnd = skip(bytes, methodEnd + 1, TARGET);
  if (targetEnd - methodEnd - 1 > limits.targetBytes) throw targetTooLong(limits.targetBytes, targetEnd - methodEnd - 1);
  if (targetEnd === methodEnd + 1 || bytes[targetEnd] !== SPACE)
    throw malformed('a request target of visible ASCII characters and one space', text, methodEnd + 1);
  const minor = readVersion(text, targetEnd + 1);
  const method = text.slice(0, methodEnd);
  if (!METHODS.has(method)) throw new HttpRejection(501, `expected one of the methods ${[...METHODS].join(', ')}, given "${method.slice(0, 40)}"`);
  const headers = new HeaderFields(text, readFields(bytes, text, targetEnd + 11));
  const target = originForm(method, text.slice(methodEnd + 1, targetEnd));
  const mark = target.indexOf('?');
  return {
    method,
    path: mark === -1 ? target : target.slice(0, mark),
    query: mark === -1 ? '' : target.slice(mark + 1),
    headers,
    minor,
    ...checkFraming(headers, minor, limits),
  };
}

/** A request whose target is beyond the limit. */
export function targetTooLong(limit: number, given: number): HttpRejection {
  return new HttpRejection(414, `expected a request target of at most ${limit} bytes, given ${given} or more`);
}

/** A rejection that shows what stands where something else was expected. */
export function malformed(expected: string, text: string, at: number): HttpRejection {
  return new HttpRejection(400, `expected ${expected}, given ${JSON.stringify(text.slice(at, at + 40))}`);
}

function skip(bytes: Uint8Array, from: number, characters: Uint8Array): number {
  let at = from;
  while (at < bytes.length && characters[bytes[at] ?? 0] === 1) at++;
  return at;
}

/** `HTTP/1.0` or `HTTP/1.1` and the end of the line. */
function readVersion(text: string, at: number): 0 | 1 {
  const version = text.slice(at, at + 10);
  if (version === 'HTTP/1.1\r\n') return 1;
  if (version === 'HTTP/1.0\r\n') return 0;
  if (/^HTTP\/\d\.\d\r\n$/.test(version)) throw new HttpRejection(505, `expected HTTP/1.1 or HTTP/1.0, given ${version.trimEnd()}`);
  throw malformed('"HTTP/1.1" and the end of the line', text, at);
}

/** Positions of names and values from `start` on. Every line of the text ends in CR LF. */
function readFields(bytes: Uint8Array, text: string, start: number): number[] {
  const positions: number[] = [];
  let at = start;
  while (at < bytes.length) {
    const nameEnd = skip(bytes, at, TOKEN);
    if (nameEnd === at || bytes[nameEnd] !== COLON) throw malformed('a header name and a colon right after it, on a line of its own', text, at);
    let from = nameEnd + 1;
    while (bytes[from] === SPACE || bytes[from] === TAB) from++;
    const lineEnd = skip(bytes, from, FIELD_VALUE);
    if (bytes[lineEnd] !== CR || bytes[lineEnd + 1] !== LF) throw malformed('a header value without control characters', text, at);
    let to = lineEnd;
    while (to > from && bytes[to - 1] === SPACE) to--;
    if (to > from && bytes[to - 1] === TAB) throw malformed('a header value without a tab behind it, which not every server takes away', text, at);
    positions.push(at, nameEnd, from, to);
    at = lineEnd + 2;
  }
  return positions;
}

/** The path and query of a target. Proxies send the absolute form. */
function originForm(method: string, target: string): string {
  if (target.startsWith('/')) return target;
  if (target === '*' && method === 'OPTIONS') return target;
  const authority = ABSOLUTE_FORM.exec(target)?.[0];
  if (authority === undefined) throw malformed('a request target that begins with "/"', target, 0);
  const rest = target.slice(authority.length);
  return rest.startsWith('/') ? rest : `/${rest}`;
}
