import { afterEach, expect, test } from 'vitest';
import type { HttpAnswer, HttpRequest } from './http-message.ts';
import type { HttpServerOptions } from './http-server.ts';
import { GET, listen, type ListeningFixture } from './listen.fixture.ts';
import { RawClient } from './raw-client.fixture.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close();
});

interface Started extends ListeningFixture {
  connect(): Promise<RawClient>;
  readonly handed: string[];
}

/** A server that answers `/pieces` with a body that is made meanwhile, and everything else at once. */
async function start(pieces: () => Iterable<string>, options: Partial<HttpServerOptions> = {}): Promise<Started> {
  const handed: string[] = [];
  const handler = ({ path }: HttpRequest): HttpAnswer => ({
    status: 200,
    headers: {},
    body: path === '/pieces' ? { pieces: pieces() } : `at once ${path}.`,
    afterwards: () => void handed.push(path),
  });
  const listening = await listen({ handler, ...options });
  open.push(listening.server);
  return {
    ...listening,
    handed,
    connect: async () => {
      const client = await RawClient.open(listening.server.url);
      open.push(client);
      return client;
    },
  };
}

const request = (path: string, version = '1.1'): string => `GET ${path} HTTP/${version}\r\nhost: a\r\n\r\n`;

test('a body in pieces goes out in chunks, and the answers before and behind it keep their order', async () => {
  const { connect, handed, server } = await start(() => ['hello', '', ' wörld', '!'.repeat(20)]);
  const client = await connect();
  client.send(request('/a') + request('/pieces') + request('/b') + request('/pieces'));
  const text = await client.until('0\r\n\r\n', 2);
  expect(text.match(/at once \/\w\.|transfer-encoding: chunked|5\r\nhello\r\n7\r\n wÃ¶rld\r\n14\r\n!{20}\r\n0\r\n/g)).toEqual([
    'at once /a.',
    'transfer-encoding: chunked',
    '5\r\nhello\r\n7\r\n wÃ¶rld\r\n14\r\n!!!!!!!!!!!!!!!!!!!!\r\n0\r\n',
    'at once /b.',
    'transfer-encoding: chunked',
    '5\r\nhello\r\n7\r\n wÃ¶rld\r\n14\r\n!!!!!!!!!!!!!!!!!!!!\r\n0\r\n',
  ]);
  expect(handed).toEqual(['/a', '/pieces', '/b', '/pieces']);
  expect(server.statistics().requestsByStatus).toEqual({ 200: 4 });
});

test('while a large body goes out, everybody else is served', async () => {
  const others = { areServed: false };
  const { connect } = await start(function* endless() {
    while (!others.areServed) yield 'x'.repeat(10_000);
  });
  const large = await connect();
  large.socket.resume();
  large.send(request('/pieces'));
  await large.until('xxx');
  const other = await connect();
  await other.send(GET).until('at once /.');
  others.areServed = true;
  await large.until('0\r\n\r\n');
});

test('no more of a body is made than its client takes, and who takes nothing is cut off', async () => {
  let made = 0;
  const { connect, server, handed } = await start(
    function* endless() {
      for (;;) {
        made++;
        yield 'x'.repeat(100_000);
      }
    },
    { limits: { writeMilliseconds: 60 } },
  );
  const client = await connect();
  client.socket.pause();
  client.send(request('/pieces'));
  while (server.statistics().openConnections > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(made).toBeLessThan(500);
  while (server.statistics().abandonedRequests === 0) await new Promise((resolve) => setImmediate(resolve));
  expect(handed).toEqual([]);
});

test('a body of which a piece cannot be made is never taken for a whole one', async () => {
  const { connect, faults } = await start(function* broken() {
    yield 'hello';
    throw new Error('no more');
  });
  const client = await connect();
  client.send(request('/pieces'));
  expect(await client.closed).not.toContain('0\r\n\r\n');
  expect(faults.map(String)).toEqual(['Error: no more']);
});

test('a client of HTTP/1.0 learns the end of the body from the end of the connection, and one that has closed its side gets all of it', async () => {
  const { connect } = await start(() => Array.from({ length: 50 }, () => 'x'.repeat(1000)));
  const old = await connect();
  old.send(request('/pieces', '1.0').replace('host: a', 'host: a\r\nconnection: keep-alive'));
  expect(await old.closed).toMatch(/connection: close\r\n.*\r\n\r\nx{50000}$/s);
  const half = await connect();
  half.socket.allowHalfOpen = true;
  half.socket.end(request('/pieces'));
  expect(await half.closed).toMatch(/0\r\n\r\n$/);
});

test('HEAD has the head of a body in pieces', async () => {
  const { connect } = await start(() => ['x']);
  const client = await connect();
  client.send(request('/pieces').replace('GET', 'HEAD') + GET);
  expect(await client.until('at once')).toMatch(/transfer-encoding: chunked\r\n[^\n]*\r\n\r\nHTTP/);
});
