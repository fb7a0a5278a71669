import type { AssignedVersion } from '@millrace/contracts';
import { expect, test } from 'vitest';
import type { Tensor } from '../engine/tensor/tensor.ts';
import { isPiecewise, type HttpAnswer } from '../http/http-message.ts';
import type { InferResult } from '../serving/infer-request.ts';
import { encodePredictions } from './encode-predictions.ts';
import { InferEncoder } from './infer-encoder.ts';

const VERSION = { modelVersionId: 'mv_1', version: 1 } as AssignedVersion;
const ALL = { outputs: undefined, binaryOutputs: false };

function resultOf(rows: number, tensors: Readonly<Record<string, Tensor>>): InferResult {
  const outputs = Object.entries(tensors).map(([name, tensor]) => ({ name, tensor }));
  return { endpoint: 'e', id: '"1"', version: VERSION, rows, outputs, afterwards: () => undefined };
}

/** The pieces of a body, and what they say together. */
function piecesOf(body: HttpAnswer['body']): { readonly pieces: readonly string[]; readonly value: unknown } {
  if (!isPiecewise(body)) throw new Error('the body is not made in pieces');
  const pieces = [...body.pieces];
  return { pieces, value: JSON.parse(pieces.join('')) };
}

const COUNT = 300_000;
const floats: Tensor = { datatype: 'FP32', shape: [3, COUNT / 3], data: Float32Array.from({ length: COUNT }, (_, i) => (i === 7 ? Number.NaN : i / 8)) };
const texts: Tensor = { datatype: 'BYTES', shape: [3, 2], data: ['ä', '"', 'x'.repeat(2_000_000), '', '\u2028', 'z'] };
const integers: Tensor = { datatype: 'INT64', shape: [3], data: BigInt64Array.of(-1n, 2n ** 62n, 0n) };

test('a large answer says what a small one would, piece by piece', () => {
  const answer = new InferEncoder().encode(resultOf(3, { floats, texts, integers }), ALL);
  const { pieces, value } = piecesOf(answer.body);
  expect(pieces.length).toBeGreaterThan(20);
  expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(2_500_000);
  expect(value).toMatchObject({ model_name: 'e', id: '"1"', outputs: [{ shape: [3, COUNT / 3] }, { data: texts.data }, { data: [-1, 2 ** 62, 0] }] });
  const { outputs } = value as { outputs: { data: (number | null)[] }[] };
  expect(outputs[0]?.data).toEqual(Array.from(floats.data as Float32Array, (number) => (Number.isNaN(number) ? null : number)));
  expect(pieces.join('')).toContain('4611686018427387904');
});

test('predictions by row come in pieces, too, nested as ever', () => {
  const { pieces, value } = piecesOf(encodePredictions(resultOf(3, { floats, integers })));
  expect(pieces.length).toBeGreaterThan(20);
  const { predictions } = value as { predictions: { floats: number[]; integers: number }[] };
  expect(predictions.map(({ floats: row, integers: integer }) => [row.length, row[0], integer])).toEqual([
    [COUNT / 3, 0, -1],
    [COUNT / 3, COUNT / 24, 2 ** 62],
    [COUNT / 3, COUNT / 12, 0],
  ]);
  const many = resultOf(COUNT, { floats: { ...floats, shape: [COUNT, 1] } });
  expect((piecesOf(encodePredictions(many)).value as { predictions: unknown[] }).predictions).toHaveLength(COUNT);
});

const small = (value: number): Tensor => ({ datatype: 'FP64', shape: [1], data: Float64Array.of(value) });
const refusal = (value: string, index: number): object =>
  expect.objectContaining({
    status: 400,
    message: expect.stringMatching(new RegExp(`output "y" holds ${value} \\(value ${index}\\), .*"binary_data": true.*gRPC`)),
  });

test('an infinity is refused with the way on, however large the answer is; a missing number is null', () => {
  const large: Tensor = { ...floats, data: Float32Array.from(floats.data as Float32Array).fill(-Infinity, COUNT - 1) };
  for (const encode of [(result: InferResult) => new InferEncoder().encode(result, ALL), encodePredictions]) {
    expect(() => encode(resultOf(1, { y: small(Infinity) }))).toThrow(refusal('Infinity', 0));
    expect(() => encode(resultOf(3, { y: large }))).toThrow(refusal('-Infinity', COUNT - 1));
  }
  expect(encodePredictions(resultOf(1, { y: small(Number.NaN) }))).toBe('{"predictions":[null]}');
  const asBytes = new InferEncoder().encode(resultOf(3, { y: large }), { outputs: undefined, binaryOutputs: true });
  expect(asBytes.status).toBe(200);
});

test('large JSON beside bytes is refused, because its length must be known before', () => {
  const wish = { outputs: [floats, texts].map((_, index) => ({ name: String(index), binary: index === 1, classes: undefined })), binaryOutputs: false };
  expect(() => new InferEncoder().encode(resultOf(3, { floats, texts }), wish)).toThrow('ask for all outputs as bytes');
});
