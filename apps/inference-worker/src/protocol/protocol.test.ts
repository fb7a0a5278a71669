import { afterAll, beforeAll, expect, test } from 'vitest';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { everyDatatypeModel, flightModel, slowModel } from '../fixtures/models.fixture.ts';
import { endpointOf, startServing, type ServingFixture } from '../fixtures/serving.fixture.ts';

let serving: ServingFixture;

beforeAll(async () => {
  serving = await startServing();
  await serving.load(flightModel(0.5));
  await serving.load(flightModel(1.5, { modelVersionId: 'mv_2', version: 2 }));
  await serving.load({ ...everyDatatypeModel(), version: { ...everyDatatypeModel().version, modelVersionId: 'mv_types' } });
  await serving.load(slowModel(900, { modelVersionId: 'mv_slow' }));
  serving.routes.replace([
    endpointOf('flights', 'mv_1', 'mv_2'),
    endpointOf('types', 'mv_types'),
    endpointOf('slow', 'mv_slow'),
    endpointOf('empty'),
    endpointOf('loading', 'mv_absent'),
  ]);
});
afterAll(() => serving.close());

const distance = { name: 'distance', datatype: 'FP32', shape: [2, 1], data: [100, 200] };
const origin = { name: 'origin', datatype: 'BYTES', shape: [2, 1], data: ['SFO', 'JFK'] };
const flight = { name: 'flight', datatype: 'INT64', shape: [2, 1], data: [1, 2] };
const eventId = { name: 'millrace.event_id', datatype: 'BYTES', shape: [2], data: ['a', 'b'] };
const eventTime = { name: 'millrace.event_time', datatype: 'INT64', shape: [2], data: [986_083_200_000, 986_083_260_000] };
const good = [distance, origin, flight];

test('an infer request is answered by the protocol and its id echoed', async () => {
  const { status, body } = await serving.post('/v2/models/flights/infer', { id: 'r-1', parameters: { note: 'x' }, inputs: good });
  expect(status).toBe(200);
  expect(body).toEqual({
    model_name: 'flights',
    model_version: '1',
    id: 'r-1',
    parameters: { model_version_id: 'mv_1' },
    outputs: [
      { name: 'score', datatype: 'FP32', shape: [2, 1], data: [100.5, 200.5] },
      { name: 'origin_out', datatype: 'BYTES', shape: [2, 1], data: ['SFO', 'JFK'] },
      { name: 'flight_out', datatype: 'INT64', shape: [2, 1], data: [1, 2] },
    ],
  });
});

test('nested data, chosen outputs and a named version are honoured', async () => {
  const { body } = await serving.post('/v2/models/flights/versions/2/infer', {
    inputs: [{ ...distance, data: [[1], [2]] }, origin, flight],
    outputs: [{ name: 'score' }],
  });
  expect(body.model_version).toBe('2');
  expect(body.outputs).toEqual([{ name: 'score', datatype: 'FP32', shape: [2, 1], data: [2.5, 3.5] }]);
});

test('a client of the binary extension that asks for JSON gets it', async () => {
  const outputs = [{ name: 'score', parameters: { binary_data: false } }];
  expect(await serving.post('/v2/models/flights/infer', { inputs: good, outputs, parameters: { binary_data_output: false } })).toMatchObject({
    status: 200,
    body: { outputs: [{ name: 'score' }] },
  });
});

test('INT64 and UINT64 beyond 2^53 pass exactly, and every JSON datatype passes', async () => {
  const values = {
    bool: '[true]',
    uint8: '[255]',
    uint16: '[65535]',
    uint32: '[4294967295]',
    uint64: '[18446744073709551615]',
    int8: '[-128]',
    int16: '[-32768]',
    int32: '[-2147483648]',
    int64: '[-9223372036854775808]',
    fp32: '[0.5]',
    fp64: '[0.1]',
    bytes: '["ü"]',
  };
  const inputs = Object.entries(values).map(([name, data]) => `{"name":"${name}","datatype":"${name.toUpperCase()}","shape":[1,1],"data":${data}}`);
  const response = await fetch(`${serving.url}/v2/models/types/infer`, { method: 'POST', body: `{"inputs":[${inputs.join(',')}]}` });
  const text = await response.text();
  for (const [name, data] of Object.entries(values))
    expect(text).toContain(`"name":"${name}_out","datatype":"${name.toUpperCase()}","shape":[1,1],"data":${data}`);
});

test('a missing number is null and becomes NaN', async () => {
  const { body } = await serving.post('/v2/models/flights/infer', { inputs: [{ ...distance, data: [null, 1] }, origin, flight] });
  expect(body.outputs?.[0]?.data).toEqual([null, 1.5]);
});

test('event ids and times go to the prediction log and never to the model', async () => {
  await serving.post('/v2/models/flights/infer', { id: 'r-2', inputs: [...good, eventId, eventTime] });
  expect(serving.predictions.at(-1)).toMatchObject({
    rows: 2,
    eventIds: ['a', 'b'],
    eventTimes: [986_083_200_000, 986_083_260_000],
    endpoint: { name: 'flights' },
  });
  await serving.post('/v2/models/flights/infer', { id: 'r-3', inputs: good });
  expect(serving.predictions.at(-1)).toMatchObject({ eventIds: ['r-3/0', 'r-3/1'], eventTimes: [Date.UTC(2001, 3, 1), Date.UTC(2001, 3, 1)] });
});

test('a first release answers its share of the callers, and the rest are told at once that nobody serves them yet', async () => {
  const { modelVersionId } = await serving.load(flightModel(2.5, { modelVersionId: 'mv_first' }));
  const endpoint = endpointOf('late-flights', modelVersionId);
  const releaseAt = (weight: number) =>
    serving.routes.replace([...serving.routes.all().filter(({ name }) => name !== endpoint.name), { ...endpoint, traffic: [{ modelVersionId, weight }] }]);
  const ids = Array.from({ length: 150 }, (_, i) => `caller-${i}`);
  const askAll = () => Promise.all(ids.map(async (id) => ({ id, ...(await serving.post('/v2/models/late-flights/infer', { id, inputs: good })) })));

  releaseAt(10);
  const logged = serving.predictions.length;
  const answers = await askAll();
  const served = answers.filter(({ status }) => status === 200).map(({ id }) => id);
  expect(served.length).toBeGreaterThan(7);
  expect(served.length).toBeLessThan(24);
  const outside = answers.filter(({ id }) => !served.includes(id));
  for (const { status, headers, body } of outside) {
    expect(status).toBe(404);
    expect(headers.has('retry-after')).toBe(false);
    expect(body).toEqual({ error: 'no version of endpoint "late-flights" serves this request yet: its first release is a canary on 10 % of the requests' });
  }
  // Only what the candidate answered counts as its requests, and only that is logged.
  expect(serving.engine.find(modelVersionId)?.counts).toEqual({ requests: served.length, errors: 0, rows: served.length * 2 });
  expect(serving.predictions).toHaveLength(logged + served.length);
  expect(await serving.get('/v2/models/late-flights')).toMatchObject({ status: 200, body: { name: 'late-flights', versions: ['1'] } });
  expect(await serving.get('/v2/models/late-flights/ready')).toEqual({ status: 200, body: { name: 'late-flights', ready: true } });
  expect(await serving.post('/v2/models/late-flights/versions/1/infer', { id: outside[0]?.id, inputs: good })).toMatchObject({ status: 200 });

  releaseAt(50);
  const later = (await askAll()).filter(({ status }) => status === 200).map(({ id }) => id);
  expect(later).toEqual(expect.arrayContaining(served));
  expect(later.length).toBeGreaterThan(served.length);
  releaseAt(100);
  expect((await askAll()).every(({ status }) => status === 200)).toBe(true);
});

test('an event that is asked again under another request id finds the same version', async () => {
  serving.routes.replace([
    ...serving.routes.all(),
    {
      ...endpointOf('halves', 'mv_1', 'mv_2'),
      traffic: [
        { modelVersionId: 'mv_1', weight: 50 },
        { modelVersionId: 'mv_2', weight: 50 },
      ],
    },
  ]);
  const versionsOf = async (event: string): Promise<Set<string | undefined>> => {
    const inputs = [...good, { ...eventId, data: [event, 'other'] }];
    const answers = await Promise.all(Array.from({ length: 8 }, (_, i) => serving.post('/v2/models/halves/infer', { id: `${event}-${i}`, inputs })));
    return new Set(answers.map(({ body }) => body.model_version));
  };
  const found = await Promise.all(Array.from({ length: 12 }, (_, i) => versionsOf(`flight-${i}`)));
  expect(found.map(({ size }) => size)).toEqual(found.map(() => 1));
  expect(new Set(found.flatMap((versions) => [...versions]))).toEqual(new Set(['1', '2']));
});

const inferWith = (...inputs: unknown[]) => ({ inputs });
const BAD_REQUESTS: [string, unknown, string][] = [
  ['no JSON', '{"inputs": [', 'the body is not JSON: '],
  ['not an object', '[]', 'the body must be a JSON object, given []'],
  ['no inputs', {}, '"inputs" must be an array of at least one tensor, given nothing'],
  ['a number as id', { id: 7, inputs: good }, '"id" must be a string, given 7'],
  ['an input without a name', inferWith({ datatype: 'FP32' }), 'inputs[0]: "name" must be a string, given nothing'],
  ['an input given twice', inferWith(distance, distance), 'input "distance" is given twice'],
  [
    'a bad shape',
    inferWith({ ...distance, shape: [2, -1] }, origin, flight),
    'input "distance": "shape" must be an array of non-negative integers, given [2,-1]',
  ],
  ['no data', inferWith({ ...distance, data: undefined }, origin, flight), 'input "distance": "data" must be an array, given nothing'],
  ['an object as parameter', { inputs: good, parameters: { a: {} } }, 'parameter "a" of the request must be a string, number or boolean, given {}'],
  [
    'binary data',
    inferWith({ ...distance, parameters: { binary_data_size: 8 } }),
    'parameter "binary_data_size" of input "distance": binary tensor data is not supported, send "data" as JSON',
  ],
  [
    'an output that is to be binary',
    { inputs: good, outputs: [{ name: 'score', parameters: { binary_data: true } }] },
    'parameter "binary_data" of output "score": binary tensor data is not supported',
  ],
  ['a missing input', inferWith(distance, origin), 'missing input "flight"; expected INT64 [-1,1]'],
  ['an unknown input', inferWith(...good, { ...distance, name: 'colour' }), 'unknown input "colour"; the model takes "distance", "origin", "flight"'],
  ['an unknown output', { inputs: good, outputs: [{ name: 'nope' }] }, 'unknown output "nope"; the model gives "score", "origin_out", "flight_out"'],
  ['a wrong datatype', inferWith({ ...distance, datatype: 'FP64' }, origin, flight), 'input "distance": expected datatype FP32, given FP64'],
  ['a wrong shape', inferWith({ ...distance, shape: [1, 2] }, origin, flight), 'input "distance": expected shape [-1,1], given [1,2]'],
  ['a wrong rank', inferWith({ ...distance, shape: [2] }, origin, flight), 'input "distance": expected shape [-1,1], given [2]'],
  ['no rows', inferWith({ ...distance, shape: [0, 1], data: [] }, origin, flight), 'input "distance": expected at least one value, given shape [0,1]'],
  [
    'rows that disagree',
    inferWith(distance, { ...origin, shape: [1, 1], data: ['SFO'] }, flight),
    'input "origin": expected 2 rows as in input "distance", given 1',
  ],
  ['too few values', inferWith({ ...distance, data: [1] }, origin, flight), 'input "distance": shape [2,1] needs 2 values, given 1'],
  [
    'ragged nesting',
    inferWith({ ...distance, data: [[1, 2], []] }, origin, flight),
    'input "distance": nested data must have 1 values on axis 1 of shape [2,1], given 2 values',
  ],
  [
    'text for a number',
    inferWith({ ...distance, data: [1, 'x'] }, origin, flight),
    'input "distance": value 1 must be a number in the range of FP32, or null, given "x"',
  ],
  [
    'a number beyond FP32',
    inferWith({ ...distance, data: [1, 1e39] }, origin, flight),
    'input "distance": value 1 must be a number in the range of FP32, or null, given 1e+39',
  ],
  ['a number for text', inferWith(distance, { ...origin, data: ['SFO', 5] }, flight), 'input "origin": value 1 must be a string, given 5'],
  [
    'a fraction for an integer',
    inferWith(distance, origin, { ...flight, data: [1.5, 2] }),
    'input "flight": value 0 must be an integer from -2^63 to 2^63-1, given 1.5',
  ],
  [
    'too few event ids',
    inferWith(...good, { ...eventId, shape: [1], data: ['a'] }),
    'input "millrace.event_id": expected shape [2], one value per row of the batch, given [1]',
  ],
  ['an empty event id', inferWith(...good, { ...eventId, data: ['a', ''] }), 'input "millrace.event_id": value 1 must not be empty'],
  [
    'an event id that no label can have',
    inferWith(...good, { ...eventId, data: ['a', 'x'.repeat(201)] }),
    'input "millrace.event_id": value 1 must have at most 200 characters, given 201',
  ],
  ['a request id too long to name events by', { id: 'x'.repeat(201), inputs: good }, '"id" must have at most 190 characters where no event ids are given'],
  [
    'event times in microseconds',
    inferWith(...good, { ...eventTime, data: [1, 1_763_980_000_000_000] }),
    'input "millrace.event_time": value 1 must be milliseconds since the epoch, from year 1 to 9999, given 1763980000000000',
  ],
  ['a body that nests without end', `{"id":${'['.repeat(9000)}${']'.repeat(9000)}}`, 'the body nests deeper than 32 levels'],
  [
    'a huge integer where a dimension belongs',
    `{"inputs":[{"name":"flight","datatype":"INT64","shape":[9223372036854775807,1],"data":[9223372036854775807]}]}`,
    'input "flight": "shape" must be an array of non-negative integers, given ["9223372036854775807",1]',
  ],
  [
    'event times of another datatype',
    inferWith(...good, { ...eventTime, datatype: 'FP64' }),
    'input "millrace.event_time": expected datatype INT64, given FP64',
  ],
];

test.each(BAD_REQUESTS)('%s is refused with 400 and the reason', async (_name, body, message) => {
  const before = serving.predictions.length;
  const answer = await serving.post('/v2/models/flights/infer', body);
  expect(answer.status).toBe(400);
  expect(answer.body.error?.startsWith(message), answer.body.error).toBe(true);
  expect(serving.predictions).toHaveLength(before);
});

test('an integer beyond INT64 is refused', async () => {
  const answer = await serving.post(
    '/v2/models/flights/infer',
    `{"inputs":[${JSON.stringify(distance)},${JSON.stringify(origin)},{"name":"flight","datatype":"INT64","shape":[2,1],"data":[1,9223372036854775808]}]}`,
  );
  expect(answer).toMatchObject({ status: 400, body: { error: 'input "flight": value 1 must be an integer from -2^63 to 2^63-1, given 9223372036854775808' } });
});

test('unknown paths and models, wrong methods, large and binary bodies have their own status', async () => {
  const body = inferWith(...good);
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
    body: { error: 'the body is larger than 20000 bytes; send fewer rows per request' },
  });
  expect(await serving.post('/v2/models/flights/infer', '{}', { 'inference-header-content-length': '2' })).toMatchObject({ status: 415 });
  const empty = await serving.post('/v2/models/empty/infer', body);
  expect(empty).toMatchObject({ status: 404, body: { error: 'no version of endpoint "empty" serves this request yet: none is released' } });
  expect(empty.headers.has('retry-after')).toBe(false);
  expect(await serving.get('/v2/models/empty')).toEqual({ status: 404, body: empty.body });
  expect(await serving.post('/v2/models/loading/infer', body)).toMatchObject({
    status: 503,
    body: { error: 'model version mv_absent of endpoint "loading" is not loaded yet' },
  });
});

test('HEAD is answered like GET, without a body, and a wrong method is told the right ones', async () => {
  const head = await fetch(`${serving.url}/v2/health/ready`, { method: 'HEAD' });
  expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '14', '']);
  const wrong = await fetch(`${serving.url}/v2/health/live`, { method: 'DELETE' });
  expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  expect((await fetch(`${serving.url}/v2/models/flights/infer`)).headers.get('allow')).toBe('POST');
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

test('metadata and health follow the protocol', async () => {
  expect(await serving.get('/v2')).toEqual({ status: 200, body: { name: 'millrace', version: '0.1.0', extensions: ['parameters'] } });
  expect(await serving.get('/v2/')).toMatchObject({ status: 200 });
  expect(await serving.get('/v2/health/live')).toEqual({ status: 200, body: { live: true } });
  expect(await serving.get('/v2/health/ready')).toEqual({ status: 200, body: { ready: true } });
  serving.state.ready = false;
  expect(await serving.get('/v2/health/ready')).toEqual({ status: 503, body: { ready: false } });
  serving.state.ready = true;
  expect(await serving.get('/v2/models/flights')).toMatchObject({
    status: 200,
    body: { name: 'flights', versions: ['1', '2'], platform: 'onnx_onnxv1', inputs: [{ name: 'distance', datatype: 'FP32', shape: [-1, 1] }, {}, {}] },
  });
  expect(await serving.get('/v2/models/flights/versions/2/ready')).toEqual({ status: 200, body: { name: 'flights', ready: true } });
  expect(await serving.get('/v2/models/loading/ready')).toEqual({ status: 503, body: { name: 'loading', ready: false } });
});

test('health answers while a model runs', async () => {
  const order: string[] = [];
  const infer = request(`${serving.url}/v2/models/slow/infer`, { method: 'POST' });
  infer.end(JSON.stringify({ inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 1], data: [0.001] }] }));
  const slow = once(infer, 'response').then(([response]: IncomingMessage[]) => {
    response?.resume();
    order.push(`slow ${response?.statusCode}`);
  });
  await once(infer, 'finish');
  for (let i = 0; i < 3; i++) order.push(`live ${(await serving.get('/v2/health/live')).status}`);
  await slow;
  expect(order).toEqual(['live 200', 'live 200', 'live 200', 'slow 200']);
});

test('nothing above was our fault', () => {
  expect(serving.faults).toEqual([]);
});
