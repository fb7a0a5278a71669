import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { ByteBudget } from './byte-budget.ts';
import type { HttpServerOptions } from './http-server.ts';
import { HeldRequests, listen, GET, type ListeningFixture } from './listen.fixture.ts';
import { RawClient } from './raw-client.fixture.ts';

const MIB = 1024 * 1024;
const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close();
});

async function start(options: Partial<HttpServerOptions> = {}): Promise<ListeningFixture & { client: RawClient }> {
  const listening = await listen(options);
  open.push(listening.server);
  return { ...listening, client: await connect(listening) };
}

async function connect({ server }: ListeningFixture): Promise<RawClient> {
  const client = await RawClient.open(server.url);
  open.push(client);
  return client;
}

test('a body of 1 GiB is refused by its head, before a byte of it is read', async () => {
  const { client } = await start({ maximumBodyBytes: 32 * MIB });
  client.send(`POST / HTTP/1.1\r\nhost: a\r\ncontent-length: ${1024 * MIB}\r\n\r\n`);
  const text = await client.closed;
  expect(text).toMatch(/^HTTP\/1.1 413 Payload Too Large\r\n/);
  expect(text).toContain('connection: close\r\n');
  expect(text).toContain('{"error":"expected a body of at most 33554432 bytes, given 1073741824; send fewer rows per request"}');
});

test('a body in chunks is refused where it passes the limit, and what comes behind it is not kept', async () => {
  const { client } = await start({ maximumBodyBytes: MIB });
  client.send('POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n');
  const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`;
  const before = process.memoryUsage().arrayBuffers;
  let sent = 0;
  while (!client.received.includes('\r\n\r\n') && !client.socket.destroyed) {
    sent++;
    if (!client.socket.write(chunk, 'latin1')) await Promise.race([once(client.socket, 'drain'), client.closed]);
  }
  expect(sent).toBeGreaterThanOrEqual(16);
  expect(await client.closed).toMatch(/^HTTP\/1.1 413 .*given \d+ or more/s);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32 * MIB);
});

test('a head that arrives slowly is cut off with 408, however steadily its bytes come', async () => {
  const { client } = await start({ limits: { headMilliseconds: 60 } });
  client.send('GET / HTTP/1.1\r\nhost: a\r\n');
  const drip = setInterval(() => client.send('a: b\r\n'), 5);
  const text = await client.closed;
  clearInterval(drip);
  expect(text).toMatch(/^HTTP\/1.1 408 Request Timeout\r\n.*"expected the head of the request within 60 ms, given a part of it"/s);
});

test('a body that arrives slowly is cut off with 408', async () => {
  const { client } = await start({ limits: { bodyMilliseconds: 60 } });
  client.send('POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 100000\r\n\r\n');
  const drip = setInterval(() => client.send('x'), 5);
  const text = await client.closed;
  clearInterval(drip);
  expect(text).toMatch(/^HTTP\/1.1 408 Request Timeout\r\n.*"expected the body of the request within 60 ms/s);
});

test('a body in chunks that never ends is cut off with 408', async () => {
  const { client } = await start({ limits: { bodyMilliseconds: 60 } });
  client.send('POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n');
  const drip = setInterval(() => client.send('1;a=b\r\nx\r\n'), 5);
  expect(await client.closed).toMatch(/^HTTP\/1.1 408 /);
  clearInterval(drip);
});

test('an idle connection is closed without a word, and a request that takes us long is not idle', async () => {
  const held = new HeldRequests();
  const listening = await start({ handler: held.handler, limits: { idleMilliseconds: 40 } });
  const idle = await connect(listening);
  listening.client.send(GET);
  await held.untilHeld(1);
  expect(await idle.closed).toBe('');
  held.answer(0);
  expect(await listening.client.closed).toContain('answer 0.');
});

test('a client that does not read its answers is not read either, and cut off in the end', async () => {
  const body = 'x'.repeat(4 * MIB);
  let answered = 0;
  const { client, server } = await start({
    limits: { writeMilliseconds: 60 },
    handler: () => {
      answered++;
      return { status: 200, headers: {}, body };
    },
  });
  client.socket.pause();
  client.send(GET.repeat(100));
  while (server.statistics().openConnections > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(answered).toBeLessThan(10);
});

test('connections beyond the limit are told so and closed, and there is room again when one leaves', async () => {
  const listening = await start({ limits: { connections: 2 } });
  const { server, client } = listening;
  const second = await connect(listening);
  await second.send(GET).until('200 OK');
  const third = await connect(listening);
  expect(await third.closed).toMatch(/^HTTP\/1.1 503 .*"expected at most 2 connections at a time, given one more/s);
  await client.send(GET).until('200 OK');
  client.close();
  while (server.statistics().openConnections > 1) await new Promise((resolve) => setImmediate(resolve));
  await (await connect(listening)).send(GET).until('200 OK');
  expect(server.statistics()).toMatchObject({ openConnections: 2, acceptedConnections: 3, refusedConnections: 1 });
});

test.each(['destroy', 'resetAndDestroy'] as const)('a client that goes while its request is under way (%s) is gone, and nothing is written', async (way) => {
  const held = new HeldRequests();
  const { client, server } = await start({ handler: held.handler });
  client.send(GET);
  await held.untilHeld(1);
  expect(held.requests[0]?.client.gone).toBe(false);
  client.socket[way]();
  while (held.requests[0]?.client.gone === false) await new Promise((resolve) => setImmediate(resolve));
  held.answer(0);
  await client.closed;
  await server.close();
  expect(server.statistics()).toMatchObject({ openConnections: 0, requestsByStatus: {}, abandonedRequests: 1 });
});

test('a client that closes its side behind its requests gets their answers, the last of which says so', async () => {
  const held = new HeldRequests();
  const { client, server } = await start({ handler: held.handler });
  client.socket.allowHalfOpen = true;
  client.socket.end(GET.repeat(3));
  await held.untilHeld(3);
  await client.until('100 Continue');
  for (const index of [1, 0, 2]) held.answer(index);
  const text = await client.closed;
  expect(text.match(/answer \d|connection: close/g)).toEqual(['answer 0', 'answer 1', 'connection: close', 'answer 2']);
  await server.close();
  expect(server.statistics()).toMatchObject({ openConnections: 0, requestsByStatus: { 200: 3 }, abandonedRequests: 0 });
});

test('of a client that closes its side within a request, the requests before it are answered', async () => {
  const held = new HeldRequests();
  const { client } = await start({ handler: held.handler });
  client.socket.allowHalfOpen = true;
  client.socket.end(`${GET}POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\nabc`);
  await held.untilHeld(1);
  await client.until('100 Continue');
  held.answer(0);
  expect(await client.closed).toContain('answer 0');
});

test.each([
  ['in a head', 'GET / HTTP/1.1\r\nho'],
  ['in a body', 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\nabc'],
  ['between requests', GET],
  ['before the first request', ''],
])('a client that closes its side %s leaves no connection behind', async (_, text) => {
  const { client, server } = await start();
  client.send(text);
  if (text === GET) await client.until('200 OK');
  client.socket.end();
  await client.closed;
  while (server.statistics().openConnections > 0) await new Promise((resolve) => setImmediate(resolve));
});

test('a client that does not close after its last answer is let go after a moment', async () => {
  const { client, server } = await start();
  client.socket.allowHalfOpen = true;
  await client.send('BREW / HTTP/1.1\r\n\r\n').until('501');
  const keep = setInterval(() => client.send('more'), 5);
  while (server.statistics().openConnections > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  clearInterval(keep);
});

test('what a client says that it will send takes no memory; bodies that arrive together take no more than the node has room for', async () => {
  const receiving = new ByteBudget(4 * MIB);
  const listening = await start({ maximumBodyBytes: 32 * MIB, receiving });
  const half = `POST / HTTP/1.1\r\nhost: a\r\ncontent-length: ${2 * MIB}\r\n\r\n${'x'.repeat(MIB + 1)}`;
  const promises = await Promise.all(Array.from({ length: 200 }, () => connect(listening)));
  for (const client of promises) client.send(`POST / HTTP/1.1\r\nhost: a\r\ncontent-length: ${32 * MIB}\r\n\r\n`);
  const first = await connect(listening);
  const second = await connect(listening);
  first.send(half);
  second.send(half);
  while (receiving.left > 0) await new Promise((resolve) => setImmediate(resolve));
  const refused = (await connect(listening)).send(half);
  expect(await refused.closed).toMatch(/^HTTP\/1.1 503 .*retry-after: 1\r\n.*"expected fewer bodies to arrive at a time/s);
  listening.client.send(`POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nhello`);
  await listening.client.until('POST /  5');
  first.send('x'.repeat(MIB - 1));
  await first.until(`POST /  ${2 * MIB}`);
  expect(receiving.left).toBe(2 * MIB);
  second.close();
  while (receiving.left < 4 * MIB) await new Promise((resolve) => setImmediate(resolve));
  const chunked = await connect(listening);
  chunked.send(`POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n${(5 * MIB).toString(16)}\r\n${'x'.repeat(5 * MIB)}\r\n0\r\n\r\n`);
  expect(await chunked.closed).toMatch(/^HTTP\/1.1 503 /);
  expect(receiving.left).toBe(4 * MIB);
});

test('what fails behind an answer harms neither the answer nor the server', async () => {
  const { client, faults } = await start({
    handler: async ({ path }) => ({
      status: 200,
      headers: {},
      body: path,
      afterwards: () => {
        throw new Error('behind');
      },
    }),
  });
  client.send(GET);
  await client.until('200 OK');
  client.send('GET /again HTTP/1.1\r\nhost: a\r\n\r\n');
  await client.until('/again');
  expect(faults.map(String)).toEqual(['Error: behind', 'Error: behind']);
});
