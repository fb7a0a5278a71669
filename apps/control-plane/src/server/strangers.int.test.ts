import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestControlPlane, type TestControlPlane } from '../fixtures/control-plane.fixture.ts';

let plane: TestControlPlane;
beforeAll(async () => {
  plane = await startTestControlPlane({ SLOW_PEER_SECONDS: 1 });
});
const open: Socket[] = [];
afterAll(async () => {
  for (const socket of open) socket.destroy();
  await plane.close();
});

function raw(text: string): Socket {
  const socket = connect(Number(new URL(plane.url).port), '127.0.0.1');
  socket.on('error', () => {});
  socket.write(text);
  open.push(socket);
  return socket;
}

async function gauge(name: string): Promise<number> {
  const text = await (await fetch(`${plane.url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1]);
}

it.each(['POST /nothing', 'POST /health/live', 'PUT /graphql', 'POST /graphql/assets/a', 'POST /artifacts', 'DELETE /metrics', 'POST /nothing?a=b'])(
  'nothing of a body is read at an address where there is nothing: %s',
  async (line) => {
    const socket = raw(`${line} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 3000000\r\n\r\n[`);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1.1 404 .*\r\nconnection: close\r\n.*"NOT_FOUND"/s);
    await once(socket, 'close');
  },
);

it('a body that nobody asked for, and that never ends, holds no connection', async () => {
  for (const line of ['GET /health/live', 'GET /metrics', 'GET /graphql']) {
    const socket = raw(`${line} HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000000\r\n\r\n{`);
    await once(socket.resume(), 'close');
  }
  const whole = raw('GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n');
  await once(whole, 'data');
  whole.write('GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n');
  await once(whole, 'data');
});

it('an address that is none is answered as all other mistakes are', async () => {
  const answer = await fetch(`${plane.url}/artifacts/%zz`);
  expect(`${answer.status} ${await answer.text()}`).toMatch(/^400 {"error":{"code":"BAD_INPUT",/);
});

it('a socket whose peer does not answer that it is closed is gone within seconds', async () => {
  const upgrade = 'connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==';
  const socket = raw(`GET /graphql HTTP/1.1\r\nhost: x\r\n${upgrade}\r\nsec-websocket-protocol: graphql-transport-ws\r\n\r\n`);
  await once(socket.resume(), 'data');
  await expect.poll(() => gauge('millrace_sockets')).toBe(1);
  await expect.poll(() => gauge('millrace_sockets'), { timeout: 15_000 }).toBe(0);
});
