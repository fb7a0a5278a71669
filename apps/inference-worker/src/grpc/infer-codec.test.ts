import { MillraceError, TENSOR_DATATYPES, type TensorDatatype } from '@millrace/contracts';
import { expect, it } from 'vitest';
import { allocateData, elementCount, type TensorData } from '../engine/tensor/tensor.ts';
import { INFER_CODEC } from '../fixtures/grpc-client.fixture.ts';
import { encodeRaw } from '../serving/raw-tensor.ts';
import { InferAnswerEncoder } from './infer-answer.ts';
import { readInferMessage } from './infer-message.ts';
import { encodeFields, WireWriter } from './wire-writer.ts';

const CONTENTS: Readonly<Partial<Record<TensorDatatype, string>>> = {
  BOOL: 'bool_contents',
  INT8: 'int_contents',
  INT16: 'int_contents',
  INT32: 'int_contents',
  INT64: 'int64_contents',
  UINT8: 'uint_contents',
  UINT16: 'uint_contents',
  UINT32: 'uint_contents',
  UINT64: 'uint64_contents',
  FP32: 'fp32_contents',
  FP64: 'fp64_contents',
  BYTES: 'bytes_contents',
};
const TYPED = TENSOR_DATATYPES.filter((datatype) => datatype in CONTENTS);

/** mulberry32: the same messages in every run. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

function randomData(random: (below: number) => number, datatype: TensorDatatype, length: number): TensorData {
  const data = allocateData(datatype, length);
  if (Array.isArray(data)) return data.map(() => ['', 'SFO', 'zürich 🛫', '\0'][random(4)] ?? '');
  const bytes = new Uint8Array(data.buffer);
  for (let i = 0; i < bytes.length; i++) bytes[i] = datatype === 'BOOL' ? random(2) : random(256);
  // protobufjs does not keep the bits of a NaN.
  if (data instanceof Float32Array || data instanceof Float64Array) for (const [i, value] of data.entries()) if (Number.isNaN(value)) data[i] = -0.5;
  return data;
}

interface TestTensor {
  readonly name: string;
  readonly datatype: TensorDatatype;
  readonly shape: number[];
  readonly data: TensorData;
}

function randomTensor(random: (below: number) => number, datatypes: readonly TensorDatatype[], index: number): TestTensor {
  const datatype = datatypes[random(datatypes.length)] ?? 'FP32';
  const shape = Array.from({ length: random(4) }, () => random(5));
  return { name: `tensor ${index}`, datatype, shape, data: randomData(random, datatype, elementCount(shape)) };
}

function typed({ name, datatype, shape, data }: TestTensor): object {
  const values = Array.isArray(data)
    ? data.map((text) => Buffer.from(text))
    : Array.from(data as Uint8Array, (value) => (typeof value === 'bigint' ? String(value) : value));
  return { name, datatype, shape, contents: { [CONTENTS[datatype] ?? '']: values } };
}

it('reads what protobufjs wrote: typed contents and raw, every datatype, parameters and requested outputs', () => {
  for (let seed = 0; seed < 300; seed++) {
    const random = randomOf(seed);
    const isRaw = random(2) === 0;
    const tensors = Array.from({ length: 1 + random(3) }, (_, index) => randomTensor(random, isRaw ? TENSOR_DATATYPES : TYPED, index));
    const bytes = INFER_CODEC.requestSerialize({
      model_name: 'late',
      model_version: random(2) === 0 ? '' : '3',
      id: random(2) === 0 ? '' : 'ä-1',
      parameters: { priority: { uint64_param: 2 }, timeout: { int64_param: 5000 }, routing_key: { string_param: 'k' }, sequence_start: { bool_param: true } },
      inputs: tensors.map((tensor) => (isRaw ? { name: tensor.name, datatype: tensor.datatype, shape: tensor.shape } : typed(tensor))),
      outputs: [{ name: 'score', parameters: { classification: { int64_param: 3 }, binary_data: { bool_param: true } } }, { name: 'other' }],
      ...(isRaw ? { raw_input_contents: tensors.map((tensor) => encodeRaw(tensor)) } : {}),
    });
    const message = readInferMessage(bytes);
    expect(message).toMatchObject({ endpoint: 'late', priority: 2, timeoutMicroseconds: 5000, routingKey: 'k' });
    expect(message.outputs).toEqual([
      { name: 'score', classes: 3 },
      { name: 'other', classes: undefined },
    ]);
    expect(message.inputs, `seed ${seed}`).toEqual(tensors);
  }
});

it('is read by protobufjs: every datatype, as raw bytes', () => {
  const encoder = new InferAnswerEncoder();
  for (let seed = 0; seed < 200; seed++) {
    const random = randomOf(seed);
    const tensors = Array.from({ length: 1 + random(3) }, (_, index) => randomTensor(random, TENSOR_DATATYPES, index));
    const outputs = tensors.map(({ name, ...tensor }) => ({ name, tensor }));
    const id = 'x'.repeat(random(300));
    const free = { before: random(2) * 5, after: random(2) * 9 };
    const bytes = encoder.encode({ endpoint: 'late', id, version: undefined, rows: 1, outputs, afterwards: () => undefined }, undefined, free);
    const answer = INFER_CODEC.responseDeserialize(bytes.subarray(free.before, bytes.length - free.after));
    expect(answer).toMatchObject({ model_name: 'late', id });
    expect(answer.outputs).toMatchObject(
      tensors.map(({ name, datatype, shape }) => ({ name, datatype, ...(shape.length === 0 ? {} : { shape: shape.map(String) }) })),
    );
    expect(answer.raw_output_contents.map((raw) => Buffer.from(raw))).toEqual(tensors.map((tensor) => Buffer.from(encodeRaw(tensor))));
  }
});

const one = (tensor: object, more: object = {}): Buffer => INFER_CODEC.requestSerialize({ model_name: 'late', inputs: [tensor], ...more });

const input = (name: string, datatype: string, rest: Buffer): Buffer =>
  Buffer.concat([
    encodeFields([
      [1, name],
      [2, datatype],
    ]),
    rest,
  ]);

it('numbers may be packed or not, in one part or several, between fields that are not known', () => {
  const floats = Buffer.from(Float32Array.of(1, 2).buffer);
  const unpacked = Buffer.from([(6 << 3) | 5, 0, 0, 64, 64]);
  const unknown = Buffer.from([(15 << 3) | 3, 8, 1, (15 << 3) | 4, (14 << 3) | 1, 0, 0, 0, 0, 0, 0, 0, 0]);
  const tensor = input(
    'x',
    'FP32',
    Buffer.concat([Buffer.from([24, 3]), unknown, encodeFields([[5, encodeFields([[6, floats]])]]), encodeFields([[5, Buffer.concat([unpacked, unknown])]])]),
  );
  const message = readInferMessage(Buffer.concat([unknown, encodeFields([[1, 'late']]), encodeFields([[5, tensor]])]));
  expect(message.inputs).toEqual([{ name: 'x', datatype: 'FP32', shape: [3], data: Float32Array.of(1, 2, 3) }]);
});

it('what is wrong is said, with the expected and the given', () => {
  const floats = { name: 'x', datatype: 'FP32', shape: [2], contents: { fp32_contents: [1, 2] } };
  const cases: [Buffer, string][] = [
    [INFER_CODEC.requestSerialize({ model_name: 'late' }), 'at least one tensor'],
    [one({ ...floats, datatype: 'FLOAT' }), 'input "x": unknown datatype "FLOAT"; expected one of BOOL,'],
    [one({ ...floats, shape: [3] }), 'input "x": FP32 of shape [3] needs 3 values, given 2'],
    [one({ ...floats, shape: [1] }), 'input "x": FP32 of shape [1] needs 1 values, given 2'],
    [one({ ...floats, shape: [1_000_000_000] }), 'needs 1000000000 values, given fewer'],
    [one({ ...floats, shape: [-1] }), 'input "x": the shape must be non-negative integers, given [-1]'],
    [one({ ...floats, shape: [4_294_967_296, 4_294_967_296] }), 'holds more values than can be counted'],
    [one({ ...floats, shape: Array.from({ length: 40 }, () => 1) }), 'more than 32 dimensions'],
    [one({ ...floats, datatype: 'FP64' }), 'input "x": values of FP64 belong into fp64_contents, given fp32_contents'],
    [one({ ...floats, datatype: 'FP16' }), 'input "x": FP16 has no typed contents, send it in raw_input_contents'],
    [one({ ...floats, datatype: 'INT8', contents: { int_contents: [1, 128] } }), 'input "x": value 1 must fit INT8, given 128'],
    [one({ ...floats, datatype: 'UINT16', contents: { uint_contents: [65_536, 1] } }), 'input "x": value 0 must fit UINT16, given 65536'],
    [one({ ...floats, datatype: 'BYTES', contents: { bytes_contents: [Buffer.from('a'), Buffer.from([0xff])] } }), 'value 1 must be UTF-8'],
    [one(floats, { raw_input_contents: [Buffer.alloc(8)] }), 'input "x": it has contents and the request has raw_input_contents; send one of them'],
    [one({ name: 'x', datatype: 'FP32', shape: [2] }, { raw_input_contents: [Buffer.alloc(7)] }), 'needs 8 bytes, given 7'],
    [
      one({ name: 'x', datatype: 'FP32', shape: [2] }, { raw_input_contents: [Buffer.alloc(8), Buffer.alloc(8)] }),
      'one entry for each of the 1 inputs, given 2',
    ],
    [one(floats, { parameters: { timeout: { int64_param: -1 } } }), 'parameter "timeout" of the request must be a non-negative integer, given -1'],
    [one(floats, { parameters: { routing_key: { bool_param: true } } }), 'parameter "routing_key" of the request must be a string'],
    [
      one(floats, { outputs: [{ name: 'y', parameters: { classification: { int64_param: 0 } } }] }),
      'parameter "classification" of output "y" must be at least 1',
    ],
    [Buffer.from([0]), 'a field must have a number'],
    [Buffer.from([10, 200, 1]), 'a field of 200 bytes reaches beyond the end of its message'],
    [Buffer.alloc(12, 0xff), 'a number has more than 10 bytes'],
    [Buffer.from([0x7e]), 'unknown wire type 6'],
    [Buffer.alloc(100, (15 << 3) | 3), 'groups are nested deeper than 32'],
    [Buffer.from([8, 1]), 'a field has wire type 0, expected 2'],
  ];
  for (const [bytes, message] of cases) expect(thrownBy(bytes), message).toMatchObject({ code: 'BAD_INPUT', message: expect.stringContaining(message) });
});

it('a message that was altered on the way is read or refused, never more', () => {
  const random = randomOf(7);
  const tensors = TYPED.map((datatype, index) => ({ name: `t${index}`, datatype, shape: [2, 2], data: randomData(random, datatype, 4) }));
  const whole = INFER_CODEC.requestSerialize({
    model_name: 'late',
    id: '1',
    inputs: tensors.map(typed),
    parameters: { priority: { int64_param: 1 } },
    outputs: [{ name: 'o' }],
  });
  for (let length = 0; length < whole.length; length++) expectReadOrRefused(whole.subarray(0, length));
  for (let round = 0; round < 2000; round++) {
    const altered = Buffer.from(whole);
    for (let i = 0; i <= random(4); i++) altered[random(altered.length)] = random(256);
    expectReadOrRefused(altered);
  }
  for (let round = 0; round < 1000; round++) expectReadOrRefused(Buffer.from(Array.from({ length: random(60) }, () => random(256))));
});

it('a dimension of any size is written as protobuf numbers are', () => {
  for (const value of [0, 127, 128, 16_384, 2 ** 31, 2 ** 32, 2 ** 53 - 1]) {
    const writer = new WireWriter(Buffer.alloc(20));
    writer.begin(5, 20);
    writer.varint(value);
    const writtenValue = writer.bytes.subarray(2, writer.position).reduceRight((sum, byte) => sum * 128 + (byte & 0x7f), 0);
    expect(writtenValue).toBe(value);
  }
});

function thrownBy(bytes: Buffer): unknown {
  try {
    return readInferMessage(bytes);
  } catch (error) {
    return error;
  }
}

function expectReadOrRefused(bytes: Buffer): void {
  const outcome = thrownBy(bytes);
  if (outcome instanceof Error) expect((outcome as MillraceError).code, `${outcome.stack} ${bytes.toString('hex')}`).toBe('BAD_INPUT');
}
