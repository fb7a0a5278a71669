import { afterEach, expect, test } from 'vitest';
import { HeldRequests, listen, GET, type ListeningFixture } from './listen.fixture.ts';
import type { HttpServerOptions } from './http-server.ts';
import { RawClient } from './raw-client.fixture.ts';
import { TEST_CERTIFICATE } from '../fixtures/tls-certificate.fixture.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close();
});

async function start(options: Partial<HttpServerOptions> = {}): Promise<ListeningFixture & { client: RawClient }> {
  const listening = await listen(options);
  open.push(listening.server);
  const client = await RawClient.open(listening.server.url);
  open.push(client);
  return { ...listening, client };
}

/** Without what differs from second to second. */
const withoutDate = (text: string): string => text.replaceAll(/date: [^\r]+\r\n/g, '');

test('a request is answered with a status line, headers, length and body, and the connection is kept', async () => {
  const { client } = await start();
  const text = await client.send(GET).send(GET).until('GET /', 2);
  const one = 'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 8\r\n\r\nGET /  0';
  expect(withoutDate(text)).toBe(one + one);
  expect(text).toMatch(/date: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT\r\n/);
});

test('fetch works: bodies of known length, bodies in chunks, answers of text, bytes and parts', async () => {
  const { server } = await start({
    handler: ({ body }) => ({ status: 200, headers: {}, body: body.length === 3 ? 'äöü€' : ['ä', body, new Uint8Array([65]), 'z'] }),
  });
  const known = await fetch(server.url, { method: 'POST', body: 'abc' });
  expect(await known.text()).toBe('äöü€');
  const stream = new ReadableStream({
    start(controller) {
      for (const piece of ['ab', 'cd']) controller.enqueue(new TextEncoder().encode(piece));
      controller.close();
    },
  });
  const chunked = await fetch(server.url, { method: 'POST', body: stream, duplex: 'half' });
  expect(await chunked.text()).toBe('äabcdAz');
  const large = await fetch(server.url, { method: 'POST', body: 'x'.repeat(90_000) });
  expect(await large.text()).toBe(`ä${'x'.repeat(90_000)}Az`);
});

test('HEAD is answered with the length and no body', async () => {
  const { client } = await start();
  const text = await client.send('HEAD / HTTP/1.1\r\nhost: a\r\n\r\n').send(GET).until('GET /');
  expect(withoutDate(text)).toMatch(/^HTTP\/1.1 200 OK\r\ncontent-type: text\/plain\r\ncontent-length: 9\r\n\r\nHTTP\/1.1 200 OK\r\n/);
});

test('204 has neither length nor body', async () => {
  const { client } = await start({ handler: () => ({ status: 204, headers: {}, body: '' }) });
  expect(withoutDate(await client.send(GET).until('\r\n\r\n'))).toBe('HTTP/1.1 204 No Content\r\n\r\n');
});

test('HTTP/1.0 is closed after the answer, unless it asks for more', async () => {
  const { client } = await start();
  client.send('GET / HTTP/1.0\r\nconnection: keep-alive\r\n\r\n');
  expect(await client.until('GET /')).toContain('connection: keep-alive\r\n');
  client.send('GET / HTTP/1.0\r\n\r\n');
  expect(await client.closed).toContain('connection: close\r\n');
});

test('a client that says close is closed after its answer, and what it sends behind is not read', async () => {
  const { client } = await start();
  client.send(`GET /one HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n${GET}`);
  const text = await client.closed;
  expect(text).toContain('GET /one');
  expect(text.split('HTTP/1.1 ')).toHaveLength(2);
});

test('pipelined requests are answered in their order, whichever is ready first', async () => {
  const held = new HeldRequests();
  const { client } = await start({ handler: held.handler });
  client.send(GET.repeat(3));
  await held.untilHeld(3);
  held.answer(2);
  held.answer(1);
  held.answer(0);
  const text = await client.until('answer 2.');
  expect(text.match(/answer \d/g)).toEqual(['answer 0', 'answer 1', 'answer 2']);
});

test('a connection is not read on while its limit of requests is under way, and goes on after', async () => {
  const held = new HeldRequests();
  const { client } = await start({ handler: held.handler, limits: { pipelined: 2 } });
  client.send(GET.repeat(5));
  for (let i = 0; i < 5; i++) {
    await held.untilHeld(Math.min(i + 2, 5));
    expect(held.requests.length).toBe(Math.min(i + 2, 5));
    held.answer(i);
    await client.until(`answer ${i}.`);
  }
});

test('a malformed request behind good ones is told so after their answers', async () => {
  const held = new HeldRequests();
  const { client } = await start({ handler: held.handler });
  client.send(`${GET}GET / HTTP/1.1\r\nbad header\r\n\r\n`);
  await held.untilHeld(1);
  held.answer(0);
  const text = withoutDate(await client.closed);
  expect(text).toContain('answer 0.HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\n');
  expect(text).toContain(
    String.raw`{"error":"expected a header name and a colon right after it, on a line of its own, given \"bad header\\r\\n\"}`.slice(0, 60),
  );
});

test('a client that waits to be told to go on is told, once for each request, and not when it is refused', async () => {
  const { client } = await start();
  const head = 'POST / HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 5\r\n\r\n';
  for (let i = 1; i <= 2; i++) {
    client.send(head);
    await client.until('100 Continue\r\n\r\n', i);
    client.send('hello');
    await client.until('POST /  5', i);
  }
  client.send(`${head}hello`);
  await client.until('POST /  5', 3);
  client.send(head.replace('length: 5', 'length: 1000000'));
  const text = await client.closed;
  expect(text.match(/100 Continue/g)).toHaveLength(2);
  expect(text).toContain('413 Payload Too Large');
});

test('a handler that throws or rejects is a fault of ours: 500, and the connection is kept', async () => {
  const { client, faults } = await start({
    handler: ({ path }) => {
      if (path === '/throws') throw new Error('thrown');
      if (path === '/rejects') return Promise.reject(new Error('rejected'));
      return { status: 200, headers: { 'x-a': 'b\r\nx-injected: c' }, body: '' };
    },
  });
  for (const path of ['throws', 'rejects', 'splits']) client.send(`GET /${path} HTTP/1.1\r\nhost: a\r\n\r\n`);
  const text = await client.until('{"error":"internal error"}', 3);
  expect(text.match(/HTTP\/1.1 500 Internal Server Error/g)).toHaveLength(3);
  expect(text).not.toContain('x-injected');
  expect(faults.map(String)).toEqual(['Error: thrown', 'Error: rejected', 'Error: the header "x-a" of an answer holds characters that it must not']);
});

test('what follows an answer is called when it was handed over, and not when the client was gone', async () => {
  const handed: string[] = [];
  const held = new HeldRequests();
  const { client, server } = await start({
    handler: async (request) => ({ ...(await held.handler(request)), afterwards: () => void handed.push(request.path) }),
  });
  client.send('GET /stays HTTP/1.1\r\nhost: a\r\n\r\n');
  await held.untilHeld(1);
  held.answer(0);
  await client.until('answer 0.');
  client.send('GET /goes HTTP/1.1\r\nhost: a\r\n\r\n');
  await held.untilHeld(2);
  client.close();
  await client.closed;
  while (held.requests[1]?.client.gone === false) await new Promise((resolve) => setImmediate(resolve));
  held.answer(1);
  await server.close();
  expect(handed).toEqual(['/stays']);
  expect(server.statistics()).toMatchObject({ requestsByStatus: { 200: 1 }, abandonedRequests: 1 });
});

test('TLS: http/1.1 is agreed on, and requests are answered as without', async () => {
  const { client } = await start({ tls: TEST_CERTIFICATE });
  expect(client.socket).toMatchObject({ alpnProtocol: 'http/1.1', authorized: true });
  client.send(GET.repeat(2));
  expect((await client.until('GET /', 2)).match(/200 OK/g)).toHaveLength(2);
});

test('a client that does not come to the end of the handshake of TLS is let go', async () => {
  const { server } = await start({ tls: TEST_CERTIFICATE, limits: { headMilliseconds: 50 } });
  for (const beginning of ['', '\x16', '\x16\x03\x01\x02\x00\x01']) {
    const plain = await RawClient.open(server.url.replace('https', 'http'));
    plain.send(beginning);
    expect(await plain.closed).toBe('');
  }
});

test('a plain client of a TLS port is let go, and others are served', async () => {
  const { server, client } = await start({ tls: TEST_CERTIFICATE });
  const plain = await RawClient.open(server.url.replace('https', 'http'));
  plain.send(GET);
  expect(await plain.closed).not.toContain('200 OK');
  await client.send(GET).until('200 OK');
});

test('answers are counted by status, connections by what became of them', async () => {
  const { client, server } = await start();
  await client.send(GET.repeat(2)).until('GET /', 2);
  client.send('BREW / HTTP/1.1\r\n\r\n');
  await client.closed;
  expect(server.statistics()).toMatchObject({ acceptedConnections: 1, refusedConnections: 0, requestsByStatus: { 200: 2, 501: 1 } });
});
