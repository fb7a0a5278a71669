import { status } from '@grpc/grpc-js';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GrpcTestClient } from './fixtures/grpc-client.fixture.ts';
import { startFlightServing } from './fixtures/flight-serving.fixture.ts';
import type { ServingFixture } from './fixtures/serving.fixture.ts';
import { GrpcServer } from './grpc/grpc-server.ts';
import { HttpServer } from './http/http-server.ts';
import { RestProtocol } from './protocol/rest-protocol.ts';
import { AccessTable } from './serving/access-table.ts';

let serving: ServingFixture;
let http: HttpServer;
let grpc: GrpcServer;
let client: GrpcTestClient;

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

beforeAll(async () => {
  serving = await startFlightServing();
  const access = new AccessTable('token', Date.now);
  access.replace([
    { tokenHash: hashOf('types-only'), endpoints: ['types'], expiresAt: null },
    { tokenHash: hashOf('all'), endpoints: null, expiresAt: null },
    { tokenHash: hashOf('expired'), endpoints: null, expiresAt: '2001-01-01T00:00:00Z' },
  ]);
  const context = { ...serving.context, access, metrics: () => 'none' };
  const onFault = (error: unknown): void => void serving.faults.push(error);
  const rest = new RestProtocol({ context, onFault, repository: serving.engine });
  http = await HttpServer.listen({
    host: '127.0.0.1',
    port: 0,
    maximumBodyBytes: 20_000,
    graceMilliseconds: 200,
    onFault,
    handler: (request) => rest.answer(request),
  });
  grpc = await GrpcServer.listen(context, { host: '127.0.0.1', port: 0, maximumMessageBytes: 20_000, repository: serving.engine, onFault });
  client = new GrpcTestClient(grpc.url);
});
afterAll(async () => {
  client.close();
  await Promise.all([http.close(), grpc.close(1000)]);
  expect(serving.faults).toEqual([]);
  await serving.close();
});

const NO_RIGHT: readonly (readonly [token: string | undefined, http: number, grpc: number])[] = [
  [undefined, 401, status.UNAUTHENTICATED],
  ['guessed', 401, status.UNAUTHENTICATED],
  ['expired', 401, status.UNAUTHENTICATED],
  ['types-only', 403, status.PERMISSION_DENIED],
];

const MODEL_ROUTES: readonly (readonly [method: string, path: string])[] = [
  ...['', '/versions/1'].flatMap(
    (version) =>
      [
        ...['', '/ready', '/config', '/stats'].map((action) => ['GET', `/v2/models/flights${version}${action}`] as const),
        ...['/infer', '/invocations'].map((action) => ['POST', `/v2/models/flights${version}${action}`] as const),
        ['GET', `/v1/models/flights${version}`],
        ['HEAD', `/v1/models/flights${version}`],
        ['POST', `/v1/models/flights${version}:predict`],
      ] as const,
  ),
  ['POST', '/v2/repository/models/flights/load'],
  ['POST', '/v2/repository/models/flights/unload'],
  ['POST', '/invocations?endpoint=flights'],
  ['POST', '/v2/models/%66lights/infer'],
  ['POST', '/v2/models/not-there/infer'],
  ['GET', '/v2/models/not-there'],
];

test.each(MODEL_ROUTES)('%s %s is answered to nobody without the right, and reads no body for them', async (method, path) => {
  for (const [token, expected] of NO_RIGHT) {
    const headers = {
      'content-type': 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(method === 'POST' && { 'content-encoding': 'gzip' }),
    };
    const answer = await fetch(http.url + path, { method, headers, ...(method === 'POST' && { body: 'neither gzip nor JSON' }) });
    expect([token, answer.status]).toEqual([token, expected]);
  }
});

const MODEL_CALLS: readonly (readonly [method: string, request: object])[] = [
  ...['', '1'].flatMap((version) => [
    ['ModelReady', { name: 'flights', version }] as const,
    ['ModelMetadata', { name: 'flights', version }] as const,
    ['ModelConfig', { name: 'flights', version }] as const,
    ['ModelStatistics', { name: 'flights', version }] as const,
    ['ModelInfer', { model_name: 'flights', model_version: version, inputs: [{ name: 'x', datatype: 'FP32', shape: [0] }] }] as const,
  ]),
  ['ModelInfer', { model_name: 'flights', inputs: [{ name: 'x', datatype: 'no datatype', shape: [-1] }] }],
  ['ModelMetadata', { name: 'not-there' }],
  ['RepositoryModelLoad', { model_name: 'flights' }],
  ['RepositoryModelUnload', { model_name: 'flights' }],
];

test.each(MODEL_CALLS)('%s %o is answered to nobody without the right', async (method, request) => {
  for (const [token, , expected] of NO_RIGHT) {
    const { code } = await client.call(method, request, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } });
    expect([token, code]).toEqual([token, expected]);
  }
});

test('a stream of gRPC is answered to nobody without the right', async () => {
  type Stream = { write(message: object): void; end(): void; on(event: string, listener: (value: never) => void): Stream };
  const stream = (client.inference as unknown as { ModelStreamInfer(): Stream }).ModelStreamInfer();
  const answers: { error_message?: string; infer_response?: object }[] = [];
  const ended = new Promise<void>((resolve) =>
    stream
      .on('data', (answer: never) => answers.push(answer))
      .on('error', () => resolve())
      .on('end', () => resolve()),
  );
  stream.write({ model_name: 'flights', inputs: [{ name: 'x', datatype: 'FP32', shape: [0] }] });
  stream.end();
  await ended;
  expect(answers.map(({ error_message }) => error_message)).toEqual([expect.stringContaining('a token with the right to predict is needed')]);
});

const namesOf = (entries: readonly { readonly name: string }[]): string[] => [...new Set(entries.map(({ name }) => name))].toSorted();

test('lists hold what the token allows and nothing else', async () => {
  const everything = ['flights', 'loading', 'slow', 'types'];
  for (const [token, listed] of [
    [undefined, []],
    ['guessed', []],
    ['expired', []],
    ['types-only', ['types']],
    ['all', everything],
  ] as const) {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const index = (await (await fetch(`${http.url}/v2/repository/index`, { method: 'POST', headers })).json()) as { name: string }[];
    const statistics = (await (await fetch(`${http.url}/v2/models/stats`, { headers })).json()) as { model_stats: { name: string }[] };
    const served = listed.filter((name) => name !== 'loading');
    expect([token, namesOf(index), namesOf(statistics.model_stats)]).toEqual([token, listed, served]);
    const called = await client.call<{ models?: { name: string }[] }>('RepositoryIndex', {}, { headers });
    const counted = await client.call<{ model_stats?: { name: string }[] }>('ModelStatistics', {}, { headers });
    expect([token, namesOf(called.answer.models ?? []), namesOf(counted.answer.model_stats ?? [])]).toEqual([token, listed, served]);
  }
});

const score = async (token: string | undefined): Promise<number> =>
  (
    await fetch(`${http.url}/invocations`, {
      method: 'POST',
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      body: Buffer.from('{"instances":[]}'),
    })
  ).status;

test('rows without an endpoint go to the only one that the token allows, and to none without a token', async () => {
  expect([await score(undefined), await score('guessed'), await score('types-only'), await score('all')]).toEqual([401, 401, 400, 400]);
});

test('what names no model is answered to everybody', async () => {
  for (const path of ['/v2', '/v2/', '/v2/health/live', '/v2/health/ready', '/metrics', '/ping', '/health', '/version'])
    expect((await fetch(http.url + path)).status, path).toBe(200);
  for (const method of ['ServerLive', 'ServerReady', 'ServerMetadata', 'Check']) expect((await client.call(method, {})).code, method).toBe(status.OK);
});
