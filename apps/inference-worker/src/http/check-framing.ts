import type { ByteBudget } from './byte-budget.ts';
import type { HttpLimits } from './http-limits.ts';
import { HttpRejection } from './http-rejection.ts';
import type { BodyFraming, HeaderFields, RequestHead } from './request-head.ts';

/** What a head is checked against. */
export type HeadLimits = Pick<HttpLimits, 'headBytes' | 'targetBytes'> & { readonly bodyBytes: number };

/** What a whole request is checked against; bodies that arrive are taken from the budget. */
export type RequestLimits = HeadLimits & { readonly receiving: ByteBudget };

/** What header fields say about the body and the connection. Whatever two readers could understand differently is refused. */
export function checkFraming(headers: HeaderFields, minor: 0 | 1, { bodyBytes }: HeadLimits): Pick<RequestHead, 'framing' | 'keepAlive' | 'expectsContinue'> {
  const hosts = headers.count('host');
  if (hosts > 1 || (hosts === 0 && minor === 1)) throw new HttpRejection(400, `expected one "host" header, given ${hosts}`);
  return { framing: framingOf(headers, minor, bodyBytes), keepAlive: keepsAlive(headers, minor), expectsContinue: expectsContinue(headers, minor) };
}

function framingOf(headers: HeaderFields, minor: 0 | 1, bodyBytes: number): BodyFraming {
  const lengths = headers.count('content-length');
  const encoding = headers.get('transfer-encoding');
  if (encoding !== undefined) {
    if (lengths > 0) throw new HttpRejection(400, 'expected "content-length" or "transfer-encoding", given both');
    if (minor === 0) throw new HttpRejection(400, 'expected "content-length" in HTTP/1.0, given "transfer-encoding"');
    if (encoding.toLowerCase() !== 'chunked')
      throw new HttpRejection(501, `expected "transfer-encoding: chunked", given ${JSON.stringify(encoding.slice(0, 40))}`);
    return { chunked: true };
  }
  if (lengths === 0) return { chunked: false, length: 0 };
  const text = headers.get('content-length') ?? '';
  if (lengths > 1) throw new HttpRejection(400, `expected one "content-length", given ${JSON.stringify(text.slice(0, 40))}`);
  if (!/^\d+$/.test(text)) throw new HttpRejection(400, `expected a "content-length" of decimal digits, given ${JSON.stringify(text.slice(0, 40))}`);
  const length = Number(text);
  if (length > bodyBytes) throw bodyTooLarge(bodyBytes, text.slice(0, 40));
  return { chunked: false, length };
}

/** A body beyond the limit. */
export function bodyTooLarge(bodyBytes: number, given: string): HttpRejection {
  return new HttpRejection(413, `expected a body of at most ${bodyBytes} bytes, given ${given}; send fewer rows per request`);
}

/** A body for which there is no room now. */
export function noRoomForBody(): HttpRejection {
  return new HttpRejection(503, 'expected fewer bodies to arrive at a time, given more than this node has room for; try again');
}

function keepsAlive(headers: HeaderFields, minor: 0 | 1): boolean {
  const connection = headers.get('connection');
  if (connection === undefined) return minor === 1;
  const options = connection
    .toLowerCase()
    .split(',')
    .map((option) => option.trim());
  return !options.includes('close') && (minor === 1 || options.includes('keep-alive'));
}

function expectsContinue(headers: HeaderFields, minor: 0 | 1): boolean {
  const expected = headers.get('expect');
  if (expected === undefined || minor === 0) return false;
  if (expected.toLowerCase() !== '100-continue')
    throw new HttpRejection(417, `expected "expect: 100-continue", given ${JSON.stringify(expected.slice(0, 40))}`);
  return true;
}
