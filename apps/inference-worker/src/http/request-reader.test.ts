import { describe, expect, test } from 'vitest';
import { ByteBudget } from './byte-budget.ts';
import { HttpRejection } from './http-rejection.ts';
import { RequestReader } from './request-reader.ts';

const LIMITS = { headBytes: 16 * 1024, targetBytes: 8 * 1024, bodyBytes: 1000, receiving: new ByteBudget(100_000) };
const GET = 'GET /v2 HTTP/1.1\r\nhost: a\r\n';
const POST = 'POST /v2?a=b HTTP/1.1\r\nhost: a\r\n';

function read(...pieces: readonly (string | Buffer)[]): { requests: string[]; status: number | undefined; message: string } {
  const reader = new RequestReader(LIMITS);
  const requests: string[] = [];
  try {
    for (const piece of pieces) {
      reader.push(typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece);
      for (let next = reader.next(); next !== undefined; next = reader.next()) {
        requests.push(`${next.head.method} ${next.head.path} ${next.head.query} ${next.body.toString('latin1')}`.trimEnd());
      }
    }
    return { requests, status: undefined, message: '' };
  } catch (thrown) {
    if (!(thrown instanceof HttpRejection)) throw thrown;
    return { requests, status: thrown.status, message: thrown.message };
  }
}

const byByte = (text: string): string[] => Array.from(text);

describe('requests are framed the same however they are cut', () => {
  const stream =
    `${POST}content-length: 5\r\n\r\nhello` +
    `${POST}Transfer-Encoding: Chunked\r\n\r\n5;a=b;c\r\nhello\r\n006;d="e;\\"f\\\\";g=""\r\n world\r\n0\r\nx-sum: 1\r\n\r\n` +
    `\r\n${GET}\r\n` +
    `GET http://example.org?x HTTP/1.1\r\nhost: a\r\n\r\n`;
  const requests = ['POST /v2 a=b hello', 'POST /v2 a=b hello world', 'GET /v2', 'GET / x'];

  test('whole', () => expect(read(stream)).toMatchObject({ requests, status: undefined }));
  test('byte by byte', () => expect(read(...byByte(stream))).toMatchObject({ requests, status: undefined }));
  test('at every place', () => {
    for (let at = 1; at < stream.length; at++) expect(read(stream.slice(0, at), stream.slice(at)).requests).toEqual(requests);
  });
});

describe('what two readers could understand differently is refused', () => {
  test.each<[string, number, string]>([
    ['both framings', 400, `${POST}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['two lengths', 400, `${POST}content-length: 5\r\ncontent-length: 6\r\n\r\nhello`],
    ['a length twice', 400, `${POST}content-length: 5\r\ncontent-length: 5\r\n\r\nhello`],
    ['a list of lengths', 400, `${POST}content-length: 5, 5\r\n\r\nhello`],
    ['a signed length', 400, `${POST}content-length: +5\r\n\r\nhello`],
    ['a hexadecimal length', 400, `${POST}content-length: 0x5\r\n\r\nhello`],
    ['an empty length', 400, `${POST}content-length:\r\n\r\nhello`],
    ['a folded header', 400, `${GET}a: b\r\n c\r\n\r\n`],
    ['a folded first header', 400, 'GET / HTTP/1.1\r\n host: a\r\n\r\n'],
    ['a bare line feed', 400, 'GET / HTTP/1.1\nhost: a\r\n\r\n'],
    ['a bare line feed at the end', 400, `${GET}\n`],
    ['a bare carriage return in a value', 400, `${GET}a: b\rc: d\r\n\r\n`],
    ['a carriage return that is doubled', 400, `${GET}a: b\r\r\n\r\n`],
    ['a space before the colon', 400, `${GET}content-length : 5\r\n\r\nhello`],
    ['a header without a name', 400, `${GET}: b\r\n\r\n`],
    ['a header without a colon', 400, `${GET}abc\r\n\r\n`],
    ['a NUL in a value', 400, `${GET}a: b\0c\r\n\r\n`],
    ['a NUL in a name', 400, `${GET}a\0b: c\r\n\r\n`],
    ['a NUL in the target', 400, 'GET /\0 HTTP/1.1\r\nhost: a\r\n\r\n'],
    ['bytes beyond ASCII in the target', 400, 'GET /\xe9 HTTP/1.1\r\nhost: a\r\n\r\n'],
    ['a fragment', 400, 'GET /#a HTTP/1.1\r\nhost: a\r\n\r\n'],
    ['a target without a slash', 400, 'GET v2 HTTP/1.1\r\nhost: a\r\n\r\n'],
    ['a target with credentials', 400, 'GET http://a@b/ HTTP/1.1\r\nhost: a\r\n\r\n'],
    ['two spaces', 400, 'GET  / HTTP/1.1\r\nhost: a\r\n\r\n'],
    ['no version', 400, 'GET /\r\n\r\n'],
    ['a version that is none', 400, 'GET / HTTPS/1.1\r\nhost: a\r\n\r\n'],
    ['another version', 505, 'GET / HTTP/2.0\r\nhost: a\r\n\r\n'],
    ['a method of small letters', 400, 'get / HTTP/1.1\r\nhost: a\r\n\r\n'],
    ['an unknown method', 501, 'BREW / HTTP/1.1\r\nhost: a\r\n\r\n'],
    ['a method with a control character', 400, 'GE\x01T / HTTP/1.1\r\nhost: a\r\n\r\n'],
    ['the beginning of a TLS handshake', 400, '\x16\x03\x01'],
    ['an encoding that ends in a tab', 400, `${POST}transfer-encoding: chunked\t\r\n\r\n0\r\n\r\n`],
    ['no host', 400, 'GET / HTTP/1.1\r\n\r\n'],
    ['two hosts', 400, `${GET}host: b\r\n\r\n`],
    ['another encoding', 501, `${POST}transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n`],
    ['an encoding that is hidden', 501, `${POST}transfer-encoding: \x0bchunked\r\n\r\n`.replace('\x0b', 'x')],
    ['two encodings', 501, `${POST}transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['chunks in HTTP/1.0', 400, 'POST / HTTP/1.0\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['another expectation', 417, `${POST}expect: a miracle\r\n\r\n`],
    ['a body beyond the limit', 413, `${POST}content-length: 1073741824\r\n\r\n`],
    ['a length of many digits', 413, `${POST}content-length: 99999999999999999999999\r\n\r\n`],
    ['a header section beyond the limit', 431, `${GET}a: ${'b'.repeat(17_000)}`],
    ['a target beyond the limit', 414, `GET /${'b'.repeat(8200)}`],
    ['a target beyond the limit, whole', 414, `GET /${'b'.repeat(8192)} HTTP/1.1\r\nhost: a\r\n\r\n`],
  ])('%s', (_, status, text) => {
    expect(read(text)).toMatchObject({ requests: [], status });
    expect(read(...byByte(text))).toMatchObject({ requests: [], status });
    expect(read(text).message).toMatch(/expected .*, given/);
  });
});

describe('a body in chunks that is malformed is refused', () => {
  test.each<[string, number, string]>([
    ['no size', 400, '\r\n'],
    ['a size that is no number', 400, 'g\r\n'],
    ['a size with a sign', 400, '-1\r\n'],
    ['a size with a prefix', 400, '0x5\r\nhello\r\n0\r\n\r\n'],
    ['a size with a space before it', 400, ' 5\r\nhello\r\n0\r\n\r\n'],
    ['a size with a space after it', 400, '5 \r\nhello\r\n0\r\n\r\n'],
    ['a size beyond the limit', 413, 'ffffffff\r\n'],
    ['a size that overflows', 413, 'ffffffffffffffff\r\n'],
    ['a size of many zeros', 400, `${'0'.repeat(17)}5\r\n`],
    ['a bare line feed after the size', 400, '5\nhello\r\n0\r\n\r\n'],
    ['a bare carriage return after the size', 400, '5\rhello\r\n0\r\n\r\n'],
    ['data that is longer than its size', 400, '5\r\nhello!\r\n0\r\n\r\n'],
    ['data that is shorter than its size', 400, '5\r\nhell\r\n0\r\n\r\n'],
    ['a bare line feed in an extension', 400, '5;a\nb\r\nhello\r\n0\r\n\r\n'],
    ['a line feed in a quoted extension', 400, '5;a="b\n"\r\nhello\r\n0\r\n\r\n'],
    ['a line that ends in a quoted extension', 400, '5;a="b\r\nhello\r\n0\r\n\r\n'],
    ['an escaped line feed in an extension', 400, '5;a="\\\n"\r\nhello\r\n0\r\n\r\n'],
    ['characters behind a quoted extension', 400, '5;a="b"c\r\nhello\r\n0\r\n\r\n'],
    ['a quoted name of an extension', 400, '5;"a"=b\r\nhello\r\n0\r\n\r\n'],
    ['an extension without a name', 400, '5;\r\nhello\r\n0\r\n\r\n'],
    ['extensions beyond the limit', 431, `5;${'a'.repeat(17_000)}\r\n`],
    ['trailers beyond the limit', 431, `0\r\na: ${'a'.repeat(17_000)}\r\n`],
    ['a length in a trailer', 400, '0\r\nContent-Length: 5\r\n\r\n'],
    ['a trailer without a colon', 400, '0\r\nabc\r\n\r\n'],
    ['a bare line feed in a trailer', 400, '0\r\na: b\nc: d\r\n\r\n'],
    ['chunks that add up to more than the limit', 413, `${'64\r\n'.padEnd(104, 'x')}\r\n`.repeat(11)],
  ])('%s', (_, status, chunks) => {
    const text = `${POST}transfer-encoding: chunked\r\n\r\n${chunks}`;
    expect(read(text)).toMatchObject({ requests: [], status });
    expect(read(...byByte(text))).toMatchObject({ requests: [], status });
  });
});

test('a head that repeats is not taken for one that only begins the same', () => {
  expect(read(`${GET}\r\n`, `${GET}\r\n`, `${GET}a: b\r\n\r\n`, `${GET}\r\n${GET}\r\n`).requests).toEqual(Array.from({ length: 5 }, () => 'GET /v2'));
});

test('header values are found by name, without the blanks around them, and joined when they were sent twice', () => {
  const reader = new RequestReader(LIMITS);
  reader.push(Buffer.from(`${GET}X-One: \t a b  \r\nx-two:c\r\nX-ONE:d\r\nEmpty: \r\n\r\n`));
  const headers = reader.next()?.head.headers;
  expect(headers?.get('x-one')).toBe('a b, d');
  expect(headers?.get('x-two')).toBe('c');
  expect(headers?.get('empty')).toBe('');
  expect(headers?.get('x-three')).toBeUndefined();
});

const keeps = (version: string, connection: string): boolean | undefined => {
  const reader = new RequestReader(LIMITS);
  reader.push(Buffer.from(`GET / HTTP/${version}\r\nhost: a\r\n${connection}\r\n`));
  return reader.next()?.head.keepAlive;
};

test('a connection is kept as HTTP/1.0 and HTTP/1.1 say', () => {
  expect(keeps('1.1', '')).toBe(true);
  expect(keeps('1.1', 'connection: Close\r\n')).toBe(false);
  expect(keeps('1.1', 'connection: TE, close\r\n')).toBe(false);
  expect(keeps('1.0', '')).toBe(false);
  expect(keeps('1.0', 'connection: Keep-Alive\r\n')).toBe(true);
});
