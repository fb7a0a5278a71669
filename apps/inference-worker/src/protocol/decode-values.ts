import type { TensorDatatype } from '@millrace/contracts';
import { allocateData, elementCount } from '../engine/tensor/tensor.ts';
import type { InferInput } from '../serving/infer-request.ts';
import { INTEGER_RANGES } from './integer-ranges.ts';
import { ProtocolError } from './protocol-error.ts';
import { show, showShape } from './show-value.ts';

/** One input with its values as JSON brought them. */
export interface JsonTensor {
  readonly name: string;
  readonly datatype: TensorDatatype;
  readonly shape: readonly number[];
  /** Flat or nested. */
  readonly data: readonly unknown[];
}

const INT64_RANGE = { low: -(2n ** 63n), high: 2n ** 63n - 1n };
const UINT64_RANGE = { low: 0n, high: 2n ** 64n - 1n };
/** UTF-8 cannot carry it, so models would be given something else. */
const HALF_A_CHARACTER = /\p{Surrogate}/u;
const LARGEST_FP32 = 3.402_823_466_385_288_6e38;

/**
 * An input with its values as the array its datatype needs. A JSON null in FP32 or FP64 is a missing value and becomes NaN; in other
 * datatypes its place is kept, for what takes the input to decide on.
 * Throws a 400 that names the tensor, the first bad value and what was expected.
 */
export function decodeInput(input: JsonTensor): InferInput {
  const { name, datatype, shape } = input;
  const decode = decoderOf(datatype, name);
  const values = flatten(input);
  const data = allocateData(datatype, values.length);
  const missing: number[] = [];
  for (let i = 0; i < values.length; i++) {
    const value = decode(values[i]);
    if (value !== undefined) (data as unknown[])[i] = value;
    else if (values[i] === null) missing.push(i);
    else throw new ProtocolError(400, `input "${name}": value ${i} must be ${EXPECTED[datatype]}, given ${show(values[i])}`);
  }
  return missing.length === 0 ? { name, datatype, shape, data } : { name, datatype, shape, data, missing };
}

/** The one value of JSON that a datatype takes, or undefined. The name is for the error of a datatype that JSON cannot carry. */
export function decodeValue(datatype: TensorDatatype, value: unknown, name: string): number | bigint | string | undefined {
  return decoderOf(datatype, name)(value);
}

/** What JSON must bring for a datatype, in words. */
export const EXPECTED: Readonly<Record<TensorDatatype, string>> = {
  BOOL: 'true or false',
  BYTES: 'a string of whole characters',
  UINT8: 'an integer from 0 to 255',
  UINT16: 'an integer from 0 to 65535',
  UINT32: 'an integer from 0 to 4294967295',
  UINT64: 'an integer from 0 to 2^64-1',
  INT8: 'an integer from -128 to 127',
  INT16: 'an integer from -32768 to 32767',
  INT32: 'an integer from -2147483648 to 2147483647',
  INT64: 'an integer from -2^63 to 2^63-1',
  FP16: 'raw bytes',
  BF16: 'raw bytes',
  FP32: 'a number in the range of FP32, or null',
  FP64: 'a number or null',
};

type Decoder = (value: unknown) => number | bigint | string | undefined;

function decoderOf(datatype: TensorDatatype, name: string): Decoder {
  const range = INTEGER_RANGES[datatype];
  if (range !== undefined)
    return (value) => (Number.isInteger(value) && (value as number) >= range.low && (value as number) <= range.high ? (value as number) : undefined);
  switch (datatype) {
    case 'BYTES':
      return (value) => (typeof value === 'string' && !HALF_A_CHARACTER.test(value) ? value : undefined);
    case 'BOOL':
      return (value) => (typeof value === 'boolean' ? Number(value) : undefined);
    case 'INT64':
      return (value) => wideInteger(value, INT64_RANGE);
    case 'UINT64':
      return (value) => wideInteger(value, UINT64_RANGE);
    case 'FP32':
      return (value) => float(value, LARGEST_FP32);
    case 'FP64':
      return (value) => float(value, Number.MAX_VALUE);
    default:
      throw new ProtocolError(400, `input "${name}": JSON cannot carry ${datatype}, send binary tensor data`);
  }
}

function wideInteger(value: unknown, range: { readonly low: bigint; readonly high: bigint }): bigint | undefined {
  if (typeof value !== 'bigint' && !Number.isSafeInteger(value)) return undefined;
  const integer = BigInt(value as bigint | number);
  return integer >= range.low && integer <= range.high ? integer : undefined;
}

function float(value: unknown, largest: number): number | undefined {
  if (value === null) return Number.NaN;
  const number = typeof value === 'bigint' ? Number(value) : value;
  return typeof number === 'number' && Math.abs(number) <= largest ? number : undefined;
}

/** The values in row-major order. Nested arrays must nest as the shape says. */
function flatten(input: JsonTensor): readonly unknown[] {
  const count = elementCount(input.shape);
  if (!Array.isArray(input.data[0])) {
    if (input.data.length !== count)
      throw new ProtocolError(400, `input "${input.name}": shape ${showShape(input.shape)} needs ${count} values, given ${input.data.length}`);
    return input.data;
  }
  const values: unknown[] = [];
  collect(input, input.data, 0, values);
  return values;
}

function collect(input: JsonTensor, value: unknown, axis: number, values: unknown[]): void {
  if (axis === input.shape.length) {
    values.push(value);
    return;
  }
  const expected = input.shape[axis];
  if (!Array.isArray(value) || value.length !== expected) {
    const given = Array.isArray(value) ? `${value.length} values` : show(value);
    throw new ProtocolError(
      400,
      `input "${input.name}": nested data must have ${expected} values on axis ${axis} of shape ${showShape(input.shape)}, given ${given}`,
    );
  }
  for (const part of value) collect(input, part, axis + 1, values);
}
