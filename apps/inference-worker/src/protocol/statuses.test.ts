import { afterAll, beforeAll, expect, test } from 'vitest';
import { once } from 'node:events';
import { connect } from 'node:net';
import { deflateSync, gzipSync } from 'node:zlib';
import { good, startFlightServing } from '../fixtures/flight-serving.fixture.ts';
import { gatherModel, widthModel } from '../fixtures/faulty-models.fixture.ts';
import { RestProtocol } from './rest-protocol.ts';
import { endpointOf, startServing, type ServingFixture } from '../fixtures/serving.fixture.ts';

let serving: ServingFixture;

beforeAll(async () => {
  serving = await startFlightServing();
});
afterAll(() => serving.close());

test('unknown paths and models, wrong methods, large bodies and other types have their own status', async () => {
  const body = { inputs: good };
  expect(await serving.post('/v2/models/nope/infer', body)).toMatchObject({ status: 404, body: { error: 'endpoint "nope" is not served by this node' } });
  expect(await serving.post('/v2/models/flights/versions/9/infer', body)).toMatchObject({
    status: 404,
    body: { error: 'endpoint "flights" has no version "9" on this node' },
  });
  expect(await serving.get('/v2/nope')).toMatchObject({ status: 404 });
  expect(await serving.get('/v2/models/flights/infer')).toMatchObject({ status: 405, body: { error: 'GET is not allowed here, use POST' } });
  expect(await serving.post('/v2/health/live', {})).toMatchObject({ status: 405 });
  expect(await serving.post('/v2/models/flights/infer', 'x'.repeat(20_001))).toMatchObject({
    status: 413,
    body: { error: 'expected a body of at most 20000 bytes, given 20001; send fewer rows per request' },
  });
  expect(await serving.post('/v2/models/flights/infer', '{}', { 'content-type': 'text/plain' })).toMatchObject({
    status: 415,
    body: { error: 'content-type "text/plain" is not supported; send "application/json", or "application/octet-stream" for binary tensors' },
  });
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  expect(await serving.post('/v2/models/flights/infer', body, form)).toMatchObject({ status: 200 });
  expect(await serving.post('/v2/models/flights/infer', 'inputs=1', form)).toMatchObject({ status: 400 });
  expect(await serving.post('/v2/models/flights/infer', body, { ...form, origin: 'https://elsewhere.example' })).toMatchObject({ status: 415 });
  const empty = await serving.post('/v2/models/empty/infer', body);
  expect(empty).toMatchObject({ status: 404, body: { error: 'no version of endpoint "empty" serves this request yet: none is released' } });
  expect(empty.headers.has('retry-after')).toBe(false);
  expect(await serving.get('/v2/models/empty')).toEqual({ status: 404, body: empty.body });
  expect(await serving.post('/v2/models/loading/infer', body)).toMatchObject({
    status: 503,
    body: { error: 'model version mv_absent of endpoint "loading" is not loaded yet' },
  });
});

test("a value that the model cannot take is the caller's, with the sentence of the runtime", async () => {
  const gather = await startServing();
  gather.routes.replace([endpointOf('gather', 'mv_1')]);
  await gather.load(gatherModel());
  const ask = (index: number) => gather.post('/v2/models/gather/infer', { inputs: [{ name: 'index', datatype: 'INT64', shape: [1, 1], data: [index] }] });
  expect((await ask(1)).body.outputs?.[0]?.data).toEqual([11]);
  expect(await ask(99)).toMatchObject({ status: 400, body: { error: expect.stringMatching(/the model failed on these inputs: .*out of data bounds/) } });
  expect(gather.faults).toEqual([]);
  await gather.close();
});

test('a value that asks for more memory than there is makes the request too large', async () => {
  const width = await startServing();
  width.routes.replace([endpointOf('width', 'mv_1')]);
  await width.load(widthModel());
  const ask = (size: number) =>
    width.post('/v2/models/width/infer', {
      inputs: [
        { name: 'x', datatype: 'FP32', shape: [1, 1], data: [1] },
        { name: 'width', datatype: 'INT64', shape: [1, 1], data: [size] },
      ],
    });
  expect(await ask(1e12)).toMatchObject({ status: 413, body: { error: expect.stringContaining('its run needs more memory than it may take') } });
  expect((await ask(1)).body.outputs?.[0]?.data).toEqual([1]);
  expect(width.faults).toEqual([]);
  await width.close();
});

/** The whole answer to an OPTIONS request. */
async function askOptions(target: string): Promise<string> {
  const { hostname, port } = new URL(serving.url);
  const socket = connect(Number(port), hostname);
  socket.end(`OPTIONS ${target} HTTP/1.1\r\nhost: a\r\n\r\n`);
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

test('OPTIONS tells which methods a path takes, and the node as a whole', async () => {
  expect(await askOptions('*')).toMatch(/^HTTP\/1.1 204 .*\r\nallow: GET, HEAD, POST, OPTIONS\r\n/s);
  expect(await askOptions('/v2/models/flights/infer')).toMatch(/^HTTP\/1.1 204 .*\r\nallow: POST, OPTIONS\r\n/s);
  expect(await askOptions('/v2')).toMatch(/^HTTP\/1.1 204 .*\r\nallow: GET, HEAD, OPTIONS\r\n/s);
  expect(await askOptions('/nowhere')).toMatch(/^HTTP\/1.1 404 /);
});

test('a compressed body is taken, and refused when it is unknown, broken, or grows too large', async () => {
  const path = '/v2/models/flights/infer';
  const send = async (body: Buffer, encoding: string) => {
    const { status, bytes } = await serving.postBytes(path, body, { 'content-type': 'application/json', 'content-encoding': encoding });
    return { status, body: JSON.parse(bytes.toString()) as { error?: string } };
  };
  const text = JSON.stringify({ inputs: good });
  expect((await send(gzipSync(text), 'gzip')).status).toBe(200);
  expect((await send(deflateSync(text), 'Deflate')).status).toBe(200);
  expect((await send(Buffer.from(text), 'identity')).status).toBe(200);
  expect(await send(Buffer.from(text), 'br')).toEqual({
    status: 415,
    body: { error: 'content-encoding "br" is not supported; send gzip, deflate, or the body as it is' },
  });
  expect(await send(Buffer.from(text), 'gzip')).toMatchObject({ status: 400, body: { error: expect.stringContaining('the body is not gzip') as string } });
  expect(await send(gzipSync(text).subarray(0, 40), 'gzip')).toMatchObject({ status: 400 });
  expect(await send(gzipSync(Buffer.alloc(100_000)), 'gzip')).toEqual({
    status: 413,
    body: { error: 'the body is larger than 20000 bytes; send fewer rows per request' },
  });
});

test('HEAD is answered like GET, without a body, and a wrong method is told the right ones', async () => {
  const head = await fetch(`${serving.url}/v2/health/ready`, { method: 'HEAD' });
  expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '14', '']);
  const wrong = await fetch(`${serving.url}/v2/health/live`, { method: 'DELETE' });
  expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  expect((await fetch(`${serving.url}/v2/models/flights/infer`)).headers.get('allow')).toBe('POST');
});

test('a node that is to be rolled out is alive at once, and ready when it has taken up what it was assigned, be it nothing', async () => {
  expect(await serving.get('/livez')).toEqual({ status: 200, body: { live: true } });
  expect(await serving.get('/readyz')).toEqual({ status: 200, body: { ready: true } });
  const rolled = new RestProtocol({ context: { ...serving.context, isReady: () => false, isTakenUp: () => isTakenUp }, onFault: () => undefined });
  let isTakenUp = false;
  const ask = async (path: string) =>
    (await rolled.answer({ method: 'GET', path, query: '', headers: { get: () => undefined }, body: Buffer.alloc(0), client: { gone: false } })).status;
  expect([await ask('/livez'), await ask('/readyz'), await ask('/v2/health/ready')]).toEqual([200, 503, 503]);
  isTakenUp = true;
  expect([await ask('/livez'), await ask('/readyz'), await ask('/v2/health/ready')]).toEqual([200, 200, 503]);
});

test('a client that sends half a request does not hold up the end of the server', async () => {
  const own = await startServing();
  const half = connect(Number(new URL(own.url).port), '127.0.0.1');
  half.on('error', () => undefined);
  half.write('POST /v2/models/flights/infer HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{');
  await own.get('/v2/health/live');
  const gone = once(half, 'close');
  await own.close();
  await gone;
});

test('nothing above was our fault', () => {
  expect(serving.faults).toEqual([]);
});
