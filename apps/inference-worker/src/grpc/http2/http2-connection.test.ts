import { once } from 'node:events';
import { connect as connectHttp2, type ClientHttp2Session } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { EchoServer, hold, many, open, PREFACE, blockOf, setting, SETTINGS, talk, untilCame } from './echo-http2.fixture.ts';
import { encodeHeaders } from './encode-headers.ts';
import { FLAG, FRAME, frameOf, REASON, words } from './http2-constants.ts';

let echo: EchoServer;

beforeEach(async () => {
  echo = await EchoServer.start();
});
afterEach(() => echo.close());

interface Echoed {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
  readonly trailers: Readonly<Record<string, unknown>>;
}

function ask(session: ClientHttp2Session, body: Buffer, headers: Readonly<Record<string, string>> = {}): Promise<Echoed> {
  return new Promise((resolve, reject) => {
    const request = session.request({ ':method': 'POST', ':path': '/', ...headers });
    const chunks: Buffer[] = [];
    let answered: Readonly<Record<string, unknown>> = {};
    let trailers: Readonly<Record<string, unknown>> = {};
    request.on('response', (given) => (answered = given));
    request.on('trailers', (given) => (trailers = given));
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => resolve({ headers: answered, body: Buffer.concat(chunks), trailers }));
    request.on('error', reject);
    request.end(body);
  });
}

it('a client of another make gets back what it sent, whatever the sizes and the windows, headers that repeat or not', async () => {
  for (const settings of [{}, { initialWindowSize: 1000 }, { initialWindowSize: 2 ** 20, maxFrameSize: 2 ** 20 }]) {
    const session = connectHttp2(`http://127.0.0.1:${echo.port}`, { settings });
    for (const round of [0, 1, 2]) {
      const sizes = [0, 1, 16_384, 16_385, 70_000, 1_000_000, 3];
      const answers = await Promise.all(
        sizes.map((size, index) =>
          ask(session, Buffer.alloc(size, index + 1), { 'x-same': 'always the same', 'x-other': `${round} ${'ü'.repeat(index)}`, [`x-${index}`]: '1' }),
        ),
      );
      for (const [index, { headers, body, trailers }] of answers.entries()) {
        expect(headers).toMatchObject({ 'x-same': 'always the same', [`x-${index}`]: '1' });
        expect(body.equals(Buffer.alloc(sizes[index] ?? 0, index + 1))).toBe(true);
        expect(trailers).toMatchObject({ 'x-done': 'yes' });
      }
    }
    session.close();
    await once(session, 'close');
  }
});

it('streams beyond the limit are refused, a client that goes is known to have gone', async () => {
  const session = connectHttp2(`http://127.0.0.1:${echo.port}`);
  await once(session, 'remoteSettings');
  expect(session.remoteSettings).toMatchObject({ maxConcurrentStreams: 10, initialWindowSize: 100_000 });
  const held = session.request({ ':method': 'POST', ':path': '/hold' });
  held.write('x');
  await ask(session, Buffer.from('after it'));
  held.close(REASON.cancel);
  await ask(session, Buffer.from('after it'));
  expect(echo.aborted).toEqual([1]);
  session.request({ ':method': 'POST', ':path': '/hold' }).on('error', () => undefined);
  await ask(session, Buffer.from('after it'));
  const over = echo.ended();
  session.destroy();
  await over;
  expect(echo.aborted).toEqual([1, 7]);
});

it('a connection that drains answers what is under way and then ends', async () => {
  const session = connectHttp2(`http://127.0.0.1:${echo.port}`);
  const request = session.request({ ':method': 'POST', ':path': '/' });
  request.write('before');
  await once(request, 'response');
  const over = echo.ended();
  echo.connections[0]?.drain();
  await once(session, 'goaway');
  request.end(' and after');
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  expect(Buffer.concat(chunks).toString()).toBe('before and after');
  await over;
});

/** What the server says at the end to these bytes. */
async function goAwayAfter(bytes: Buffer): Promise<number | undefined> {
  const socket: Socket = connect(echo.port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.on('error', () => undefined);
  socket.end(bytes);
  await once(socket, 'close');
  const all = Buffer.concat(chunks);
  for (let at = 0; at + 9 <= all.length; at += 9 + all.readUIntBE(at, 3)) if (all[at + 3] === FRAME.goAway) return all.readUInt32BE(at + 13);
  return undefined;
}

it('what a client must not send ends its connection, with the reason', async () => {
  const cases: [string, Buffer[], number][] = [
    ['data on a stream that is not open', [frameOf(FRAME.data, 0, 1)], REASON.protocol],
    ['data of the connection', [frameOf(FRAME.data, 0, 0)], REASON.protocol],
    ['data after the end', [hold(1), frameOf(FRAME.data, FLAG.endStream, 1), frameOf(FRAME.data, 0, 1)], REASON.streamClosed],
    ['a stream of the server', [open(2)], REASON.protocol],
    ['headers twice', [open(1), open(1)], REASON.protocol],
    ['a block that is not continued', [frameOf(FRAME.headers, 0, 1, blockOf('/')), open(3)], REASON.protocol],
    ['a continuation of nothing', [frameOf(FRAME.continuation, 4, 1, blockOf('/'))], REASON.protocol],
    ['endless headers', [frameOf(FRAME.headers, 0, 1, blockOf('/')), many(frameOf(FRAME.continuation, 0, 1, Buffer.alloc(1000)), 40)], REASON.enhanceYourCalm],
    ['endless empty continuations', [frameOf(FRAME.headers, 0, 1, blockOf('/')), many(frameOf(FRAME.continuation, 0, 1), 5000)], REASON.enhanceYourCalm],
    ['headers that cannot be decoded', [frameOf(FRAME.headers, FLAG.endHeaders, 1, Buffer.from([0x80]))], REASON.compression],
    ['padding beyond the end', [frameOf(FRAME.headers, FLAG.endHeaders | FLAG.padded, 1, Buffer.from([9, 0]))], REASON.protocol],
    ['a push', [frameOf(FRAME.pushPromise, 4, 1, words(2))], REASON.protocol],
    ['data on a stream that has ended', [open(1, true), frameOf(FRAME.data, 0, 1)], REASON.streamClosed],
    ['headers on a stream that has ended', [open(1, true), open(1)], REASON.streamClosed],
    ['data on a stream that was reset', [open(1), frameOf(FRAME.resetStream, 0, 1, words(8)), frameOf(FRAME.data, 0, 1)], REASON.streamClosed],
    ['a stream before one that is open', [open(5, true), open(3, true)], REASON.protocol],
    ['headers without an end behind headers', [open(1), frameOf(FRAME.headers, FLAG.endHeaders, 1, encodeHeaders([['x', 'y']]))], REASON.protocol],
    ['a setting for pushes that is none', [setting(2, 2)], REASON.protocol],
    ['a priority of the connection', [frameOf(FRAME.priority, 0, 0, Buffer.alloc(5))], REASON.protocol],
    ['a flood of priorities', [many(frameOf(FRAME.priority, 0, 1, Buffer.alloc(5)), 5000)], REASON.enhanceYourCalm],
    ['a goodbye of a stream', [frameOf(FRAME.goAway, 0, 1, words(0, 0))], REASON.protocol],
    [
      'endless headers in crumbs',
      [frameOf(FRAME.headers, 0, 1, blockOf('/')), many(frameOf(FRAME.continuation, 0, 1, Buffer.alloc(1)), 5000)],
      REASON.enhanceYourCalm,
    ],
    ['a short ping', [frameOf(FRAME.ping, 0, 0, words(1))], REASON.frameSize],
    ['settings of a stream', [frameOf(FRAME.settings, 0, 1)], REASON.protocol],
    ['a window beyond all bounds', [setting(4, 0x8000_0000)], REASON.flowControl],
    ['frames that are too small', [setting(5, 100)], REASON.protocol],
    ['a window that does not grow', [frameOf(FRAME.windowUpdate, 0, 0, words(0))], REASON.protocol],
    ['a window that grows beyond all bounds', [frameOf(FRAME.windowUpdate, 0, 0, words(0x7fff_ffff))], REASON.flowControl],
    ['a reset of a stream that is not open', [frameOf(FRAME.resetStream, 0, 5, words(8))], REASON.protocol],
    ['a frame that is too large', [frameOf(FRAME.data, 0, 1, Buffer.alloc(16_385))], REASON.frameSize],
    ['more data than its window', [hold(1), many(frameOf(FRAME.data, 0, 1, Buffer.alloc(16_000)), 7)], REASON.flowControl],
    ['a window that is opened in crumbs', [many(frameOf(FRAME.windowUpdate, 0, 0, words(1)), 5000)], REASON.enhanceYourCalm],
    ['a window of a stream that is opened in crumbs', [hold(1), many(frameOf(FRAME.windowUpdate, 0, 1, words(1)), 5000)], REASON.enhanceYourCalm],
    ['a flood of pings', [many(frameOf(FRAME.ping, 0, 0, Buffer.alloc(8)), 5000)], REASON.enhanceYourCalm],
    ['a flood of settings', [many(SETTINGS, 5000)], REASON.enhanceYourCalm],
    [
      'a flood of resets',
      Array.from({ length: 30_000 }, (_, index) => Buffer.concat([open(index * 2 + 1), frameOf(FRAME.resetStream, 0, index * 2 + 1, words(8))])),
      REASON.enhanceYourCalm,
    ],
  ];
  for (const [name, frames, reason] of cases) {
    const given = await goAwayAfter(Buffer.concat([PREFACE, SETTINGS, ...frames]));
    expect(given, name).toBe(reason);
  }
  expect(await goAwayAfter(Buffer.from('GET / HTTP/1.1\r\nhost: x\r\n\r\n'))).toBe(REASON.protocol);
  expect(await goAwayAfter(Buffer.concat([PREFACE, open(1)]))).toBe(REASON.protocol);
});

it('a connection that was refused ends, also when its client does not close it', async () => {
  const socket = talk(echo.port, frameOf(FRAME.data, 0, 0));
  const closed = new Promise<void>((resolve) => echo.server.once('connection', (far: Socket) => far.once('close', () => resolve())));
  socket.resume();
  await closed;
  socket.destroy();
});

it('a connection without streams is told to go after a while, and is ended where it does not', async () => {
  const socket = talk(echo.port, open(1), frameOf(FRAME.data, FLAG.endStream, 1));
  await untilCame(socket, FRAME.headers, 2);
  const [connection] = echo.connections;
  const now = Date.now();
  connection?.expire(now + 59_000);
  const goodbye = untilCame(socket, FRAME.goAway);
  connection?.expire(now + 61_000);
  await goodbye;
  const over = echo.ended();
  connection?.expire(now + 66_000);
  await over;
  socket.destroy();
});

it('answers that a client does not take hold a bounded memory for a bounded time', async () => {
  const bodies = Array.from({ length: 6 }, () => Buffer.alloc(16_384));
  const stream = (id: number): Buffer =>
    Buffer.concat([open(id), ...bodies.map((body) => frameOf(FRAME.data, 0, id, body)), frameOf(FRAME.data, FLAG.endStream, id)]);
  const ping = frameOf(FRAME.ping, 0, 0, Buffer.alloc(8));
  const socket = talk(echo.port, setting(4, 0), stream(1), frameOf(FRAME.windowUpdate, 0, 0, words(100_000)), ping);
  await untilCame(socket, FRAME.ping);
  const [connection] = echo.connections;
  expect(connection?.sender.heldBytes).toBe(6 * 16_384);
  const now = Date.now();
  connection?.expire(now);
  connection?.expire(now + 19_000);
  socket.write(ping);
  await untilCame(socket, FRAME.ping);
  const over = echo.ended();
  connection?.expire(now + 21_000);
  await over;
  expect(connection?.sender.heldBytes).toBe(0);
  socket.destroy();
});

it('a client that leaves too many answers gets no further streams until it takes them', async () => {
  const body = many(frameOf(FRAME.data, 0, 1, Buffer.alloc(16_000)), 6);
  const socket = talk(echo.port, setting(4, 0), open(1), body);
  await untilCame(socket, FRAME.headers);
  const sender = echo.connections[0]?.sender;
  if (sender !== undefined) sender.heldBytes += 1_000_000;
  const reset = untilCame(socket, FRAME.resetStream);
  socket.write(open(3));
  await reset;
  if (sender !== undefined) sender.heldBytes -= 1_000_000;
  socket.destroy();
});

it('frames in any pieces mean the same, and altered ones harm nobody else', async () => {
  const whole = Buffer.concat([
    PREFACE,
    SETTINGS,
    open(1),
    frameOf(FRAME.data, FLAG.endStream, 1, Buffer.from('hello')),
    open(3, true),
    frameOf(99, 0, 0, Buffer.from('?')),
  ]);
  const socket = connect(echo.port, '127.0.0.1').setNoDelay(true);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  for (const byte of whole) {
    socket.write(Buffer.from([byte]));
    await new Promise((resolve) => setImmediate(resolve));
  }
  while (!Buffer.concat(chunks).includes('hello')) await new Promise((resolve) => setImmediate(resolve));
  socket.destroy();
  let seed = 1;
  const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
  for (let round = 0; round < 300; round++) {
    const altered = Buffer.from(whole);
    for (let i = 0; i <= random(3); i++) altered[PREFACE.length + random(altered.length - PREFACE.length)] = random(256);
    await goAwayAfter(altered);
  }
  const session = connectHttp2(`http://127.0.0.1:${echo.port}`);
  expect((await ask(session, Buffer.from('still here'))).body.toString()).toBe('still here');
  session.destroy();
});
