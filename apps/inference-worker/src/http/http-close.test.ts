import { expect, test } from 'vitest';
import { HeldRequests, listen, GET } from './listen.fixture.ts';
import { RawClient } from './raw-client.fixture.ts';

test('a server that closes answers what it took, says that it was the last answer, and takes no new connection', async () => {
  const held = new HeldRequests();
  const { server } = await listen({ handler: held.handler });
  const client = await RawClient.open(server.url);
  client.send(GET.repeat(2));
  await held.untilHeld(2);
  const closed = server.close();
  await new Promise((resolve) => setImmediate(resolve));
  await expect(RawClient.open(server.url)).rejects.toThrow('ECONNREFUSED');
  held.answer(1);
  held.answer(0);
  const text = await client.closed;
  await closed;
  expect(text.match(/answer \d|connection: close/g)).toEqual(['answer 0', 'connection: close', 'answer 1']);
});

test('a request on a kept connection that was on its way when the server began to close is answered', async () => {
  const { server } = await listen({ limits: { lingerMilliseconds: 400 } });
  const clients = await Promise.all(Array.from({ length: 20 }, () => RawClient.open(server.url)));
  await Promise.all(clients.map((client) => client.send(GET).until('200 OK')));
  const closed = server.close();
  for (const client of clients) client.send(GET);
  for (const client of clients) expect((await client.closed).match(/200 OK|connection: close/g)).toEqual(['200 OK', '200 OK', 'connection: close']);
  await closed;
});

test('a request that is arriving when the server begins to close is read to its end and answered', async () => {
  const { server } = await listen();
  const client = await RawClient.open(server.url);
  client.send('POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\nhello');
  while (server.statistics().acceptedConnections === 0) await new Promise((resolve) => setImmediate(resolve));
  const closed = server.close();
  client.send('world');
  expect(await client.closed).toMatch(/connection: close.*POST \/ {2}10/s);
  await closed;
});

test('connections that stay idle are closed after a moment', async () => {
  const { server } = await listen();
  const client = await RawClient.open(server.url);
  await client.send(GET).until('200 OK');
  await server.close();
  expect((await client.closed).match(/HTTP\/1.1/g)).toHaveLength(1);
});

test('what is not done after the grace is cut off', async () => {
  const held = new HeldRequests();
  const { server } = await listen({ handler: held.handler, graceMilliseconds: 50 });
  const busy = await RawClient.open(server.url);
  const arriving = await RawClient.open(server.url);
  busy.send(GET);
  arriving.send('POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\nhello');
  await held.untilHeld(1);
  await server.close();
  expect(await busy.closed).toBe('');
  expect(await arriving.closed).toBe('');
});

test('clients that load a server while it closes lose no request that was sent before they were told', async () => {
  const { server } = await listen({ handler: ({ path }) => new Promise((resolve) => setImmediate(resolve, { status: 200, headers: {}, body: path })) });
  const answers: number[] = [];
  const run = async (): Promise<void> => {
    const client = await RawClient.open(server.url);
    for (let i = 1; !client.received.includes('connection: close'); i++) {
      await client.send(`GET /n${i}. HTTP/1.1\r\nhost: a\r\n\r\n`).until(`/n${i}.`);
      answers.push(i);
    }
    await client.closed;
  };
  const clients = Array.from({ length: 32 }, run);
  while (answers.length < 1000) await new Promise((resolve) => setImmediate(resolve));
  await server.close();
  await Promise.all(clients);
  expect(server.statistics()).toMatchObject({ openConnections: 0, abandonedRequests: 0, requestsByStatus: { 200: answers.length } });
});
