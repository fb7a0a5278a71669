import type { Tensor } from '../engine/tensor/tensor.ts';
import type { InferResult } from '../serving/infer-request.ts';
import { encodeJson } from './encode-json.ts';

/** `{"predictions": [...]}`: for each row the value of the one output, or an object by output. Values nest as the shape of the output says. */
export function encodePredictions({ outputs, rows }: InferResult): string {
  const [only, ...more] = outputs;
  const texts = outputs.map(({ name, tensor }) => valuesByRow(name, tensor, rows));
  if (only !== undefined && more.length === 0) return `{"predictions":[${(texts[0] ?? []).join(',')}]}`;
  const names = outputs.map(({ name }) => JSON.stringify(name));
  const records = Array.from({ length: rows }, (_, row) => `{${names.map((name, output) => `${name}:${texts[output]?.[row] ?? 'null'}`).join(',')}}`);
  return `{"predictions":[${records.join(',')}]}`;
}

/** An output that does not have one row for each row of the request is answered whole with the first. */
function valuesByRow(name: string, tensor: Tensor, rows: number): readonly string[] {
  const parts = tensor.shape[0] === rows ? rows : 1;
  const shape = tensor.shape[0] === rows ? tensor.shape.slice(1) : tensor.shape;
  const width = tensor.data.length / parts;
  return Array.from({ length: parts }, (_, row) => {
    const data = Array.isArray(tensor.data) ? tensor.data.slice(row * width, (row + 1) * width) : tensor.data.subarray(row * width, (row + 1) * width);
    return nest(name, { ...tensor, data }, shape);
  });
}

function nest(name: string, tensor: Tensor, shape: readonly number[]): string {
  const [length, ...inner] = shape;
  if (shape.every((dimension) => dimension === 1)) return encodeJson(name, tensor);
  if (length === undefined || inner.length === 0) return `[${encodeJson(name, tensor)}]`;
  return `[${valuesByRow(name, { ...tensor, shape }, length).join(',')}]`;
}
