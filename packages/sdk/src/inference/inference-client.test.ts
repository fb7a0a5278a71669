import { afterEach, expect, test } from 'vitest';
import { startApiServer, type Answer, type ApiServer, type SeenRequest } from '../fixtures/api-server.fixture.ts';
import { Millrace, MillraceError } from '../index.ts';

const servers: ApiServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const metadata = {
  name: 'late-flights',
  versions: ['1'],
  platform: 'onnx_onnxv1',
  outputs: [{ name: 'probability', datatype: 'FP32', shape: [-1, 1] }],
  inputs: [
    { name: 'origin', datatype: 'BYTES', shape: [-1, 1] },
    { name: 'distance', datatype: 'FP32', shape: [-1, 1] },
  ],
};
const answered = {
  id: 'r',
  model_name: 'late-flights',
  model_version: '1',
  parameters: { model_version_id: 'mv_1' },
  outputs: [{ name: 'probability', datatype: 'FP32', shape: [2, 1], data: [0.25, 0.75] }],
};
const columns = { origin: ['SFO', 'JFK'], distance: [2586, null] };

async function serve(answer: (request: SeenRequest, index: number) => Answer | 'drop' | 'hang'): Promise<ApiServer> {
  const server = await startApiServer(answer);
  servers.push(server);
  return server;
}

function node(infer: (index: number) => Answer | 'drop' = () => ({ body: answered })): Promise<ApiServer> {
  return serve(({ path }, index) => (path.endsWith('/infer') ? infer(index) : { body: metadata }));
}

async function clientOf(...nodes: ApiServer[]): Promise<Millrace> {
  const endpointUrls = nodes.map(({ url }) => url);
  const plane = await serve(() => ({ body: { data: { endpointUrls } } }));
  return new Millrace({ url: plane.url, token: 'mlr_secret', webSocket: false, retries: { baseMilliseconds: 1, attempts: 4 } });
}

test('named columns become the tensors that the endpoint asks for, with event ids and times', async () => {
  const one = await node();
  const millrace = await clientOf(one);
  const prediction = await millrace.predict('late-flights', columns, { eventIds: ['a', 'b'], eventTimes: [new Date(1_000), 2_000], outputs: ['probability'] });
  expect(prediction).toMatchObject({ modelVersion: '1', modelVersionId: 'mv_1', outputs: { probability: [0.25, 0.75] } });
  expect(one.seen.at(-1)).toMatchObject({ method: 'POST', path: '/v2/models/late-flights/infer' });
  expect(JSON.parse(one.seen.at(-1)?.text ?? '')).toMatchObject({
    outputs: [{ name: 'probability' }],
    inputs: [
      { name: 'origin', datatype: 'BYTES', shape: [2, 1], data: ['SFO', 'JFK'] },
      { name: 'distance', datatype: 'FP32', shape: [2, 1], data: [2586, null] },
      { name: 'millrace.event_id', datatype: 'BYTES', shape: [2], data: ['a', 'b'] },
      { name: 'millrace.event_time', datatype: 'INT64', shape: [2], data: [1_000, 2_000] },
    ],
  });
});

test('a column of booleans is sent as one, also to a model that takes numbers', async () => {
  const one = await node();
  const millrace = await clientOf(one);
  await millrace.predict('late-flights', { origin: ['SFO', 'JFK', 'OAK'], distance: [true, null, false] });
  expect(JSON.parse(one.seen.at(-1)?.text ?? '')).toMatchObject({
    inputs: [{ name: 'origin' }, { name: 'distance', datatype: 'BOOL', shape: [3, 1], data: [true, null, false] }],
  });
});

test('metadata is asked for once, and nodes get the token', async () => {
  const one = await node();
  const millrace = await clientOf(one);
  await millrace.predict('late-flights', columns);
  await millrace.predict('late-flights', columns);
  expect(one.seen.map(({ method }) => method)).toEqual(['GET', 'POST', 'POST']);
  expect(one.seen.every(({ headers }) => headers.authorization === 'Bearer mlr_secret')).toBe(true);
});

test.each(['node:http', 'fetch'] as const)('the token goes nowhere that a node sends it on to, by %s', async (by) => {
  const elsewhere = await node();
  const one = await serve(() => ({ status: 307, body: '', headers: { location: `${elsewhere.url}/v2/models/late-flights` } }));
  const millrace = new Millrace({
    url: 'http://127.0.0.1:1',
    token: 'mlr_secret',
    webSocket: false,
    retries: { attempts: 1 },
    ...(by === 'fetch' && { fetch }),
  });
  await expect(millrace.predict(`${one.url}/v2/models/late-flights`, columns)).rejects.toBeInstanceOf(MillraceError);
  expect(elsewhere.seen).toEqual([]);
});

test.each(['node:http', 'fetch'] as const)('a silent node is a TIMEOUT, and an abort ends the call at once, by %s', async (by) => {
  const one = await serve(({ path }) => (path.endsWith('/infer') ? 'hang' : { body: metadata }));
  const url = `${one.url}/v2/models/late-flights`;
  const options = { url: 'http://127.0.0.1:1', token: 'mlr_secret', webSocket: false, retries: { attempts: 1 }, ...(by === 'fetch' && { fetch }) } as const;
  await expect(new Millrace({ ...options, requestTimeoutSeconds: 0.05 }).predict(url, columns)).rejects.toMatchObject({ code: 'TIMEOUT', retryable: true });
  const stop = new AbortController();
  const call = new Millrace(options).predict(url, columns, { signal: stop.signal });
  stop.abort(new Error('enough'));
  await expect(call).rejects.toThrow('enough');
});

test('an abort ends the wait for metadata of that call and of no other', async () => {
  let answers = 0;
  const stop = new AbortController();
  const one = await serve(({ path }) => {
    if (path.endsWith('/infer')) return { body: answered };
    answers++;
    stop.abort(new Error('enough'));
    return answers === 1 ? { status: 503, body: { error: 'loading' } } : { body: metadata };
  });
  const millrace = await clientOf(one);
  const [ended, goesOn] = [millrace.predict('late-flights', columns, { signal: stop.signal }), millrace.predict('late-flights', columns)];
  await expect(ended).rejects.toThrow('enough');
  expect((await goesOn).modelVersion).toBe('1');
});

test('a URL is called without asking the control plane', async () => {
  const one = await node();
  const millrace = new Millrace({ url: 'http://127.0.0.1:1', token: 'mlr_secret', webSocket: false });
  expect((await millrace.predict(`${one.url}/v2/models/late-flights/`, columns)).outputs['probability']).toEqual([0.25, 0.75]);
});

test('a node that breaks off or is not ready is left for the next one', async () => {
  const broken = await node(() => 'drop');
  const starting = await node(() => ({ status: 503, body: { error: 'loading' } }));
  const good = await node();
  const millrace = await clientOf(broken, starting, good);
  expect((await millrace.predict('late-flights', columns)).modelVersion).toBe('1');
});

test('the refusal of a node is BAD_INPUT with its words', async () => {
  const one = await node(() => ({ status: 400, body: { error: 'input "distance": expected datatype FP32' } }));
  const millrace = await clientOf(one);
  const inputs = [{ name: 'distance', datatype: 'BYTES', shape: [1, 1], data: ['far'] }] as const;
  await expect(millrace.infer('late-flights', { inputs })).rejects.toMatchObject({
    code: 'BAD_INPUT',
    message: 'input "distance": expected datatype FP32',
    fields: { status: 400 },
  });
  expect(one.seen).toHaveLength(1);
});

test('an endpoint without nodes is NODE_UNAVAILABLE', async () => {
  const millrace = await clientOf();
  await expect(millrace.predict('late-flights', columns)).rejects.toMatchObject({ code: 'NODE_UNAVAILABLE', retryable: true });
});

test('an endpoint whose node comes later is found by the same call', async () => {
  const one = await node();
  const urls = (index: number): string[] => (index < 2 ? [] : [one.url]);
  const plane = await serve((_request, index) => ({ body: { data: { endpointUrls: urls(index) } } }));
  const millrace = new Millrace({ url: plane.url, token: 'mlr_secret', webSocket: false, retries: { baseMilliseconds: 1, attempts: 4 } });
  expect((await millrace.predict('late-flights', columns)).modelVersion).toBe('1');
});

test.each([
  ['an unknown column', { ...columns, colour: ['red', 'blue'] }, {}, 'column "colour" is no input of the endpoint; it takes origin, distance'],
  ['a missing column', { origin: ['SFO'] }, {}, 'column "distance" is missing'],
  ['a short column', { origin: ['SFO', 'JFK'], distance: [1] }, {}, 'column "distance" has 1 values where the first column has 2'],
  ['no rows', { origin: [], distance: [] }, {}, 'no rows were given: each column needs at least one value'],
  ['too few event ids', columns, { eventIds: ['a'] }, 'column "eventIds" has 1 values where the first column has 2'],
  ['an integer that JSON cannot carry', { origin: ['SFO'], distance: [2n ** 60n] }, {}, '1152921504606846976 does not fit a JSON number exactly'],
])('%s never leaves the client', async (_what, given, events, message) => {
  const one = await node();
  const millrace = await clientOf(one);
  await expect(millrace.predict('late-flights', given, events)).rejects.toMatchObject({ code: 'BAD_INPUT', message });
  expect(one.seen.filter(({ method }) => method === 'POST')).toHaveLength(0);
});
