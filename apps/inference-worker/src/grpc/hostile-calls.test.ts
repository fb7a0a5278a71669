import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { GrpcTestClient, INFER_CODEC } from '../fixtures/grpc-client.fixture.ts';
import { flightModel, slowModel } from '../fixtures/models.fixture.ts';
import { endpointOf, startServing, type ServingFixture } from '../fixtures/serving.fixture.ts';
import { ByteBudget } from '../http/byte-budget.ts';
import { GrpcServer, type GrpcServerOptions } from './grpc-server.ts';
import { setting, talk, untilCame } from './http2/echo-http2.fixture.ts';
import { encodeHeaders } from './http2/encode-headers.ts';
import { FLAG, FRAME, frameOf, SETTING, words } from './http2/http2-constants.ts';

let serving: ServingFixture;
let server: GrpcServer;
let client: GrpcTestClient;

beforeAll(async () => {
  serving = await startServing();
  serving.routes.replace([endpointOf('late', 'mv_1')]);
  await serving.load(flightModel(1));
  server = await listen();
  client = new GrpcTestClient(server.url);
});
afterAll(async () => {
  client.close();
  await server.close(1000);
  await serving.close();
});

function listen(options: Partial<GrpcServerOptions> = {}, context: Partial<ServingFixture['context']> = {}): Promise<GrpcServer> {
  return GrpcServer.listen(
    { ...serving.context, ...context },
    {
      host: '127.0.0.1',
      port: 0,
      maximumMessageBytes: 20_000,
      onFault: (error) => serving.faults.push(error),
      ...options,
    },
  );
}

const ROW = INFER_CODEC.requestSerialize({
  model_name: 'late',
  inputs: [
    { name: 'distance', datatype: 'FP32', shape: [1, 1], contents: { fp32_contents: [1] } },
    { name: 'origin', datatype: 'BYTES', shape: [1, 1], contents: { bytes_contents: [Buffer.from('a')] } },
    { name: 'flight', datatype: 'INT64', shape: [1, 1], contents: { int64_contents: [1] } },
  ],
});
const HELLO = Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1'), frameOf(FRAME.settings, 0, 0)]);

function message(bytes: Buffer, flag = 0): Buffer {
  const prefix = Buffer.from([flag, 0, 0, 0, 0]);
  prefix.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([prefix, bytes]);
}

function headers(path: string, fields: readonly (readonly [string, string])[]): Buffer {
  return encodeHeaders([[':method', 'POST'], [':scheme', 'http'], [':path', path], [':authority', 'x'], ...fields]);
}

async function isAlive(): Promise<boolean> {
  return (await client.call('ServerLive', {}, { deadline: Date.now() + 20_000 })).code === 0;
}

it('a call that is reset in the same breath as it is made ends nothing but itself', async () => {
  const socket = connect(server.port, '127.0.0.1').on('error', () => undefined);
  socket.resume();
  await once(socket, 'connect');
  socket.write(HELLO);
  let id = 1;
  for (const path of ['/no.Such/Method', '/inference.GRPCInferenceService/ServerLive', '/grpc.health.v1.Health/Watch', '/'])
    for (const type of ['application/grpc', 'text/plain', ''])
      for (const timeout of ['', '1n', 'never']) {
        const fields = [['content-type', type] as const, ...(timeout === '' ? [] : [['grpc-timeout', timeout] as const])];
        const block = headers(path, fields);
        socket.write(Buffer.concat([frameOf(FRAME.headers, FLAG.endHeaders | FLAG.endStream, id, block), frameOf(FRAME.resetStream, 0, id, words(8))]));
        socket.write(Buffer.concat([frameOf(FRAME.headers, FLAG.endHeaders, id + 2, block), frameOf(FRAME.resetStream, 0, id + 2, words(8))]));
        id += 4;
      }
  expect(await isAlive()).toBe(true);
  socket.resetAndDestroy();
  expect(await isAlive()).toBe(true);
  expect(serving.faults).toEqual([]);
});

const PATHS = [
  ...['ModelInfer', 'ModelInfer', 'ModelStreamInfer', 'ModelStreamInfer', 'ServerLive', 'ModelMetadata', 'ModelStatistics', 'Nothing'].map(
    (name) => `/inference.GRPCInferenceService/${name}`,
  ),
  '/grpc.health.v1.Health/Check',
  '/grpc.health.v1.Health/Watch',
  '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo',
  '/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo',
  '/',
];
const TYPES = ['application/grpc', 'application/grpc', 'application/grpc', 'application/grpc+proto', 'application/json', ''];
const EXTRAS: readonly (readonly [string, string])[] = [
  ['grpc-encoding', 'gzip'],
  ['grpc-encoding', 'snappy'],
  ['grpc-timeout', '1m'],
  ['grpc-timeout', '99999999H'],
  ['grpc-timeout', '-1S'],
  ['x-bin', '!!!'],
  ['__proto__', 'x'],
  ['authorization', 'Bearer x'],
  ['content-length', '7'],
];
const BODIES = [
  message(ROW),
  message(gzipSync(ROW), 1),
  message(Buffer.alloc(0)),
  message(Buffer.from([0x0a, 4, 108, 97, 116, 101])),
  message(Buffer.from([0xff, 0xff, 0xff])),
  message(Buffer.alloc(19_000, 0x0b)),
  Buffer.from([0, 0xff, 0xff, 0xff, 0xff]),
  Buffer.from([7, 0, 0, 0, 1, 1]),
  Buffer.from([0, 0, 0]),
  Buffer.concat([message(ROW), message(ROW), message(ROW)]),
];

/** What a client of no manners sends on one connection: calls begun, continued, reset and left, whole and in part. */
function nonsense(random: (below: number) => number): Buffer {
  const frames: Buffer[] = [HELLO];
  const pick = <Item>(items: readonly Item[]): Item => items[random(items.length)] as Item;
  for (let id = 1, calls = 1 + random(5); calls > 0; calls--, id += 2) {
    const extras = random(2) === 0 ? [pick(EXTRAS)] : [];
    const ends = random(4) === 0 ? FLAG.endStream : 0;
    frames.push(frameOf(FRAME.headers, FLAG.endHeaders | ends, id, headers(pick(PATHS), [['content-type', pick(TYPES)], ...extras])));
    for (let steps = random(5); steps > 0; steps--) {
      const at = random(10) === 0 ? Math.max(1, id - 2) : id;
      const body = pick(BODIES);
      const act = random(8);
      if (act === 0) frames.push(frameOf(FRAME.resetStream, 0, at, words(random(14))));
      else if (act === 1) frames.push(frameOf(FRAME.windowUpdate, 0, at, words(1 + random(1000))));
      else if (act === 2) frames.push(frameOf(FRAME.settings, 0, 0, Buffer.from([0, 4, 0, 0, random(256), 0])));
      else if (act === 3) frames.push(frameOf(FRAME.data, 0, at, body.subarray(0, random(body.length))));
      else frames.push(frameOf(FRAME.data, random(2) === 0 ? FLAG.endStream : 0, at, body));
    }
  }
  return Buffer.concat(frames);
}

const endings: readonly ((socket: Socket) => void)[] = [
  (socket) => socket.resetAndDestroy(),
  (socket) => socket.destroy(),
  (socket) => socket.end(),
  (socket) => setImmediate(() => socket.resetAndDestroy()),
];

it('whatever is begun, cut, reset or left on the port, at any point of a call of any method, everybody else is answered', async () => {
  let seed = 20_261;
  const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
  for (let round = 0; round < 600; round++) {
    const socket = connect(server.port, '127.0.0.1').on('error', () => undefined);
    if (random(3) > 0) socket.resume();
    await once(socket, 'connect');
    const bytes = nonsense(random);
    const whole = random(2) === 0 ? bytes : bytes.subarray(0, random(bytes.length));
    const cut = random(whole.length + 1);
    socket.write(whole.subarray(0, cut));
    if (random(2) === 0) await new Promise((resolve) => setImmediate(resolve));
    socket.write(whole.subarray(cut), () => (endings[round % endings.length] as (socket: Socket) => void)(socket));
    if (round % 3 === 0) await new Promise((resolve) => setImmediate(resolve));
    if (round % 50 === 0) expect(await isAlive(), `after round ${round}`).toBe(true);
  }
  expect(await isAlive()).toBe(true);
  expect(serving.faults).toEqual([]);
});

/** Headers of a call of the inference service with a deadline. */
function call(id: number, method: string, timeout: string): Buffer {
  const fields = [['content-type', 'application/grpc'] as const, ['grpc-timeout', timeout] as const];
  return frameOf(FRAME.headers, FLAG.endHeaders, id, headers(`/inference.GRPCInferenceService/${method}`, fields));
}

/** Data of the first call. */
const dataOf = (bytes: Buffer): Buffer => frameOf(FRAME.data, 0, 1, bytes);

it('what comes behind the deadline of a call, while its answer waits for the window of the client, takes no room from others', async () => {
  const receiving = new ByteBudget(50_000);
  const bounded = await listen({ receiving });
  // The client takes nothing of the answer to the first message, so that the call stays when its deadline has passed. The other one tells when that is.
  const socket = talk(
    bounded.port,
    setting(SETTING.initialWindow, 0),
    Buffer.concat([call(1, 'ModelStreamInfer', '20m'), dataOf(message(Buffer.alloc(0))), call(3, 'ServerLive', '40m')]),
  );
  await untilCame(socket, FRAME.resetStream);
  const ended = untilCame(socket, FRAME.resetStream);
  socket.write(Buffer.concat([dataOf(message(Buffer.alloc(15_000)).subarray(0, 10_000)), frameOf(FRAME.windowUpdate, 0, 1, words(100_000))]));
  await ended;
  expect(receiving.left).toBe(50_000);
  socket.destroy();
  await bounded.close(100);
});

it('however many messages of a stream come at once, each is answered in a turn of the event loop, so that others are between them', async () => {
  let inTurn = 0;
  let most = 0;
  const require = (): void => {
    if (inTurn++ === 0) setImmediate(() => (inTurn = 0));
    most = Math.max(most, inTurn);
  };
  const crowded = await listen({ receiving: new ByteBudget(10_000_000) }, { access: { require } as unknown as ServingFixture['context']['access'] });
  const block = headers('/inference.GRPCInferenceService/ModelStreamInfer', [['content-type', 'application/grpc']]);
  const empty = Buffer.alloc(5 * 3000);
  const socket = talk(crowded.port, frameOf(FRAME.headers, FLAG.endHeaders, 1, block), dataOf(empty));
  await untilCame(socket, FRAME.data, 500);
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThan(10);
  socket.resetAndDestroy();
  await crowded.close(100);
});

it('a client that closes its side behind its calls gets the answers to those that it has sent whole, and the end', async () => {
  await serving.load(slowModel(300, { modelVersionId: 'mv_slow' }));
  serving.routes.replace([endpointOf('slow', 'mv_slow')]);
  const row = message(
    INFER_CODEC.requestSerialize({ model_name: 'slow', inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 1], contents: { fp32_contents: [1] } }] }),
  );
  const socket = connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true });
  const infer = headers('/inference.GRPCInferenceService/ModelInfer', [['content-type', 'application/grpc']]);
  const calls = [1, 3].map((id) => Buffer.concat([frameOf(FRAME.headers, FLAG.endHeaders, id, infer), frameOf(FRAME.data, FLAG.endStream, id, row)]));
  const half = frameOf(FRAME.headers, FLAG.endHeaders, 5, infer);
  socket.end(Buffer.concat([HELLO, ...calls, half, frameOf(FRAME.data, 0, 5, row)]));
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  const said = Buffer.concat(chunks).toString('latin1');
  expect(said.split('grpc-status\x010')).toHaveLength(3);
});
