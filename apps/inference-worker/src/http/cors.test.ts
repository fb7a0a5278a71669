import { expect, test } from 'vitest';
import { withCors } from './cors.ts';
import type { HttpAnswer, HttpRequest } from './http-message.ts';

const PAGE = 'https://app.example.org';
const JSON_HEADERS = { 'content-type': 'application/json' };
const handler = (): HttpAnswer => ({ status: 200, headers: JSON_HEADERS, body: '{}' });

function request(method: string, headers: Readonly<Record<string, string>>): HttpRequest {
  return { method, path: '/v2', query: '', headers: { get: (name) => headers[name] }, body: Buffer.alloc(0), client: { gone: false } };
}

const PREFLIGHT = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization,content-type' };

test('without listed origins the handler is left as it is', () => expect(withCors([], handler)).toBe(handler));

test('a page of a listed origin may read the answer, be it sync or async', async () => {
  const allowed = { 'access-control-allow-origin': PAGE, 'access-control-expose-headers': 'inference-header-content-length, retry-after', vary: 'origin' };
  const get = request('GET', { origin: PAGE });
  expect(withCors([PAGE], handler)(get)).toEqual({ status: 200, headers: { ...JSON_HEADERS, ...allowed }, body: '{}' });
  expect(await withCors([PAGE], () => Promise.resolve(handler()))(get)).toEqual({ status: 200, headers: { ...JSON_HEADERS, ...allowed }, body: '{}' });
  expect(JSON_HEADERS).toEqual({ 'content-type': 'application/json' });
});

test.each([['https://evil.example.org'], [`${PAGE}.evil.org`], ['null'], ['HTTPS://APP.EXAMPLE.ORG']])('a page of %s may not', async (origin) => {
  for (const one of [request('GET', { origin }), request('OPTIONS', { origin, ...PREFLIGHT })]) {
    const answer = await withCors([PAGE], handler)(one);
    expect(answer.headers).toEqual({ ...JSON_HEADERS, vary: 'origin' });
  }
});

test('what a browser asks before it sends is answered here: origin, methods and headers', async () => {
  const answer = await withCors([PAGE], handler)(request('OPTIONS', { origin: PAGE, ...PREFLIGHT }));
  expect(answer).toMatchObject({
    status: 204,
    headers: {
      'access-control-allow-origin': PAGE,
      'access-control-allow-methods': 'GET, HEAD, POST, OPTIONS',
      'access-control-allow-headers': 'authorization,content-type',
    },
  });
});

test('headers that no browser would ask for are not repeated', async () => {
  const answer = await withCors([PAGE], handler)(request('OPTIONS', { origin: PAGE, ...PREFLIGHT, 'access-control-request-headers': 'a: b' }));
  expect(answer.headers['access-control-allow-headers']).toBe('authorization, content-type, inference-header-content-length');
});

test('callers that are no browser are answered as ever', async () => {
  expect(await withCors([PAGE], handler)(request('GET', {}))).toEqual({ status: 200, headers: { ...JSON_HEADERS, vary: 'origin' }, body: '{}' });
});
