import { MillraceError } from '@millrace/contracts';
import { allocateData, elementCount, type NamedTensors, type Tensor, type TensorData } from './tensor.ts';

/** Joins the inputs of several requests along their first dimension, in order. Every request has the same names, datatypes and trailing shapes. */
export function concatenateInputs(requests: readonly NamedTensors[]): NamedTensors {
  const [first] = requests;
  if (first === undefined) return {};
  return Object.fromEntries(Object.keys(first).map((name) => [name, concatenate(requests.map((request) => tensorOf(request, name)))]));
}

/** The rows `from` (inclusive) to `to` (exclusive) of every output. Throws `MODEL_INVALID` when an output does not have `totalRows` rows. */
export function sliceOutputs(outputs: NamedTensors, from: number, to: number, totalRows: number): NamedTensors {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, tensor]) => {
      if (tensor.shape[0] !== totalRows) {
        throw new MillraceError(
          'MODEL_INVALID',
          `output "${name}" has shape [${tensor.shape.join(',')}] for a batch of ${totalRows} rows; a batched model gives one output row per input row`,
        );
      }
      const width = totalRows === 0 ? 0 : tensor.data.length / totalRows;
      return [name, { ...tensor, shape: [to - from, ...tensor.shape.slice(1)], data: part(tensor.data, from * width, to * width) }];
    }),
  );
}

/** Whether two requests can share one run: same trailing shape for every input. */
export function haveSameTrailingShapes(a: NamedTensors, b: NamedTensors): boolean {
  return Object.entries(a).every(([name, tensor]) => {
    const other = b[name];
    return (
      other !== undefined &&
      other.shape.length === tensor.shape.length &&
      tensor.shape.every((dimension, axis) => axis === 0 || dimension === other.shape[axis])
    );
  });
}

function concatenate(tensors: readonly Tensor[]): Tensor {
  const [first] = tensors;
  if (first === undefined) throw new MillraceError('INTERNAL', 'an empty batch reached the model');
  const shape = [tensors.reduce((rows, tensor) => rows + (tensor.shape[0] ?? 0), 0), ...first.shape.slice(1)];
  const data = allocateData(first.datatype, elementCount(shape));
  let offset = 0;
  for (const tensor of tensors) {
    copyInto(data, tensor.data, offset);
    offset += tensor.data.length;
  }
  return { datatype: first.datatype, shape, data };
}

function copyInto(target: TensorData, source: TensorData, offset: number): void {
  if (Array.isArray(target)) for (let i = 0; i < source.length; i++) target[offset + i] = String(source[i]);
  else if (target instanceof BigInt64Array || target instanceof BigUint64Array) target.set(source as BigInt64Array, offset);
  else target.set(source as Float64Array, offset);
}

function part(data: TensorData, from: number, to: number): TensorData {
  return Array.isArray(data) ? data.slice(from, to) : data.subarray(from, to);
}

function tensorOf(tensors: NamedTensors, name: string): Tensor {
  const tensor = tensors[name];
  if (tensor === undefined) throw new MillraceError('INTERNAL', `a queued request has no input "${name}"`);
  return tensor;
}
