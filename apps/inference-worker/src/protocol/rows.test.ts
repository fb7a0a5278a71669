import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventId, eventTime, startFlightServing } from '../fixtures/flight-serving.fixture.ts';
import { endpointOf, type ServingFixture } from '../fixtures/serving.fixture.ts';
import { encodePredictions } from './encode-predictions.ts';
import { inputsFromRows, type TableModel } from './named-columns.ts';

let serving: ServingFixture;

beforeAll(async () => {
  serving = await startFlightServing();
});
afterAll(() => serving.close());

const rows = [
  { distance: 2586, origin: 'SFO', flight: 17 },
  { origin: 'JFK', flight: 18, distance: null },
];
const predictions = [
  { score: 2586.5, origin_out: 'SFO', flight_out: 17 },
  { score: null, origin_out: 'JFK', flight_out: 18 },
];
const PREDICT = '/v1/models/flights:predict';

test('rows by column are predicted, on the path of KServe and on infer', async () => {
  for (const path of [PREDICT, '/v2/models/flights/infer', '/v1/models/flights/versions/1:predict'])
    expect(await serving.post(path, { instances: rows }), path).toMatchObject({ status: 200, body: { predictions } });
  expect(await serving.post('/v1/models/flights/versions/2:predict', { instances: [rows[0]] })).toMatchObject({ body: { predictions: [{ score: 2587.5 }] } });
  expect(await serving.get('/v1/models/flights')).toEqual({ status: 200, body: { name: 'flights', ready: true } });
});

test('event ids and times are columns that never reach the model', async () => {
  const instances = rows.map((row, index) => ({ ...row, [eventId.name]: eventId.data[index], [eventTime.name]: eventTime.data[index] }));
  expect((await serving.post(PREDICT, { instances })).status).toBe(200);
  expect(serving.predictions.at(-1)).toMatchObject({ rows: 2, eventIds: eventId.data, eventTimes: eventTime.data });
});

test('an event id or time that is null is that of a row without one', async () => {
  const instances = rows.map((row, index) => ({
    ...row,
    [eventId.name]: index === 0 ? null : 'known',
    [eventTime.name]: index === 0 ? eventTime.data[0] : null,
  }));
  expect((await serving.post(PREDICT, { id: 'p-2', instances })).status).toBe(200);
  expect(serving.predictions.at(-1)).toMatchObject({ rows: 2, eventIds: ['p-2/0', 'known'], eventTimes: [eventTime.data[0], expect.any(Number)] });
  const csv = `origin,flight,distance,${eventId.name}\nSFO,1,1,\nJFK,2,,b`;
  expect((await serving.post('/v2/models/flights/invocations', csv, { 'content-type': 'text/csv' })).status).toBe(200);
  expect(serving.predictions.at(-1)?.eventIds).toEqual([expect.stringMatching(/.\/0$/), 'b']);
});

test('null is a missing text of a column that the model knows, and refused where an integer cannot be missing', async () => {
  expect(await serving.post(PREDICT, { instances: [{ ...rows[0], origin: null }] })).toMatchObject({
    status: 200,
    body: { predictions: [{ origin_out: '' }] },
  });
  expect(await serving.post(PREDICT, { instances: [{ ...rows[0], flight: null }] })).toMatchObject({
    status: 400,
    body: { error: 'input "flight": value 0 must be INT64, given null, and the model has no way to be told that it is missing' },
  });
});

test('the id and the parameters of a request stand beside its rows', async () => {
  expect((await serving.post(PREDICT, { id: 'p-1', parameters: { priority: 1 }, instances: [rows[0]] })).status).toBe(200);
  expect(serving.predictions.at(-1)).toMatchObject({ requestId: 'p-1' });
});

test('integers beyond 2^53 are exact in rows', async () => {
  const response = await fetch(serving.url + PREDICT, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"instances":[{"distance":1,"origin":"SFO","flight":9223372036854775807}]}',
  });
  expect(await response.text()).toContain('"flight_out":9223372036854775807');
});

const split = { columns: ['distance', 'origin', 'flight'], data: rows.map(({ distance, origin, flight }) => [distance, origin, flight]) };
test.each([
  ['dataframe_split', { dataframe_split: split }],
  ['dataframe_split with an index', { dataframe_split: { ...split, index: [0, 1] } }],
  ['dataframe_records', { dataframe_records: rows }],
  ['instances', { instances: rows, params: {} }],
  ['inputs by column', { inputs: { distance: [2586, null], origin: ['SFO', 'JFK'], flight: [17, 18] } }],
  ['inputs by row', { inputs: rows }],
])('MLflow scoring takes %s', async (_name, body) => {
  expect(await serving.post('/v2/models/flights/invocations', body)).toMatchObject({ status: 200, body: { predictions } });
  expect(await serving.post('/invocations?endpoint=flights', body)).toMatchObject({ status: 200, body: { predictions } });
});

test('MLflow scoring takes CSV with a header line', async () => {
  const csv = 'origin,flight,distance\r\nSFO,17,2586\r\n"JFK",18,\r\n';
  expect(await serving.post('/v2/models/flights/invocations', csv, { 'content-type': 'text/csv' })).toMatchObject({ status: 200, body: { predictions } });
  const quoted = 'origin,flight,distance\n"a ""quoted"", one",9223372036854775807,1e2';
  const { body } = await serving.post('/v2/models/flights/invocations', quoted, { 'content-type': 'text/csv; charset=utf-8' });
  expect(body).toMatchObject({ predictions: [{ origin_out: 'a "quoted", one', score: 100.5 }] });
});

test('invocations without a name are for the only endpoint, and ask for a name where there are more', async () => {
  expect(await serving.post('/invocations', { instances: rows })).toMatchObject({
    status: 400,
    body: { error: 'this node serves more than one endpoint; name one, as in /invocations?endpoint=flights' },
  });
  const before = serving.routes.all();
  serving.routes.replace([endpointOf('flights', 'mv_1')]);
  expect(await serving.post('/invocations', { instances: rows })).toMatchObject({ status: 200, body: { predictions } });
  serving.routes.replace([]);
  expect(await serving.post('/invocations', { instances: rows })).toMatchObject({ status: 404, body: { error: 'this node serves no endpoint' } });
  serving.routes.replace(before);
});

const row = rows[0];
const BAD_ROWS: [string, unknown, string][] = [
  ['no rows', { instances: [] }, 'expected at least one row, given none'],
  ['rows that are no array', { instances: {} }, '"instances" must be an array of rows, given {}'],
  ['no instances', {}, '"instances" must be an array of rows, given nothing'],
  ['a row that is no object', { instances: [row, 5] }, 'row 1: expected an object by column, given 5'],
  ['a bare value for many inputs', { instances: [5] }, 'row 0: expected an object with "distance", "origin", "flight", given 5'],
  ['a missing column', { instances: [row, { distance: 1, origin: 'SFO' }] }, 'row 1: column "flight" is missing; expected an integer from -2^63 to 2^63-1'],
  ['an unknown column', { instances: [row, { ...row, colour: 'red' }] }, 'row 1: unknown column "colour"; expected "distance", "origin", "flight"'],
  ['a number for text', { instances: [{ ...row, origin: 5 }] }, 'row 0, column "origin": expected a string of whole characters, given 5'],
  [
    'text for a number',
    { instances: [row, { ...row, distance: 'far' }] },
    'row 1, column "distance": expected a number in the range of FP32, or null, given "far"',
  ],
  ['a fraction for an integer', { instances: [{ ...row, flight: 1.5 }] }, 'row 0, column "flight": expected an integer from -2^63 to 2^63-1, given 1.5'],
  [
    'an event id in some rows only',
    { instances: [{ ...row, [eventId.name]: 'a' }, row] },
    'row 1: column "millrace.event_id" is missing; expected a string of whole characters',
  ],
  ['a number as id', { id: 5, instances: [row] }, '"id" must be a string, given 5'],
];

test.each(BAD_ROWS)('rows with %s are refused with 400 and the reason', async (_name, body, message) => {
  expect(await serving.post(PREDICT, body)).toMatchObject({ status: 400, body: { error: message } });
});

const BAD_SCORING: [string, unknown, string][] = [
  ['none of the forms', { rows }, 'the body must have exactly one of instances, dataframe_records, dataframe_split, inputs; given none of them'],
  [
    'two of the forms',
    { instances: rows, inputs: rows },
    'the body must have exactly one of instances, dataframe_records, dataframe_split, inputs; given instances and inputs',
  ],
  ['params', { instances: rows, params: { temperature: 1 } }, 'the model takes no "params", given {"temperature":1}'],
  ['a split without columns', { dataframe_split: { data: [] } }, '"columns" of "dataframe_split" must be an array of names, given nothing'],
  ['a short row', { dataframe_split: { ...split, data: [[1, 'SFO']] } }, 'row 0: expected 3 values, one for each column, given [1,"SFO"]'],
  ['columns of other lengths', { inputs: { distance: [1], origin: [], flight: [1] } }, 'column "origin": expected 1 values as in column "distance", given 0'],
  ['a column that is no array', { inputs: { distance: 1 } }, 'column "distance": expected an array of values, given 1'],
];

test.each(BAD_SCORING)('scoring with %s is refused with 400 and the reason', async (_name, body, message) => {
  expect(await serving.post('/v2/models/flights/invocations', body)).toMatchObject({ status: 400, body: { error: message } });
});

test.each([
  ['nothing', '', 'expected CSV with a header line, given an empty body'],
  ['no rows', 'origin,flight,distance\n', 'expected at least one row, given none'],
  ['a short record', 'origin,flight,distance\nSFO,1', 'row 0: expected 3 fields, one for each column, given 2'],
  ['a quote that does not end', 'origin,flight,distance\n"SFO,1,1', 'record 1 of the CSV: a quoted field does not end'],
  [
    'text behind a quote',
    'origin,flight,distance\n"SFO"x,1,1',
    'record 1 of the CSV: expected a comma or the end of the line behind a quoted field, given "x"',
  ],
  ['text for a number', 'origin,flight,distance\nSFO,one,1', 'row 0, column "flight": expected an integer from -2^63 to 2^63-1, given "one"'],
])('CSV with %s is refused with 400 and the reason', async (_name, csv, message) => {
  expect(await serving.post('/v2/models/flights/invocations', csv, { 'content-type': 'text/csv' })).toMatchObject({ status: 400, body: { error: message } });
});

const COLUMN = (name: string) => ({ name, type: 'double' }) as const;

test('a model with one input takes bare values, nested as its shape, and features by name where it joins them', () => {
  const matrix: TableModel = { inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 2] }], features: [COLUMN('a'), COLUMN('b')] };
  const expected = [{ name: 'x', datatype: 'FP32', shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }];
  expect(
    inputsFromRows(matrix, [
      { a: 1, b: 2 },
      { b: 4, a: 3 },
    ]),
  ).toEqual(expected);
  expect(
    inputsFromRows(matrix, [
      [1, 2],
      [3, 4],
    ]),
  ).toEqual(expected);
  expect(inputsFromRows({ ...matrix, features: [] }, [{ x: [1, 2] }, { x: [3, 4] }])).toEqual(expected);
  expect(() => inputsFromRows(matrix, [[1, 2], [3]])).toThrow(
    'row 1, column "x": expected an array of shape [2] whose values are each a number in the range of FP32, or null, given [3]',
  );
  const flat: TableModel = { inputs: [{ name: 'x', datatype: 'INT64', shape: [-1] }], features: [COLUMN('x')] };
  expect(inputsFromRows(flat, [{ x: 1 }, { x: 2 }])).toEqual([{ name: 'x', datatype: 'INT64', shape: [2], data: BigInt64Array.of(1n, 2n) }]);
  expect(() => inputsFromRows({ inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, -1] }], features: [] }, [[1]])).toThrow(
    'input "x" has the open shape [-1,-1], which rows cannot fill',
  );
});

const score = (shape: number[]) => ({
  name: 'y',
  tensor: { datatype: 'FP32', shape, data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i) } as const,
});

test('predictions of one output are its values by row, nested as its shape', () => {
  const result = { endpoint: 'e', id: 'i', version: undefined, rows: 2, afterwards: () => undefined };
  expect(encodePredictions({ ...result, outputs: [score([2, 1])] })).toBe('{"predictions":[0,1]}');
  expect(encodePredictions({ ...result, outputs: [score([2])] })).toBe('{"predictions":[0,1]}');
  expect(encodePredictions({ ...result, outputs: [score([2, 3])] })).toBe('{"predictions":[[0,1,2],[3,4,5]]}');
  expect(encodePredictions({ ...result, outputs: [score([2, 2, 2])] })).toBe('{"predictions":[[[0,1],[2,3]],[[4,5],[6,7]]]}');
});

test('nothing above was our fault', () => {
  expect(serving.faults).toEqual([]);
});
