import { afterAll, beforeAll, expect, test } from 'vitest';
import { binaryBody, splitAnswer, textBytes } from '../fixtures/binary-body.fixture.ts';
import { distance, flight, good, origin, startFlightServing } from '../fixtures/flight-serving.fixture.ts';
import type { ServingFixture } from '../fixtures/serving.fixture.ts';
import { InferDecoder } from './infer-decoder.ts';

let serving: ServingFixture;

beforeAll(async () => {
  serving = await startFlightServing();
});
afterAll(() => serving.close());

const PATH = '/v2/models/flights/infer';
const asBytes = (input: { name: string; datatype: string; shape: number[] }, size: number) => ({
  name: input.name,
  datatype: input.datatype,
  shape: input.shape,
  parameters: { binary_data_size: size },
});
const send = async (path: string, { body, headers }: ReturnType<typeof binaryBody>) => {
  const answer = await serving.postBytes(path, body, headers);
  return { ...answer, error: (answer.status === 200 ? undefined : JSON.parse(answer.bytes.toString())) as { error: string } | undefined };
};

test('binary and JSON tensors are mixed in a request and in its answer', async () => {
  const json = {
    id: 'b-1',
    inputs: [asBytes(distance, 8), origin, asBytes(flight, 16)],
    outputs: [{ name: 'flight_out', parameters: { binary_data: true } }, { name: 'score' }, { name: 'origin_out', parameters: { binary_data: true } }],
  };
  const answer = await send(PATH, binaryBody(json, Float32Array.of(100, 200), BigInt64Array.of(-1n, 2n ** 60n)));
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/octet-stream']);
  const { json: head, tensors } = splitAnswer(answer);
  expect(head.id).toBe('b-1');
  expect(head.outputs).toEqual([
    { name: 'flight_out', datatype: 'INT64', shape: [2, 1], parameters: { binary_data_size: 16 } },
    { name: 'score', datatype: 'FP32', shape: [2, 1], data: [100.5, 200.5] },
    { name: 'origin_out', datatype: 'BYTES', shape: [2, 1], parameters: { binary_data_size: 14 } },
  ]);
  expect(tensors.get('flight_out')).toEqual(Buffer.from(BigInt64Array.of(-1n, 2n ** 60n).buffer));
  expect(tensors.get('origin_out')).toEqual(textBytes('SFO', 'JFK'));
});

test('a request asks for all outputs as bytes, and an output that says otherwise wins', async () => {
  const json = {
    inputs: good,
    parameters: { binary_data_output: true },
    outputs: [{ name: 'score' }, { name: 'flight_out', parameters: { binary_data: false } }],
  };
  const answer = await serving.postBytes(PATH, Buffer.from(JSON.stringify(json)), { 'content-type': 'application/json' });
  const { json: head, tensors } = splitAnswer(answer);
  expect(head.outputs[1]).toEqual({ name: 'flight_out', datatype: 'INT64', shape: [2, 1], data: [1, 2] });
  expect(tensors.get('score')).toEqual(Buffer.from(Float32Array.of(100.5, 200.5).buffer));
});

test('every datatype comes back byte for byte, at every alignment', async () => {
  const tensors = {
    bool: Uint8Array.of(1),
    uint8: Uint8Array.of(255),
    uint16: Uint16Array.of(65_535),
    uint32: Uint32Array.of(4_294_967_295),
    uint64: BigUint64Array.of(2n ** 64n - 1n),
    int8: Int8Array.of(-128),
    int16: Int16Array.of(-32_768),
    int32: Int32Array.of(-2_147_483_648),
    int64: BigInt64Array.of(-(2n ** 63n)),
    fp32: Float32Array.of(-0),
    fp64: Float64Array.of(0.1),
    bytes: textBytes('ü'),
  };
  const inputs = Object.entries(tensors).map(([name, { byteLength }]) => asBytes({ name, datatype: name.toUpperCase(), shape: [1, 1] }, byteLength));
  for (const padding of ['', ' ', '  ', '   ']) {
    const answer = await send(
      '/v2/models/types/infer',
      binaryBody(`${padding}${JSON.stringify({ inputs, parameters: { binary_data_output: true } })}`, ...Object.values(tensors)),
    );
    const found = splitAnswer(answer).tensors;
    for (const [name, tensor] of Object.entries(tensors))
      expect(found.get(`${name}_out`), name).toEqual(Buffer.from(tensor.buffer, tensor.byteOffset, tensor.byteLength));
  }
});

test('the same JSON before other tensors, or with another id, is a request of its own', async () => {
  for (const [id, value] of [
    ['a', 1],
    ['a', 2],
    ['b', 3],
    ['"', 4],
    ['', 5],
  ] as const) {
    const json = {
      id,
      inputs: [asBytes(distance, 8), origin, flight].map((input) =>
        input.name === 'origin' ? asBytes(origin, 14) : input.name === 'flight' ? asBytes(flight, 16) : input,
      ),
      outputs: [{ name: 'score' }],
    };
    const answer = await send(PATH, binaryBody(json, Float32Array.of(value, 0), textBytes('SFO', 'JFK'), BigInt64Array.of(1n, 2n)));
    expect(JSON.parse(answer.bytes.toString())).toMatchObject({ id, outputs: [{ data: [value + 0.5, 0.5] }] });
  }
});

test('FP16 and BF16 come as bytes, and only as bytes', () => {
  const decoder = new InferDecoder();
  for (const datatype of ['FP16', 'BF16']) {
    const input = { name: 'x', datatype, shape: [3] };
    const { body, headers } = binaryBody({ inputs: [asBytes(input, 6)] }, Uint16Array.of(1, 2, 0x7c00));
    const decoded = decoder.decode(body, headers['inference-header-content-length'], () => ({ inputs: [], outputs: [] }));
    expect(decoded.inputs).toEqual([{ ...input, data: Uint16Array.of(1, 2, 0x7c00) }]);
    const json = Buffer.from(JSON.stringify({ inputs: [{ ...input, data: [1, 2, 3] }] }));
    expect(() => decoder.decode(json, undefined, () => ({ inputs: [], outputs: [] }))).toThrow(
      `input "x": JSON cannot carry ${datatype}, send binary tensor data`,
    );
  }
});

test('a raw body is the one input of a model, as a batch of one, and all outputs are bytes', async () => {
  const raw = { 'inference-header-content-length': '0' };
  const answer = await serving.postBytes('/v2/models/slow/infer', Buffer.from(Float32Array.of(0.001).buffer), raw);
  expect(answer.status).toBe(200);
  expect(splitAnswer(answer).json.outputs).toEqual([{ name: 'score', datatype: 'FP32', shape: [1, 1], parameters: { binary_data_size: 4 } }]);
});

test('the open dimension of a raw body follows from its length, and text is the whole body', () => {
  const decoder = new InferDecoder();
  const raw = (shape: number[], datatype: 'FP32' | 'BYTES', body: Buffer) =>
    decoder.decode(body, '0', () => ({ inputs: [{ name: 'x', datatype, shape }], outputs: [{ name: 'y', datatype: 'FP32', shape: [-1] }] })).inputs[0];
  const floats = Buffer.from(Float32Array.of(1, 2, 3, 4, 5, 6).buffer);
  expect(raw([-1, -1, 2], 'FP32', floats)?.shape).toEqual([1, 3, 2]);
  expect(raw([-1, 6], 'FP32', floats)?.shape).toEqual([1, 6]);
  expect(raw([-1, 1], 'BYTES', Buffer.from('grüß'))).toMatchObject({ shape: [1, 1], data: ['grüß'] });
  expect(() => raw([-1, -1, -1], 'FP32', floats)).toThrow('at most one open dimension, input "x" has the shape [-1,-1,-1]');
  expect(() => raw([-1, -1, 4], 'FP32', floats)).toThrow('input "x": expected a multiple of 16 bytes for FP32 [-1,-1,4], given 24');
  expect(() => raw([-1, 5], 'FP32', floats)).toThrow('input "x": expected 20 bytes for FP32 [-1,5], given 24');
  expect(() => raw([-1, -1], 'FP32', Buffer.alloc(0))).toThrow('input "x": expected a multiple of 4 bytes for FP32 [-1,-1], given 0');
  expect(() => raw([-1, 2], 'BYTES', Buffer.from('x'))).toThrow('a raw binary request of BYTES holds one value, input "x" has the shape [-1,2]');
  expect(() => raw([-1, 1], 'BYTES', Buffer.of(0xff))).toThrow('input "x": value 0 must be UTF-8, given other bytes');
});

const two = Float32Array.of(1, 2);
const binaryDistance = { inputs: [asBytes(distance, 8), origin, flight] };
const BAD_BODIES: [string, ReturnType<typeof binaryBody>, string][] = [
  [
    'a header that is no number',
    { ...binaryBody(binaryDistance, two), headers: { 'inference-header-content-length': '12x' } },
    'the header Inference-Header-Content-Length must be the bytes of JSON before the tensors, given "12x"',
  ],
  [
    'a negative header',
    { ...binaryBody(binaryDistance, two), headers: { 'inference-header-content-length': '-1' } },
    'the header Inference-Header-Content-Length must be the bytes of JSON before the tensors, given "-1"',
  ],
  [
    'a header beyond the body',
    { body: Buffer.from('{}'), headers: { 'inference-header-content-length': '3' } },
    'the header Inference-Header-Content-Length says 3 bytes of JSON, but the body has 2 in all',
  ],
  [
    'a header that ends inside the JSON',
    { ...binaryBody(binaryDistance, two), headers: { 'inference-header-content-length': '20' } },
    'the body is not JSON: ',
  ],
  [
    'bytes that are missing',
    binaryBody(binaryDistance, Float32Array.of(1)),
    'the inputs have 8 bytes of binary data by their "binary_data_size", given 4 after the JSON',
  ],
  [
    'bytes that are left over',
    binaryBody(binaryDistance, two, 'x'),
    'the inputs have 8 bytes of binary data by their "binary_data_size", given 9 after the JSON',
  ],
  [
    'left over bytes behind JSON alone',
    binaryBody({ inputs: good }, 'x'),
    'the inputs have 0 bytes of binary data by their "binary_data_size", given 1 after the JSON',
  ],
  [
    'a size that does not fit the shape',
    binaryBody({ inputs: [asBytes(distance, 4)] }, Float32Array.of(1)),
    'input "distance": FP32 [2,1] needs 8 bytes, given a "binary_data_size" of 4',
  ],
  [
    'a size that is no integer',
    binaryBody({ inputs: [asBytes(distance, 7.5)] }),
    'parameter "binary_data_size" of input "distance" must be a non-negative integer, given 7.5',
  ],
  [
    'data and bytes',
    binaryBody({ inputs: [{ ...distance, parameters: { binary_data_size: 8 } }] }, two),
    'input "distance" has both "data" and "binary_data_size"; send one of them',
  ],
  ['neither data nor bytes', binaryBody({ inputs: [{ ...distance, data: undefined }] }), 'input "distance": "data" must be an array, given nothing'],
  [
    'text that reaches beyond its tensor',
    binaryBody({ inputs: [asBytes({ ...origin, shape: [1, 1] }, 7)] }, '\u0008\0\0\0SFO'),
    'input "origin": value 0 of 8 bytes reaches beyond the 7 bytes of the tensor',
  ],
  [
    'text that is too short for its shape',
    binaryBody({ inputs: [asBytes(origin, 7)] }, textBytes('SFO')),
    'input "origin": BYTES of shape [2,1] needs at least 8 bytes, given 7',
  ],
  [
    'text that leaves bytes',
    binaryBody({ inputs: [asBytes({ ...origin, shape: [1, 1] }, 14)] }, textBytes('SFO', 'JFK')),
    'input "origin": 1 values of shape [1,1] take 7 bytes, given 14',
  ],
  [
    'text that is not UTF-8',
    binaryBody({ inputs: [asBytes({ ...origin, shape: [1, 1] }, 5)] }, '\u0001\0\0\0\u00ff'),
    'input "origin": value 0 must be UTF-8, given other bytes',
  ],
  [
    'a truth value of 2',
    binaryBody({ inputs: [asBytes({ name: 'x', datatype: 'BOOL', shape: [2] }, 2)] }, '\u0001\u0002'),
    'input "x": value 1 must be a byte of 0 or 1, given 2',
  ],
  [
    'a raw body for many inputs',
    { body: Buffer.alloc(4), headers: { 'inference-header-content-length': '0' } },
    'a raw binary request needs a model with one input, this one takes "distance", "origin", "flight"; send JSON before the tensors',
  ],
];

test.each(BAD_BODIES)('%s is refused with 400, the expected and the given', async (_name, request, message) => {
  const answer = await send(PATH, request);
  expect(answer.status).toBe(400);
  expect(answer.error?.error.startsWith(message), answer.error?.error).toBe(true);
});

test('nothing above was our fault', () => {
  expect(serving.faults).toEqual([]);
});
