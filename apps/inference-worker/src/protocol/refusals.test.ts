import { afterAll, beforeAll, expect, test } from 'vitest';
import { distance, eventId, eventTime, flight, good, origin, startFlightServing } from '../fixtures/flight-serving.fixture.ts';
import type { ServingFixture } from '../fixtures/serving.fixture.ts';

let serving: ServingFixture;

beforeAll(async () => {
  serving = await startFlightServing();
});
afterAll(() => serving.close());

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
    'binary data without the header',
    inferWith({ ...distance, data: undefined, parameters: { binary_data_size: 8 } }),
    'input "distance": "binary_data_size" needs the header Inference-Header-Content-Length, which says where the JSON ends and the tensors begin',
  ],
  [
    'a binary flag that is none',
    { inputs: good, outputs: [{ name: 'score', parameters: { binary_data: 1 } }] },
    'parameter "binary_data" of output "score" must be true or false, given 1',
  ],
  ['a missing input', inferWith(distance, origin), 'missing input "flight"; expected INT64 [-1,1]'],
  ['an unknown input', inferWith(...good, { ...distance, name: 'colour' }), 'unknown input "colour"; the model takes "distance", "origin", "flight"'],
  ['an unknown output', { inputs: good, outputs: [{ name: 'nope' }] }, 'unknown output "nope"; the model gives "score", "origin_out", "flight_out"'],
  ['a wrong datatype', inferWith({ ...distance, datatype: 'FP64' }, origin, flight), 'input "distance": expected datatype FP32, given FP64'],
  ['a wrong shape', inferWith({ ...distance, shape: [1, 2] }, origin, flight), 'input "distance": expected shape [-1,1], given [1,2]'],
  ['a wrong rank', inferWith({ ...distance, shape: [2] }, origin, flight), 'input "distance": expected shape [-1,1], given [2]'],
  [
    'no rows beside some',
    inferWith({ ...distance, shape: [0, 1], data: [] }, origin, flight),
    'input "origin": expected 0 rows as in input "distance", given 2',
  ],
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
  ['a number for text', inferWith(distance, { ...origin, data: ['SFO', 5] }, flight), 'input "origin": value 1 must be a string of whole characters, given 5'],
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

test('a refusal does not send back all that it was sent', async () => {
  for (const body of [
    inferWith({ ...distance, name: 'x'.repeat(9000) }),
    { id: [Array.from({ length: 2000 }, () => 1)], inputs: good },
    inferWith({ ...distance, shape: Array.from({ length: 3000 }, () => 1) }),
  ]) {
    const { status, body: answer } = await serving.post('/v2/models/flights/infer', body);
    expect(status).toBe(400);
    expect(answer.error?.length).toBeLessThan(2100);
  }
});

test.each([
  ['a product beyond 2^53', [2 ** 40, 2 ** 40], 'input "distance": shape [1099511627776,1099511627776] holds more values than can be counted'],
  ['more values than there are', [2 ** 31, 1], 'input "distance": shape [2147483648,1] needs 2147483648 values, given 2'],
  ['too many dimensions', Array.from({ length: 33 }, () => 1), 'input "distance": "shape" has 33 dimensions, at most 32 are taken'],
  ['a fraction', [1.5, 1], 'input "distance": "shape" must be an array of non-negative integers, given [1.5,1]'],
])('a shape with %s is refused before anything is allocated', async (_name, shape, message) => {
  expect(await serving.post('/v2/models/flights/infer', inferWith({ ...distance, shape }, origin, flight))).toMatchObject({
    status: 400,
    body: { error: message },
  });
});

test('nothing above was our fault', () => {
  expect(serving.faults).toEqual([]);
});
