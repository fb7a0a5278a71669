import type { Tensor, TensorData } from '../engine/tensor/tensor.ts';
import { ProtocolError } from './protocol-error.ts';

/** Values of one piece of an answer that is made while it goes out: some milliseconds of work. */
const PIECE_VALUES = 8192;
/** Characters of text that weigh as much as a number. */
const CHARACTERS_PER_VALUE = 16;
/** What is encoded at once, by weight; more goes out in pieces. */
export const LARGEST_AT_ONCE = 65_536;

/**
 * The values of an output as the inside of a JSON array. A missing number (NaN) is null, as in requests; 64-bit integers are exact. Throws a 400 for what JSON
 * cannot carry: half precision and infinities.
 */
export function encodeJson(name: string, { datatype, data }: Pick<Tensor, 'datatype' | 'data'>): string {
  if (datatype === 'FP16' || datatype === 'BF16')
    throw new ProtocolError(400, `output "${name}" is ${datatype}, which JSON cannot carry; ask for it with the parameter "binary_data": true`);
  if (data instanceof Float32Array || data instanceof Float64Array) return encodeFloats(name, data);
  if (Array.isArray(data)) return data.map((text) => JSON.stringify(text)).join(',');
  if (datatype === 'BOOL') return Array.from(data as Uint8Array, (bit) => (bit === 0 ? 'false' : 'true')).join(',');
  return data.join(',');
}

/** As `encodeJson`, a piece at a time. What JSON cannot carry is to be refused before, by `checkJson`. */
export function* encodeJsonPieces(name: string, { datatype, data }: Pick<Tensor, 'datatype' | 'data'>): Generator<string> {
  for (let from = 0, to = 0; from < data.length; from = to) {
    to = endOfPiece(data, from);
    yield (from === 0 ? '' : ',') + encodeJson(name, { datatype, data: partOf(data, from, to) });
  }
}

/** Throws what `encodeJson` would throw. */
export function checkJson(name: string, { datatype, data }: Pick<Tensor, 'datatype' | 'data'>): void {
  if (datatype === 'FP16' || datatype === 'BF16') encodeJson(name, { datatype, data });
  if (!(data instanceof Float32Array || data instanceof Float64Array)) return;
  for (let index = 0; index < data.length; index++) if (Math.abs(data[index] as number) === Infinity) throw infinite(name, data, index);
}

/** How much work it is to encode values, in numbers. */
export function jsonWeight(data: TensorData): number {
  if (!Array.isArray(data)) return data.length;
  let characters = 0;
  for (const text of data) characters += text.length;
  return data.length + characters / CHARACTERS_PER_VALUE;
}

/** Some of the values. */
export function partOf(data: TensorData, from: number, to: number): TensorData {
  return Array.isArray(data) ? data.slice(from, to) : data.subarray(from, to);
}

function endOfPiece(data: TensorData, from: number): number {
  const most = Math.min(data.length, from + PIECE_VALUES);
  if (!Array.isArray(data)) return most;
  let to = from;
  for (let characters = 0; to < most && characters < PIECE_VALUES * CHARACTERS_PER_VALUE; to++) characters += data[to]?.length ?? 0;
  return to;
}

function encodeFloats(name: string, values: Float32Array | Float64Array): string {
  let text = '';
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    // Only NaN and the infinities differ from themselves when they are subtracted from themselves.
    if (value - value === 0) text += i === 0 ? value : `,${value}`;
    else if (Number.isNaN(value)) text += i === 0 ? 'null' : ',null';
    else throw infinite(name, values, i);
  }
  return text;
}

function infinite(name: string, values: Float32Array | Float64Array, index: number): ProtocolError {
  return new ProtocolError(
    400,
    `output "${name}" holds ${String(values[index])} (value ${index}), which JSON cannot carry; ask for it as bytes, with "binary_data": true in the parameters of the output, or over gRPC`,
  );
}
