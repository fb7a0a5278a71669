import { afterEach, beforeEach, expect, it } from 'vitest';
import { EchoServer, hold, open, blockOf, setting, talk, untilCame, type Fields } from './echo-http2.fixture.ts';
import { encodeHeaders } from './encode-headers.ts';
import { FLAG, FRAME, frameOf, REASON, SETTING, words } from './http2-constants.ts';

let echo: EchoServer;

beforeEach(async () => {
  echo = await EchoServer.start();
});
afterEach(() => echo.close());

/** Headers that end stream 1: all of a request, or the trailers of one. */
const last = (fields: Fields): Buffer => frameOf(FRAME.headers, FLAG.endHeaders | FLAG.endStream, 1, encodeHeaders(fields));

it('what is wrong with one stream ends that stream, and the connection goes on', async () => {
  const [method, scheme, path] = [[':method', 'POST'] as const, [':scheme', 'http'] as const, [':path', '/'] as const];
  const all = [method, scheme, path];
  const cases: [string, Buffer[], number][] = [
    ['a name in capital letters', [last([...all, ['X-Test', 'y']])], REASON.protocol],
    ['a name with a space', [last([...all, ['x y', 'z']])], REASON.protocol],
    ['an empty name', [last([...all, ['', 'z']])], REASON.protocol],
    ['a value with a line break', [last([...all, ['x', 'a\r\nb']])], REASON.protocol],
    ['a value with a NUL', [last([...all, ['x', 'a\0b']])], REASON.protocol],
    ['an unknown pseudo field', [last([...all, [':test', 'x']])], REASON.protocol],
    ['the pseudo field of an answer', [last([...all, [':status', '200']])], REASON.protocol],
    ['a pseudo field behind another', [last([method, scheme, ['x', 'y'], path])], REASON.protocol],
    ['no method', [last([scheme, path])], REASON.protocol],
    ['no scheme', [last([method, path])], REASON.protocol],
    ['no path', [last([method, scheme])], REASON.protocol],
    ['an empty path', [last([method, scheme, [':path', '']])], REASON.protocol],
    ['two methods', [last([method, ...all])], REASON.protocol],
    ['two hosts', [last([...all, [':authority', 'a'], [':authority', 'b']])], REASON.protocol],
    ['a field of the connection', [last([...all, ['connection', 'keep-alive']])], REASON.protocol],
    ['a way of transfer', [last([...all, ['te', 'trailers, deflate']])], REASON.protocol],
    ['a length that no body has', [last([...all, ['content-length', '1']])], REASON.protocol],
    ['two lengths', [last([...all, ['content-length', '0'], ['content-length', '1']])], REASON.protocol],
    ['a length that is none', [last([...all, ['content-length', '-1']])], REASON.protocol],
    ['a pseudo field behind the body', [open(1), last([path])], REASON.protocol],
    ['a field of the connection behind the body', [open(1), last([['transfer-encoding', 'chunked']])], REASON.protocol],
    [
      'less data than was said',
      [frameOf(FRAME.headers, FLAG.endHeaders, 1, blockOf('/hold', [['content-length', '5']])), frameOf(FRAME.data, FLAG.endStream, 1, Buffer.from('abc'))],
      REASON.protocol,
    ],
    [
      'more data than was said',
      [frameOf(FRAME.headers, FLAG.endHeaders, 1, blockOf('/hold', [['content-length', '2']])), frameOf(FRAME.data, 0, 1, Buffer.from('abc'))],
      REASON.protocol,
    ],
    ['a window of a stream beyond all bounds', [hold(1), frameOf(FRAME.windowUpdate, 0, 1, words(0x7fff_ffff))], REASON.flowControl],
  ];
  for (const [name, frames, reason] of cases) {
    const said = await saidTo(Buffer.concat([...frames, open(9), frameOf(FRAME.data, FLAG.endStream, 9, Buffer.from('still here'))]));
    const reset = framesOf(said).find(({ type, stream }) => type === FRAME.resetStream && stream === 1);
    expect(reset?.payload.readUInt32BE(), name).toBe(reason);
    expect(said.includes('still here'), name).toBe(true);
  }
});

it('headers beyond the limit are answered on their stream, and the table of the connection stays in step', async () => {
  const long = blockOf('/', [['x-long', 'y'.repeat(20_000)]]);
  // Put into the table, and used by the request behind it.
  const kept = Buffer.concat([Buffer.from([0x40, 6]), Buffer.from('x-kept'), Buffer.from([4]), Buffer.from('kept')]);
  const block = Buffer.concat([long, kept]);
  const answered = await saidTo(
    Buffer.concat([
      frameOf(FRAME.headers, 0, 1, block.subarray(0, 16_000)),
      frameOf(FRAME.continuation, FLAG.endHeaders, 1, block.subarray(16_000)),
      frameOf(FRAME.data, FLAG.endStream, 1, Buffer.from('overlong')),
      frameOf(FRAME.headers, FLAG.endHeaders, 3, Buffer.concat([blockOf('/'), Buffer.from([0x80 | 62])])),
      frameOf(FRAME.data, FLAG.endStream, 3, Buffer.from('behind it')),
    ]),
  );
  expect(answered.includes('x-kept')).toBe(true);
  expect(answered.includes('behind it')).toBe(true);
  expect(framesOf(answered).some(({ type }) => type === FRAME.goAway)).toBe(false);
});

it('connections that hold many streams leave a few to each of the others, and all when they go', async () => {
  const holds = Array.from({ length: 10 }, (_, index) => hold(index * 2 + 1));
  const greedy = talk(echo.port, ...holds, frameOf(FRAME.ping, 0, 0, Buffer.alloc(8)));
  await untilCame(greedy, FRAME.ping);
  const refusedIn = async (): Promise<readonly number[]> =>
    framesOf(await saidTo(Buffer.concat(holds)))
      .filter(({ type, payload }) => type === FRAME.resetStream && payload.readUInt32BE() === REASON.refusedStream)
      .map(({ stream }) => stream);
  expect(await refusedIn()).toEqual([9, 11, 13, 15, 17, 19]);
  while (echo.aborted.length < 4) await echo.ended();
  const over = echo.ended();
  greedy.destroy();
  await over;
  expect(await refusedIn()).toEqual([]);
});

it('an answer waits for a client that does not read, however large its windows are, and goes on when it does', async () => {
  const socket = talk(echo.port);
  socket.pause();
  const windows = [setting(SETTING.initialWindow, 0x7fff_ffff), frameOf(FRAME.windowUpdate, 0, 0, words(0x7fff_0000))];
  socket.write(Buffer.concat([...windows, frameOf(FRAME.headers, FLAG.endHeaders | FLAG.endStream, 1, blockOf('/flood'))]));
  await echo.flooded();
  let bytes = 0;
  socket.on('data', (chunk: Buffer) => (bytes += chunk.length));
  const ended = untilCame(socket, FRAME.headers, 2);
  socket.resume();
  await ended;
  expect(bytes).toBeLessThan(50_000_000);
  socket.destroy();
});

/** Everything that the server says to these bytes, until it has answered them. */
async function saidTo(bytes: Buffer): Promise<Buffer> {
  const socket = talk(echo.port);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ping = untilCame(socket, FRAME.ping);
  socket.write(Buffer.concat([bytes, frameOf(FRAME.ping, 0, 0, Buffer.alloc(8))]));
  await ping;
  socket.destroy();
  return Buffer.concat(chunks);
}

function framesOf(all: Buffer): { readonly type: number; readonly stream: number; readonly payload: Buffer }[] {
  const frames = [];
  for (let at = 0; at + 9 <= all.length; at += 9 + all.readUIntBE(at, 3))
    frames.push({ type: all[at + 3] ?? 0, stream: all.readUInt32BE(at + 5), payload: all.subarray(at + 9, at + 9 + all.readUIntBE(at, 3)) });
  return frames;
}
