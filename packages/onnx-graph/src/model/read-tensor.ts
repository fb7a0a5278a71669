import { malformed, type ProtobufReader } from '../protobuf/protobuf-reader.ts';
import type { OnnxTensor, TensorSource } from './onnx-model.ts';
import type { ReadBudget } from './read-limits.ts';

const EXTERNAL = 1;
const COUNTABLE = 2 ** 53;

/** A `TensorProto`. Its data are not looked at, beyond the first few values of lists. */
export function readTensor(reader: ProtobufReader, budget: ReadBudget): OnnxTensor {
  budget.part();
  const dimensions: number[] = [];
  const values: number[] = [];
  let [name, elementType, count, strings, location] = ['', 0, 0, 0, 0];
  let raw: Uint8Array | undefined;
  let hasValues = false;
  while (reader.next()) {
    switch (reader.field) {
      case 1:
        reader.integers(dimensions, budget.limits.rank + 1);
        if (dimensions.length > budget.limits.rank) throw malformed(`a tensor has more than ${budget.limits.rank} dimensions`);
        break;
      case 2:
        elementType = reader.integer();
        break;
      case 4:
        count += reader.floats(values, budget.limits.values);
        hasValues = true;
        break;
      case 5:
      case 7:
      case 11:
        count += reader.integers(values, budget.limits.values);
        hasValues = true;
        break;
      case 6:
        reader.bytes();
        strings++;
        break;
      case 8:
        name = reader.text(budget.limits.nameBytes);
        break;
      case 9:
        raw = reader.bytes();
        break;
      case 10:
        count += reader.doubles(values, budget.limits.values);
        hasValues = true;
        break;
      case 14:
        location = reader.integer();
        break;
      default:
        reader.skip();
    }
  }
  requireSizes(name, dimensions);
  return { name, elementType, dimensions, data: sourceOf(location, raw, { values, count, hasValues }, strings) };
}

function sourceOf(
  location: number,
  raw: Uint8Array | undefined,
  { values, count, hasValues }: { readonly values: readonly number[]; readonly count: number; readonly hasValues: boolean },
  strings: number,
): TensorSource {
  if (location === EXTERNAL) return { kind: 'external' };
  if (raw !== undefined) return { kind: 'raw', bytes: raw };
  if (strings > 0 && !hasValues) return { kind: 'strings', count: strings };
  return { kind: 'values', values, count };
}

function requireSizes(name: string, dimensions: readonly number[]): void {
  let size = 1;
  for (const dimension of dimensions) {
    if (dimension < 0) throw malformed(`tensor "${name}" has the dimension ${dimension}`);
    size *= dimension;
  }
  if (size >= COUNTABLE) throw malformed(`tensor "${name}" of shape [${dimensions.join(',')}] has more elements than can be counted`);
}
