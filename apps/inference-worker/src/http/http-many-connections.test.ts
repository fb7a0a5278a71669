import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listen, GET, type ListeningFixture } from './listen.fixture.ts';
import { RawClient } from './raw-client.fixture.ts';

const MIB = 1024 * 1024;
const CONNECTIONS = 10_000;
let listening: ListeningFixture;
let clients: ChildProcess;

beforeAll(async () => {
  listening = await listen();
  clients = fork(new URL('many-clients.fixture.ts', import.meta.url), { execArgv: [] });
});
afterAll(async () => {
  clients.kill();
  await listening.server.close();
});

test(`${CONNECTIONS} idle connections, each after one request, take less than 150 MiB, and others are answered`, async () => {
  const { server } = listening;
  const before = process.memoryUsage().rss;
  clients.send({ url: server.url, connections: CONNECTIONS, request: GET });
  const [opened] = (await once(clients, 'message')) as [number];
  expect(opened).toBe(CONNECTIONS);
  expect(server.statistics()).toMatchObject({ openConnections: CONNECTIONS, requestsByStatus: { 200: CONNECTIONS } });
  expect((process.memoryUsage().rss - before) / MIB).toBeLessThan(150);
  const client = await RawClient.open(server.url);
  for (let i = 1; i <= 100; i++) await client.send(GET).until('200 OK', i);
  client.close();
}, 60_000);
