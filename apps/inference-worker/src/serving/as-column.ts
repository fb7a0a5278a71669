import { MillraceError, type Column, type TensorSpec } from '@millrace/contracts';
import { allocateData } from '../engine/tensor/tensor.ts';
import type { InferInput } from './infer-request.ts';

const INTEGERS: ReadonlySet<string> = new Set(['INT8', 'INT16', 'INT32', 'INT64', 'UINT8', 'UINT16', 'UINT32', 'UINT64']);
const FLOATS: ReadonlySet<string> = new Set(['FP32', 'FP64']);

/**
 * An input as the model takes it. Models that were trained here take numbers and booleans as floats, so that each can be missing; whoever
 * calls them knows columns, and may send integers for a column of numbers, booleans for one of booleans, and null for what is missing.
 * All other inputs stay as they are: a model of somebody else means what its signature says.
 * Throws `BAD_INPUT` for null where the model cannot be told that a value is missing.
 */
export function asColumn(spec: TensorSpec, input: InferInput, features: readonly Column[]): InferInput {
  if (input.missing === undefined && input.datatype === spec.datatype) return input;
  const type = features.find(({ name }) => name === spec.name)?.type;
  if (type === 'string' && spec.datatype === 'BYTES') return input;
  const isTaken = INTEGERS.has(input.datatype) || (input.datatype === 'BOOL' && type === 'boolean');
  if (type !== undefined && FLOATS.has(spec.datatype) && isTaken) return asFloats(spec, input);
  if (input.missing === undefined) return input;
  throw new MillraceError(
    'BAD_INPUT',
    `input "${spec.name}": value ${input.missing[0]} must be ${spec.datatype}, given null, and the model has no way to be told that it is missing`,
  );
}

/** As training reads a table: to 64 bits first, so that large integers are rounded alike. */
function asFloats({ datatype }: TensorSpec, { name, shape, data, missing = [] }: InferInput): InferInput {
  const numbers = allocateData(datatype, data.length) as Float64Array;
  for (let i = 0; i < numbers.length; i++) numbers[i] = Number(data[i]);
  for (const i of missing) numbers[i] = Number.NaN;
  return { name, datatype, shape, data: numbers };
}
