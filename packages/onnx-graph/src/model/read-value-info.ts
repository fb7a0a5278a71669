import { malformed, type ProtobufReader } from '../protobuf/protobuf-reader.ts';
import type { Dimension, ValueInfo } from './onnx-model.ts';
import type { ReadBudget } from './read-limits.ts';

const KIND_OF_FIELD: Readonly<Record<number, ValueInfo['kind']>> = { 1: 'tensor', 4: 'sequence', 5: 'map', 8: 'sparse', 9: 'optional' };

type DeclaredType = Pick<ValueInfo, 'kind' | 'elementType' | 'shape'>;

const UNSAID: DeclaredType = { kind: 'unknown', elementType: 0, shape: undefined };

/** A `ValueInfoProto`. */
export function readValueInfo(reader: ProtobufReader, budget: ReadBudget): ValueInfo {
  budget.part();
  let name = '';
  let type: DeclaredType | undefined;
  while (reader.next()) {
    if (reader.field === 1) name = reader.text(budget.limits.nameBytes);
    else if (reader.field === 2) {
      if (type !== undefined) throw malformed(`value "${name}" has two types`);
      type = readType(reader.message(), budget);
    } else reader.skip();
  }
  return { name, ...(type ?? UNSAID) };
}

function readType(reader: ProtobufReader, budget: ReadBudget): DeclaredType {
  let type: DeclaredType | undefined;
  while (reader.next()) {
    const kind = KIND_OF_FIELD[reader.field];
    if (kind === undefined) {
      reader.skip();
      continue;
    }
    if (type !== undefined) throw malformed('a value has two types');
    if (kind === 'tensor') type = readTensorType(reader.message(), budget);
    else {
      reader.skip();
      type = { kind, elementType: 0, shape: undefined };
    }
  }
  return type ?? UNSAID;
}

function readTensorType(reader: ProtobufReader, budget: ReadBudget): DeclaredType {
  let elementType = 0;
  let shape: readonly Dimension[] | undefined;
  while (reader.next()) {
    if (reader.field === 1) elementType = reader.integer();
    else if (reader.field === 2) {
      if (shape !== undefined) throw malformed('a value has two shapes');
      shape = readShape(reader.message(), budget);
    } else reader.skip();
  }
  return { kind: 'tensor', elementType, shape };
}

function readShape(reader: ProtobufReader, budget: ReadBudget): readonly Dimension[] {
  const shape: Dimension[] = [];
  while (reader.next()) {
    if (reader.field !== 1) {
      reader.skip();
      continue;
    }
    budget.part();
    if (shape.length === budget.limits.rank) throw malformed(`a value has more than ${budget.limits.rank} dimensions`);
    shape.push(readDimension(reader.message(), budget));
  }
  return shape;
}

/** Exporters write -1 and 0 where they mean an open dimension; ONNX Runtime takes a negative one so, and 0 as no elements. */
function readDimension(reader: ProtobufReader, budget: ReadBudget): Dimension {
  let dimension: Dimension = '';
  while (reader.next()) {
    if (reader.field === 1) {
      const size = reader.integer();
      dimension = size < 0 ? '' : size;
    } else if (reader.field === 2) dimension = reader.text(budget.limits.nameBytes);
    else reader.skip();
  }
  return dimension;
}
