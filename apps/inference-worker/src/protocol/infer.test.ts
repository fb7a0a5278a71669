import { afterAll, beforeAll, expect, test } from 'vitest';
import { distance, eventId, eventTime, flight, good, origin, startFlightServing } from '../fixtures/flight-serving.fixture.ts';
import { flightModel } from '../fixtures/models.fixture.ts';
import { endpointOf, type ServingFixture } from '../fixtures/serving.fixture.ts';

let serving: ServingFixture;

beforeAll(async () => {
  serving = await startFlightServing();
});
afterAll(() => serving.close());

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
  const response = await fetch(`${serving.url}/v2/models/types/infer`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: `{"inputs":[${inputs.join(',')}]}`,
  });
  const text = await response.text();
  for (const [name, data] of Object.entries(values))
    expect(text).toContain(`"name":"${name}_out","datatype":"${name.toUpperCase()}","shape":[1,1],"data":${data}`);
});

test('null is nothing where something may be left out, as many clients write it', async () => {
  const { status, body } = await serving.post('/v2/models/flights/infer', {
    id: null,
    parameters: null,
    outputs: null,
    inputs: [{ ...distance, parameters: null }, origin, flight],
  });
  expect(status).toBe(200);
  expect(body.id).toMatch(/./);
  expect(body.outputs).toHaveLength(3);
});

test('what a text cannot carry into a model is refused, whatever the wire', async () => {
  const refusal = 'input "origin": value 1 holds a NUL character, which models cannot be given; send the text without it';
  const json = await serving.post('/v2/models/flights/infer', { inputs: [distance, { ...origin, data: ['a', 'b\0c'] }, flight] });
  expect([json.status, json.body.error]).toEqual([400, refusal]);
  const rows = await serving.post('/v2/models/flights/infer', { instances: ['a', 'b\0c'].map((text) => ({ origin: text, distance: 1, flight: 1 })) });
  expect([rows.status, rows.body.error]).toEqual([400, refusal]);
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
  expect(serving.predictions.at(-1)).toMatchObject({ requestId: 'r-3', eventIds: undefined, eventTimes: Date.UTC(2001, 3, 1) });
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
}, 30_000);

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

test('nothing above was our fault', () => {
  expect(serving.faults).toEqual([]);
});
