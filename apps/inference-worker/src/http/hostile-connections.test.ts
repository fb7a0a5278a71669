import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TEST_CERTIFICATE } from '../fixtures/tls-certificate.fixture.ts';
import { GET, listen, type ListeningFixture } from './listen.fixture.ts';
import { RawClient } from './raw-client.fixture.ts';

let plain: ListeningFixture;
let secure: ListeningFixture;

beforeAll(async () => {
  const pieces = Array.from({ length: 30 }, () => 'x'.repeat(20_000));
  const handler = ({ path, body }: { readonly path: string; readonly body: Buffer }) =>
    new Promise<{ status: number; headers: object; body: string | { pieces: string[] } }>((resolve) =>
      setImmediate(resolve, { status: 200, headers: {}, body: path === '/pieces' ? { pieces } : String(body.length) }),
    );
  const options = { handler: handler as never, limits: { headMilliseconds: 500, bodyMilliseconds: 500, writeMilliseconds: 200, idleMilliseconds: 500 } };
  plain = await listen(options);
  secure = await listen({ ...options, tls: TEST_CERTIFICATE });
});
afterAll(() => Promise.all([plain.server.close(), secure.server.close()]));

const TEXTS = [
  GET.repeat(3),
  'GET /pieces HTTP/1.1\r\nhost: a\r\n\r\n'.repeat(2),
  'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 40000\r\n\r\n' + 'x'.repeat(40_000),
  'POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n5;a="b"\r\nhello\r\n0\r\nx: y\r\n\r\n' + GET,
  'POST / HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 5\r\n\r\nhello',
  'OPTIONS * HTTP/1.0\r\nconnection: keep-alive\r\n\r\n',
  `GET /${'%41'.repeat(5000)} HTTP/1.1\r\nhost: a\r\n\r\n`,
  '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03' + 'x'.repeat(600),
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
];
const ENDINGS: readonly ((socket: Socket) => unknown)[] = [
  (socket) => socket.resetAndDestroy(),
  (socket) => socket.destroy(),
  (socket) => socket.end(),
  (socket) => setImmediate(() => socket.resetAndDestroy()),
  (socket) => setTimeout(() => socket.destroy(), 20),
];

test('whatever is begun, cut, reset or left at any point of a request or a handshake, everybody else is answered', async () => {
  let seed = 20_261;
  const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
  for (let round = 0; round < 400; round++) {
    const { url } = (random(2) === 0 ? plain : secure).server;
    const { hostname, port, protocol } = new URL(url);
    // Half of the clients of TLS do not speak it, or stop within the handshake.
    const speaksTls = protocol === 'https:' && random(2) === 0;
    const raw = connect(Number(port), hostname).on('error', () => undefined);
    const socket: Socket = speaksTls ? connectTls({ socket: raw, ca: TEST_CERTIFICATE.cert }).on('error', () => undefined) : raw;
    if (random(3) > 0) socket.resume();
    if (random(5) > 0) await Promise.race([once(socket, speaksTls ? 'secureConnect' : 'connect'), once(socket, 'close')]);
    const text = TEXTS[random(TEXTS.length)] ?? '';
    const whole = random(2) === 0 ? text : text.slice(0, random(text.length));
    const cut = random(whole.length + 1);
    socket.write(whole.slice(0, cut), 'latin1');
    if (random(2) === 0) await new Promise((resolve) => setImmediate(resolve));
    socket.write(whole.slice(cut), 'latin1', () => ENDINGS[round % ENDINGS.length]?.(raw));
    if (round % 50 === 49)
      for (const { server } of [plain, secure]) {
        const client = await RawClient.open(server.url);
        expect(await client.send(GET).until('200 OK'), `after round ${round}`).toContain('200 OK');
        client.close();
      }
  }
  for (const { server, faults } of [plain, secure]) {
    while (server.statistics().openConnections > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(faults).toEqual([]);
  }
});
