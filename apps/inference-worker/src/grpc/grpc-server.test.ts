import { credentials, status } from '@grpc/grpc-js';
import { once } from 'node:events';
import { connect, constants, type ClientHttp2Stream } from 'node:http2';
import { connect as connectPlain } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { GrpcTestClient, type CallResult, type WireAnswer } from '../fixtures/grpc-client.fixture.ts';
import { flightModel, slowModel } from '../fixtures/models.fixture.ts';
import { TEST_CERTIFICATE } from '../fixtures/tls-certificate.fixture.ts';
import { endpointOf, startServing, type ServingFixture } from '../fixtures/serving.fixture.ts';
import { ByteBudget } from '../http/byte-budget.ts';
import { AccessTable } from '../serving/access-table.ts';
import { GrpcServer } from './grpc-server.ts';

let serving: ServingFixture;
let server: GrpcServer;
let client: GrpcTestClient;

beforeEach(async () => {
  serving = await startServing();
  serving.routes.replace([endpointOf('late', 'mv_1')]);
  await serving.load(flightModel(1));
  server = await listen();
  client = new GrpcTestClient(server.url);
});
afterEach(async () => {
  client.close();
  await server.close(1000);
  await serving.close();
});

function listen(options: object = {}, context: object = {}): Promise<GrpcServer> {
  return GrpcServer.listen(
    { ...serving.context, ...context },
    { host: '127.0.0.1', port: 0, maximumMessageBytes: 20_000, onFault: (error) => serving.faults.push(error), ...options },
  );
}

/** One row of the flight model, typed. */
const row = (distance: number, more: object = {}): object => ({
  model_name: 'late',
  inputs: [
    { name: 'distance', datatype: 'FP32', shape: [1, 1], contents: { fp32_contents: [distance] } },
    { name: 'origin', datatype: 'BYTES', shape: [1, 1], contents: { bytes_contents: [Buffer.from('zürich')] } },
    { name: 'flight', datatype: 'INT64', shape: [1, 1], contents: { int64_contents: ['9007199254740993'] } },
  ],
  ...more,
});
const scoreOf = ({ answer }: CallResult<WireAnswer>): number => answer.raw_output_contents[0]?.readFloatLE() ?? Number.NaN;

it('a row is answered as by REST, with its id, its version and exact integers, and is logged after it', async () => {
  const { code, answer } = await client.call('ModelInfer', row(41, { id: 'r-1', model_version: '1' }));
  expect(code).toBe(status.OK);
  expect(answer).toMatchObject({ model_name: 'late', model_version: '1', id: 'r-1', parameters: { model_version_id: { string_param: 'mv_1' } } });
  expect(answer.outputs.map(({ name, datatype, shape }) => [name, datatype, shape])).toEqual([
    ['score', 'FP32', ['1', '1']],
    ['origin_out', 'BYTES', ['1', '1']],
    ['flight_out', 'INT64', ['1', '1']],
  ]);
  expect(answer.raw_output_contents[0]?.readFloatLE()).toBe(42);
  expect(answer.raw_output_contents[1]?.subarray(4).toString()).toBe('zürich');
  expect(answer.raw_output_contents[2]?.readBigInt64LE()).toBe(9007199254740993n);
  expect(serving.predictions).toHaveLength(1);
  expect(serving.predictions[0]).toMatchObject({ rows: 1, requestId: 'r-1' });
});

it('outputs come as they were asked for, also classified', async () => {
  const asked = await client.call(
    'ModelInfer',
    row(1, { outputs: [{ name: 'flight_out' }, { name: 'score', parameters: { classification: { int64_param: 1 } } }] }),
  );
  expect(asked.answer.outputs.map(({ name, datatype }) => [name, datatype])).toEqual([
    ['flight_out', 'INT64'],
    ['score', 'BYTES'],
  ]);
  expect(asked.answer.raw_output_contents[1]?.subarray(4).toString()).toBe('2:0');
  expect(await client.call('ModelInfer', row(1, { outputs: [{ name: 'nope' }] }))).toMatchObject({
    code: status.INVALID_ARGUMENT,
    details: expect.stringContaining('unknown output "nope"'),
  });
});

it('what is wrong with a call is said by status and details, and nothing of it is our fault', async () => {
  const cases: [object, number, string][] = [
    [{ model_name: 'nope', inputs: [{ name: 'x', datatype: 'FP32', shape: [0] }] }, status.NOT_FOUND, 'endpoint "nope" is not served by this node'],
    [row(1, { model_version: '7' }), status.NOT_FOUND, 'has no version "7"'],
    [
      row(1, { inputs: [{ name: 'distance', datatype: 'FP64', shape: [1, 1], contents: { fp64_contents: [1] } }] }),
      status.INVALID_ARGUMENT,
      'expected datatype FP32, given FP64',
    ],
    [row(1, { inputs: [{ name: 'ä\ud800', datatype: 'FP32', shape: [0] }] }), status.INVALID_ARGUMENT, 'a text is not UTF-8'],
    [row(1, { inputs: [{ name: 'ä', datatype: 'FP32', shape: [0] }] }), status.INVALID_ARGUMENT, 'unknown input "ä"'],
    [row(1, { inputs: [{ name: 'n'.repeat(10_000), datatype: 'FP32', shape: [0] }] }), status.INVALID_ARGUMENT, 'unknown input "nnn'],
    [{ model_name: 'late' }, status.INVALID_ARGUMENT, 'at least one tensor'],
    [row(1, { id: 'x'.repeat(20_000) }), status.RESOURCE_EXHAUSTED, 'more than 20000 bytes'],
  ];
  for (const [request, code, details] of cases)
    expect(await client.call('ModelInfer', request), details).toMatchObject({ code, details: expect.stringContaining(details) });
  expect(serving.faults).toEqual([]);
});

it('a deadline bounds the wait in the queue, and a call that was cancelled is not run', async () => {
  await serving.load(slowModel(700, { modelVersionId: 'mv_slow' }));
  serving.routes.replace([endpointOf('slow', 'mv_slow')]);
  const slow = { model_name: 'slow', inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 1], contents: { fp32_contents: [1] } }] };
  const started: { cancel(): void }[] = [];
  const first = client.call('ModelInfer', slow);
  const late = client.call('ModelInfer', slow, { deadline: Date.now() + 20 });
  const timed = client.call('ModelInfer', { ...slow, parameters: { timeout: { int64_param: 10_000 } } });
  const cancelled = client.call('ModelInfer', slow, { started: (call) => started.push(call) });
  await timed;
  started[0]?.cancel();
  expect((await cancelled).code).toBe(status.CANCELLED);
  expect(await timed).toMatchObject({ code: status.DEADLINE_EXCEEDED, details: expect.stringContaining('its limit is 10 ms') });
  expect((await late).code).toBe(status.DEADLINE_EXCEEDED);
  expect((await first).code).toBe(status.OK);
  expect((await client.call('ModelInfer', slow)).code).toBe(status.OK);
  expect(serving.predictions).toHaveLength(2);
});

it('metadata, readiness, configuration and statistics are what load generators expect', async () => {
  expect((await client.call('ServerLive', {})).answer).toEqual({ live: true });
  expect((await client.call('ServerReady', {})).answer).toEqual({ ready: true });
  expect((await client.call('ModelReady', { name: 'late' })).answer).toEqual({ ready: true });
  expect((await client.call('ServerMetadata', {})).answer).toMatchObject({ name: 'millrace', extensions: expect.arrayContaining(['statistics']) });
  expect((await client.call('ModelMetadata', { name: 'late' })).answer).toMatchObject({
    name: 'late',
    versions: ['1'],
    platform: 'onnx_onnxv1',
    inputs: [{ name: 'distance', datatype: 'FP32', shape: ['-1', '1'] }, { name: 'origin' }, { name: 'flight' }],
  });
  expect((await client.call('ModelConfig', { name: 'late', version: '1' })).answer).toMatchObject({
    config: {
      name: 'late',
      backend: 'onnxruntime',
      input: [{ data_type: 'TYPE_FP32', dims: ['1'] }, { data_type: 'TYPE_STRING' }, { data_type: 'TYPE_INT64' }],
    },
  });
  await client.call('ModelInfer', row(1));
  expect((await client.call('ModelStatistics', {})).answer).toMatchObject({
    model_stats: [{ name: 'late', version: '1', inference_count: '1', execution_count: '1', inference_stats: { success: { count: '1' } } }],
  });
  expect((await client.call('ModelMetadata', { name: 'nope' })).code).toBe(status.NOT_FOUND);
});

it('the health service follows the readiness of the node', async () => {
  expect((await client.call('Check', { service: '' })).answer).toEqual({ status: 'SERVING' });
  serving.state.ready = false;
  expect((await client.call('Check', { service: 'inference.GRPCInferenceService' })).answer).toEqual({ status: 'NOT_SERVING' });
  expect((await client.call('Check', { service: 'other' })).code).toBe(status.NOT_FOUND);
  expect((await client.call('ServerReady', {})).answer).toEqual({ ready: false });
  expect((await client.call('ServerLive', {})).answer).toEqual({ live: true });
});

it('whoever needs a token is asked for it, health apart', async () => {
  const access = new AccessTable('token', () => 0);
  const closed = await listen({}, { access });
  const caller = new GrpcTestClient(closed.url);
  expect((await caller.call('ModelInfer', row(1))).code).toBe(status.UNAUTHENTICATED);
  expect((await caller.call('ModelMetadata', { name: 'late' }, { headers: { authorization: 'Bearer guessed' } })).code).toBe(status.UNAUTHENTICATED);
  expect((await caller.call('ModelStatistics', {})).answer).toEqual({});
  expect((await caller.call('Check', { service: '' })).code).toBe(status.OK);
  access.replace([{ tokenHash: SECRET_HASH, endpoints: ['late'], expiresAt: null }]);
  expect(scoreOf(await caller.call('ModelInfer', row(1), { headers: { authorization: 'Bearer secret' } }))).toBe(2);
  expect((await caller.call('ModelInfer', row(1, { model_name: 'other' }), { headers: { authorization: 'Bearer secret' } })).code).toBe(
    status.PERMISSION_DENIED,
  );
  caller.close();
  await closed.close(1000);
});

/** SHA-256 of "secret". */
const SECRET_HASH = '2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b';

it('models are loaded and unloaded only where the node allows it', async () => {
  expect((await client.call('RepositoryIndex', {})).code).toBe(status.PERMISSION_DENIED);
  const open = await listen({ repository: serving.engine });
  const caller = new GrpcTestClient(open.url);
  const index = async (): Promise<unknown> => (await caller.call<{ models: object[] }>('RepositoryIndex', {})).answer.models;
  expect(await index()).toEqual([{ name: 'late', version: '1', state: 'READY', reason: '' }]);
  expect((await caller.call('RepositoryModelUnload', { model_name: 'late' })).code).toBe(status.OK);
  expect(await index()).toMatchObject([{ name: 'late', state: 'UNAVAILABLE' }]);
  expect((await caller.call('RepositoryModelLoad', { model_name: 'late', parameters: { config: { string_param: '{}' } } })).code).toBe(status.INVALID_ARGUMENT);
  expect((await caller.call('RepositoryModelLoad', { model_name: 'late' })).code).toBe(status.OK);
  expect(await index()).toMatchObject([{ name: 'late', state: 'READY' }]);
  caller.close();
  await open.close(1000);
});

it('messages larger than any window go both ways, and compressed ones are understood', async () => {
  const large = await listen({ maximumMessageBytes: 8_000_000 });
  const origin = Buffer.alloc(3_000_000, 'a');
  const inputs = [
    { name: 'distance', datatype: 'FP32', shape: [1, 1] },
    { name: 'origin', datatype: 'BYTES', shape: [1, 1] },
    { name: 'flight', datatype: 'INT64', shape: [1, 1] },
  ];
  const length = Buffer.alloc(4);
  length.writeUInt32LE(origin.length);
  const request = { model_name: 'late', inputs, raw_input_contents: [Buffer.alloc(4), Buffer.concat([length, origin]), Buffer.alloc(8)] };
  for (const options of [{}, { 'grpc.default_compression_algorithm': 2 }]) {
    const caller = new GrpcTestClient(large.url, undefined, { 'grpc.max_receive_message_length': 8_000_000, ...options });
    const answers = await Promise.all([caller.call('ModelInfer', request), caller.call('ModelInfer', row(1)), caller.call('ModelInfer', request)]);
    expect(answers.map(({ code, details, answer }) => [code, details, answer?.raw_output_contents[1]?.length])).toEqual([
      [status.OK, '', 3_000_004],
      [status.OK, '', 11],
      [status.OK, '', 3_000_004],
    ]);
    caller.close();
  }
  await large.close(1000);
});

it('a body that is not one message is refused, and a call that is not gRPC with the status of HTTP', async () => {
  const session = connect(`http://${server.url}`);
  const ask = async (body: Buffer, type = 'application/grpc'): Promise<Record<string, unknown>> => {
    const request = session.request({ ':method': 'POST', ':path': '/inference.GRPCInferenceService/ModelInfer', 'content-type': type, te: 'trailers' });
    request.end(body);
    const [headers] = (await once(request, 'response')) as [Record<string, unknown>];
    request.resume();
    await once(request, 'close');
    return headers;
  };
  expect(await ask(Buffer.alloc(0))).toMatchObject({ 'grpc-status': '3', 'grpc-message': expect.stringContaining('given%200%20bytes') });
  expect(await ask(Buffer.from([0, 0, 0, 0, 9, 1]))).toMatchObject({ 'grpc-status': '3', 'grpc-message': expect.stringContaining('of%209%20bytes') });
  expect(await ask(Buffer.from([1, 0, 0, 0, 1, 1]))).toMatchObject({ 'grpc-status': '3', 'grpc-message': expect.stringContaining('compressed') });
  expect(await ask(Buffer.from([0, 0, 0, 0, 1, 0xff]))).toMatchObject({ 'grpc-status': '3', 'grpc-message': expect.stringContaining('protobuf') });
  expect(await ask(Buffer.alloc(0), 'text/plain')).toMatchObject({ ':status': 415 });
  expect(await ask(Buffer.from([0, 0, 0, 0, 3, 0x1a, 1, 0xff]))).toMatchObject({ 'grpc-status': '3', 'grpc-message': expect.stringContaining('UTF-8') });
  session.close();
});

it('metadata that is too large ends its call, and the calls beside it are answered', async () => {
  const session = connect(`http://${server.url}`);
  const ask = async (path: string, extra: object): Promise<Record<string, unknown>> => {
    const request = session.request({ ':method': 'POST', ':path': path, 'content-type': 'application/grpc', te: 'trailers', ...extra });
    request.end(Buffer.alloc(5));
    const [headers] = (await once(request, 'response')) as [Record<string, unknown>];
    request.resume();
    await once(request, 'close');
    return headers;
  };
  const path = '/inference.GRPCInferenceService/ServerLive';
  const large = { 'x-large': 'y'.repeat(40_000) };
  for (const answer of await Promise.all([ask(path, large), ask(path, {}), ask('/inference.GRPCInferenceService/ModelInfer', large)]))
    expect([answer[':status'], answer['grpc-status']]).toEqual(answer[':status'] === 431 ? [431, '8'] : [200, undefined]);
  expect(await ask(path, large)).toMatchObject({ ':status': 431, 'grpc-message': expect.stringContaining('16384%20bytes') });
  expect(await ask(path, {})).toMatchObject({ ':status': 200 });
  session.close();
});

it('metadata may have the names that objects have by themselves', async () => {
  for (const name of ['constructor', '__proto__', 'valueof'])
    expect((await client.call('ServerLive', {}, { headers: { [name]: 'x' } })).code, name).toBe(status.OK);
});

it('messages that arrive together take no more memory than the node has room for, however small their pieces are', async () => {
  const receiving = new ByteBudget(30_000);
  const bounded = await listen({ receiving });
  const session = connect(`http://${bounded.url}`);
  const ask = (): ClientHttp2Stream =>
    session.request({ ':method': 'POST', ':path': '/inference.GRPCInferenceService/ModelInfer', 'content-type': 'application/grpc', te: 'trailers' });
  const first = ask();
  for (let i = 0; i < 10_000; i++) first.write(Buffer.from([0]));
  while (receiving.left > 20_000) await new Promise((resolve) => setImmediate(resolve));
  const second = ask();
  second.write(Buffer.alloc(15_000));
  while (receiving.left > 5000) await new Promise((resolve) => setImmediate(resolve));
  const third = ask();
  third.write(Buffer.alloc(15_000));
  const [refused] = (await once(third, 'response')) as [Record<string, unknown>];
  expect(refused).toMatchObject({ 'grpc-status': '14', 'grpc-message': expect.stringContaining('fewer%20messages') });
  const caller = new GrpcTestClient(bounded.url);
  expect((await caller.call('ModelInfer', row(1))).code).toBe(status.OK);
  caller.close();
  first.close(8);
  second.end();
  await once(second, 'response');
  while (receiving.left < 30_000) await new Promise((resolve) => setImmediate(resolve));
  session.destroy();
  await bounded.close(1000);
});

it('messages of streams take their bytes from the same room until they are read', async () => {
  const receiving = new ByteBudget(15_000);
  const bounded = await listen({ receiving });
  const session = connect(`http://${bounded.url}`);
  const stream = (): ClientHttp2Stream =>
    session
      .request({ ':method': 'POST', ':path': '/inference.GRPCInferenceService/ModelStreamInfer', 'content-type': 'application/grpc', te: 'trailers' })
      .on('error', () => undefined);
  const first = stream();
  first.write(Buffer.concat([Buffer.from([0, 0, 0, 0x40, 0]), Buffer.alloc(10_000)]));
  while (receiving.left > 5000) await new Promise((resolve) => setImmediate(resolve));
  const second = stream();
  second.write(Buffer.concat([Buffer.from([0, 0, 0, 0x40, 0]), Buffer.alloc(10_000)]));
  const [refused] = (await once(second, 'response')) as [Record<string, unknown>];
  expect(refused).toMatchObject({ 'grpc-status': '14', 'grpc-message': expect.stringContaining('fewer%20messages') });
  first.close(constants.NGHTTP2_CANCEL);
  while (receiving.left < 15_000) await new Promise((resolve) => setImmediate(resolve));
  session.destroy();
  await bounded.close(1000);
});

it('a compressed message that grows beyond the limit is refused, as is one that is no such thing, and the stream alone ends', async () => {
  const session = connect(`http://${server.url}`);
  const ask = async (method: string, body: Buffer, encoding: string): Promise<Record<string, unknown>> => {
    const headers = { ':method': 'POST', ':path': `/inference.GRPCInferenceService/${method}`, 'content-type': 'application/grpc', 'grpc-encoding': encoding };
    const request = session.request(headers);
    const prefix = Buffer.from([1, 0, 0, 0, 0]);
    prefix.writeUInt32BE(body.length, 1);
    request.end(Buffer.concat([prefix, body]));
    const [answer] = (await once(request, 'response')) as [Record<string, unknown>];
    request.resume();
    await once(request, 'close');
    return answer;
  };
  const bomb = gzipSync(Buffer.alloc(10_000_000));
  for (const method of ['ModelInfer', 'ServerLive']) {
    expect(await ask(method, bomb, 'gzip')).toMatchObject({ 'grpc-status': '8', 'grpc-message': expect.stringContaining('20000%20bytes') });
    expect(await ask(method, Buffer.from('not gzip'), 'gzip')).toMatchObject({ 'grpc-status': '3' });
    expect(await ask(method, Buffer.from('?'), 'snappy')).toMatchObject({ 'grpc-status': '12' });
  }
  session.close();
});

it('messages of a stream are answered in order, and a bad one does not end it', async () => {
  const answers: { error_message?: string; infer_response?: WireAnswer }[] = [];
  type Stream = { write(message: object): void; end(): void; on(event: string, listener: (value: never) => void): Stream };
  const stream = (client.inference as unknown as { ModelStreamInfer(): Stream }).ModelStreamInfer();
  const ended = new Promise<void>((resolve, reject) => {
    stream
      .on('data', (answer: never) => answers.push(answer))
      .on('end', () => resolve())
      .on('error', reject);
  });
  for (const [id, distance] of [
    ['a', 1],
    ['b', 2],
  ] as const)
    stream.write(row(distance, { id }));
  stream.write(row(3, { id: 'bad', model_version: '9' }));
  stream.write(row(4, { id: 'c' }));
  stream.end();
  await ended;
  expect(
    answers.map(({ error_message, infer_response }) => [infer_response?.id, error_message, infer_response?.raw_output_contents?.[0]?.readFloatLE()]),
  ).toEqual([
    ['a', undefined, 2],
    ['b', undefined, 3],
    ['bad', 'endpoint "late" has no version "9" on this node', undefined],
    ['c', undefined, 5],
  ]);
});

it('a node that closes answers what it has accepted and takes nothing more', async () => {
  const calls = Array.from({ length: 20 }, (_, index) => client.call('ModelInfer', row(index)));
  expect(scoreOf(await (calls[0] as (typeof calls)[0]))).toBe(1);
  await server.close(5000);
  expect((await Promise.all(calls)).map(scoreOf)).toEqual(calls.map((_, index) => index + 1));
  expect((await client.call('ModelInfer', row(1), { deadline: Date.now() + 5000 })).code).not.toBe(status.OK);
});

it('a client that trusts the certificate is answered by TLS, and one without TLS is not heard by a server with it', async () => {
  const secure = await listen({ tls: TEST_CERTIFICATE });
  const caller = new GrpcTestClient(secure.url, credentials.createSsl(Buffer.from(TEST_CERTIFICATE.cert)));
  expect(scoreOf(await caller.call('ModelInfer', row(1)))).toBe(2);
  expect((await caller.call('Check', { service: '' })).answer).toEqual({ status: 'SERVING' });
  const plain = new GrpcTestClient(secure.url);
  expect((await plain.call('ServerLive', {}, { deadline: Date.now() + 1000 })).code).not.toBe(status.OK);
  plain.close();
  caller.close();
  await secure.close(100);
});

it('a client that does not come to the end of the handshake of TLS is let go', async () => {
  const secure = await listen({ tls: TEST_CERTIFICATE, handshakeMilliseconds: 50 });
  for (const beginning of ['', '\x16', '\x16\x03\x01\x02\x00\x01']) {
    const socket = connectPlain(secure.port, '127.0.0.1').on('error', () => undefined);
    socket.write(beginning, 'latin1');
    socket.resume();
    await once(socket, 'close');
  }
  await secure.close(100);
});
