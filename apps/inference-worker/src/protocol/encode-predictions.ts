import type { Tensor, TensorData } from '../engine/tensor/tensor.ts';
import type { PiecewiseBody } from '../http/http-message.ts';
import type { InferResult } from '../serving/infer-request.ts';
import { checkJson, encodeJsonPieces, jsonWeight, LARGEST_AT_ONCE, partOf } from './encode-json.ts';
import { joinPieces } from './join-pieces.ts';

/**
 * `{"predictions": [...]}`: for each row the value of the one output, or an object by output. Values nest as the shape of the output says. What is large is made
 * while it goes out. Throws a 400 for values that JSON cannot carry.
 */
export function encodePredictions(result: InferResult): string | PiecewiseBody {
  let weight = 0;
  for (const { name, tensor } of result.outputs) {
    checkJson(name, tensor);
    weight += jsonWeight(tensor.data);
  }
  if (weight > LARGEST_AT_ONCE) return { pieces: joinPieces(piecesOf(result)) };
  let text = '';
  for (const piece of piecesOf(result)) text += piece;
  return text;
}

function* piecesOf({ outputs, rows }: InferResult): Generator<string> {
  const [only, ...more] = outputs;
  yield '{"predictions":[';
  if (only !== undefined && more.length === 0) yield* rowsOf(only.name, only.tensor, rows);
  else {
    const names = outputs.map(({ name }) => JSON.stringify(name));
    for (let row = 0; row < rows; row++) {
      yield row === 0 ? '{' : ',{';
      for (const [index, { name, tensor }] of outputs.entries()) {
        yield `${index === 0 ? '' : ','}${names[index]}:`;
        yield* valueOf(name, tensor, { rows, row });
      }
      yield '}';
    }
  }
  yield ']}';
}

function* rowsOf(name: string, tensor: Tensor, rows: number): Generator<string> {
  const parts = tensor.shape[0] === rows ? rows : 1;
  for (let row = 0; row < parts; row++) {
    if (row > 0) yield ',';
    yield* valueOf(name, tensor, { rows, row });
  }
}

/** The value of one row. An output that does not have one row for each row of the request is answered whole with the first. */
function* valueOf(name: string, tensor: Tensor, { rows, row }: { readonly rows: number; readonly row: number }): Generator<string> {
  const { datatype, data, shape } = tensor;
  if (shape[0] !== rows) {
    if (row === 0) yield* nest(name, { datatype, data, shape });
    else yield 'null';
    return;
  }
  const width = data.length / rows;
  yield* nest(name, { datatype, data: partOf(data, row * width, (row + 1) * width), shape: shape.slice(1) });
}

interface Part {
  readonly datatype: Tensor['datatype'];
  readonly data: TensorData;
  readonly shape: readonly number[];
}

function* nest(name: string, { datatype, data, shape }: Part): Generator<string> {
  const [length, ...inner] = shape;
  if (shape.every((dimension) => dimension === 1)) return yield* encodeJsonPieces(name, { datatype, data });
  yield '[';
  if (length === undefined || inner.length === 0) yield* encodeJsonPieces(name, { datatype, data });
  else {
    const width = data.length / length;
    for (let part = 0; part < length; part++) {
      if (part > 0) yield ',';
      yield* nest(name, { datatype, data: partOf(data, part * width, (part + 1) * width), shape: inner });
    }
  }
  yield ']';
}
