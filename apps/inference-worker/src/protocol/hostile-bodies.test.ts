import { afterAll, beforeAll, expect, test } from 'vitest';
import { distance, flight, good, origin, startFlightServing } from '../fixtures/flight-serving.fixture.ts';
import type { ServingFixture } from '../fixtures/serving.fixture.ts';
import { parseCsv } from './parse-csv.ts';
import { parseInferJson } from './parse-infer-json.ts';

let serving: ServingFixture;

beforeAll(async () => {
  serving = await startFlightServing();
});
afterAll(async () => {
  expect(serving.faults).toEqual([]);
  await serving.close();
});

const PATH = '/v2/models/flights/infer';
const text = JSON.stringify;

test('names that objects have by themselves name no path', async () => {
  for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf']) {
    for (const path of [`/${name}`, `/v2/${name}`, `/v2/health/${name}`, `/v2/models/flights/${name}`, `/v2/models/${name}`, `/v1/models/${name}`])
      expect((await serving.get(path)).status, path).toBe(404);
    expect((await serving.post(`/${name}`, {})).status).toBe(404);
  }
});

test('paths are taken as they are written: no dots, empty segments or encoded slashes lead elsewhere', async () => {
  for (const path of ['/v2/models/x%2F..%2Fflights', '/v2//models/flights', '//v2/models/flights', '/v2/models//', '/v2/models/flights//ready'])
    expect((await serving.get(path)).status, path).toBe(404);
  expect(await serving.get('/v2/models/%ff')).toMatchObject({ status: 400 });
  expect((await serving.get('/v2/models/%66lights')).status).toBe(200);
});

test('names that objects have by themselves name no tensor, and alter nothing', async () => {
  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    expect(await serving.post(PATH, { inputs: [...good, { ...distance, name }] })).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining(`unknown input "${name}"`) as string },
    });
    expect(await serving.post(PATH, { inputs: good, outputs: [{ name }] })).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining(`unknown output "${name}"`) as string },
    });
    expect(await serving.post(PATH, `{"instances":[{"${name}":{"polluted":1}}]}`)).toMatchObject({ status: 400 });
    expect(await serving.post(PATH, `{"inputs":${text(good)},"${name}":{"polluted":1},"parameters":{"${name}":{"polluted":1}}}`)).toMatchObject({
      status: 400,
    });
    expect((await serving.post('/invocations?endpoint=flights', `${name},distance\nx,1`, { 'content-type': 'text/csv' })).status).toBe(400);
  }
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});

test('nesting beyond any tensor is refused, wherever it stands', async () => {
  const deep = `${'['.repeat(9000)}1${']'.repeat(9000)}`;
  const objects = `${'{"a":'.repeat(3000)}1${'}'.repeat(3000)}`;
  const rest = text({ inputs: good }).slice(1);
  for (const value of [deep, objects])
    for (const body of [
      value,
      `{"parameters":{"a":${value}},${rest}`,
      `{"parameters":${value},${rest}`,
      `{"outputs":${value},${rest}`,
      `{"outputs":[{"name":${value}}],${rest}`,
      `{"id":${value},${rest}`,
      `{"inputs":${value}}`,
      `{"inputs":[{"name":"distance","datatype":"FP32","shape":[1,1],"data":${value}}]}`,
      `{"inputs":[{"name":"distance","datatype":"FP32","shape":${value},"data":[1]}]}`,
      `{"inputs":[{"name":"distance","datatype":"FP32","shape":[1,1],"parameters":{"a":${value}},"data":[1]}]}`,
      `{"instances":${value}}`,
    ])
      expect((await serving.post(PATH, body)).status, body.slice(0, 60)).toBe(400);
});

test('a shape of more dimensions than any tensor has is refused before its data are read', () => {
  const body = `{"inputs":[{"name":"x","datatype":"FP32","shape":[${'1,'.repeat(200_000)}1],"data":${'['.repeat(200_001)}1${']'.repeat(200_001)}}]}`;
  expect(() => parseInferJson(Buffer.from(body))).toThrow(/nests deeper than 32 levels|at most 32 are taken/);
});

test('a million members that nobody knows cost no more than to read them', () => {
  const members = Array.from({ length: 1_000_000 }, (_, index) => `"k${index}":0`).join(',');
  const input = '{"name":"x","datatype":"FP32","shape":[1],"data":[1]';
  expect(parseInferJson(Buffer.from(`{"inputs":[${input}}],${members}}`)).inputs).toHaveLength(1);
  expect(parseInferJson(Buffer.from(`{"inputs":[${input},${members}}]}`)).inputs).toHaveLength(1);
}, 15_000);

test('of a member that comes twice the last one counts, as everywhere in JSON', () => {
  const { id, inputs } = parseInferJson(
    Buffer.from('{"id":"a","inputs":[{"name":"x","datatype":"FP32","shape":[1],"shape":[2],"data":[1],"data":[1,2]}],"id":"b"}'),
  );
  expect(id).toBe('b');
  expect(inputs).toEqual([{ name: 'x', datatype: 'FP32', shape: [2], data: Float32Array.of(1, 2) }]);
});

const ask = (input: { readonly name: string }, data: string): ReturnType<ServingFixture['post']> => {
  const inputs = good.map((one) => (one.name === input.name ? text({ ...one, data: 'HERE' }).replace('"HERE"', data) : text(one)));
  return serving.post(PATH, `{"inputs":[${inputs.join(',')}]}`);
};

test('numbers at the edges are exact or refused', async () => {
  for (const bad of [
    '[1e400,1]',
    '[01,1]',
    '[+1,1]',
    '[.5,1]',
    '[1.,1]',
    '[-,1]',
    '[0x1,1]',
    '[NaN,1]',
    '[Infinity,1]',
    '[3.5e38,1]',
    '[1e,1]',
    '[1,1,]',
    '["1",1]',
    '[true,1]',
  ])
    expect((await ask(distance, bad)).status, bad).toBe(400);
  for (const bad of ['[9223372036854775808,1]', '[-9223372036854775809,1]', '[1.5,1]', '[1e400,1]', '[null,1]', '[007,1]'])
    expect((await ask(flight, bad)).status, bad).toBe(400);
  const wide = await ask(flight, '[9223372036854775807,-9223372036854775808]');
  expect(wide.status).toBe(200);
  expect((await ask(flight, '[9223372036854775807,-0]')).status).toBe(200);
  expect(await ask(distance, '[-0,1e-400]')).toMatchObject({ status: 200 });
});

test('half a character is no text, and none is sent', async () => {
  const half = await serving.post(PATH, text({ inputs: [distance, { ...origin, data: ['\ud800', 'x'] }, flight] }));
  expect(half).toMatchObject({ status: 400, body: { error: 'input "origin": value 0 must be a string of whole characters, given "\\ud800"' } });
  const raw = async (body: string): Promise<string> => (await fetch(serving.url + PATH, { method: 'POST', body })).text();
  expect(await raw(text({ inputs: [{ ...distance, datatype: `${'x'.repeat(58)}😀😀` }] }))).not.toMatch(/\\ud[89a-f]/i);
  expect(await raw(text({ inputs: [{ ...distance, name: 'x'.repeat(1999) + '😀'.repeat(20) }] }))).not.toMatch(/\\ud[89a-f]/i);
});

test('CSV of endless records is refused before they fill the memory', async () => {
  expect(() => parseCsv(Buffer.alloc(8_000_000, '\n'))).toThrow('the CSV has more than 1000000 records; send fewer rows per request');
  expect(parseCsv(Buffer.from('a\n\nb'))).toEqual([['a'], [''], ['b']]);
  for (const body of ['distance,distance\n1,2', '{"dataframe_split":{"columns":["distance","distance"],"data":[[1,2]]}}'])
    expect(await serving.post('/invocations?endpoint=flights', body, { 'content-type': body.startsWith('{') ? 'application/json' : 'text/csv' })).toMatchObject(
      { status: 400, body: { error: 'column "distance" is given twice' } },
    );
});
