import { MillraceError } from '@millrace/contracts';
import { elementBytes, elementCount, viewData, type NamedTensors, type Tensor } from '../tensor/tensor.ts';

/** A run gave another number of output rows than it was given input rows. */
export class RowCountMismatch extends MillraceError {
  constructor(name: string, shape: readonly number[], rows: number) {
    super('MODEL_INVALID', `output "${name}" has shape [${shape.join(',')}] for ${rows} rows; a batched model gives one output row per input row`, {
      fields: { name, shape, rows },
    });
  }
}

/**
 * The outputs of a run of `rows` rows taken apart by the rows of its requests, in order. Numbers are not copied.
 * Throws `RowCountMismatch` when an output has another number of rows.
 */
export function splitOutputs(outputs: NamedTensors, rowsOfRequests: readonly number[], rows: number): NamedTensors[] {
  const parts = rowsOfRequests.map((): Record<string, Tensor> => ({}));
  for (const name in outputs) {
    const tensor = outputs[name];
    if (tensor === undefined) continue;
    if (tensor.shape[0] !== rows) throw new RowCountMismatch(name, tensor.shape, rows);
    splitTensor(name, tensor, rowsOfRequests, parts);
  }
  return parts;
}

function splitTensor(name: string, { datatype, shape, data }: Tensor, rowsOfRequests: readonly number[], parts: Record<string, Tensor>[]): void {
  const trailing = shape.slice(1);
  const width = elementCount(trailing);
  const bytes = elementBytes(datatype);
  let offset = 0;
  let partShape: readonly number[] = [];
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i];
    const rows = rowsOfRequests[i] ?? 0;
    if (part === undefined) break;
    // Requests of the same size share the array of their shape.
    if (partShape[0] !== rows) partShape = [rows, ...trailing];
    const length = rows * width;
    if (Array.isArray(data)) part[name] = { datatype, shape: partShape, data: data.slice(offset, offset + length) };
    else if (datatype !== 'BYTES')
      part[name] = { datatype, shape: partShape, data: viewData(datatype, data.buffer as ArrayBuffer, data.byteOffset + offset * bytes, length) };
    offset += length;
  }
}
