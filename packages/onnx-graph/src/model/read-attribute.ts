import { malformed, type ProtobufReader } from '../protobuf/protobuf-reader.ts';
import type { OnnxAttribute, OnnxGraph, OnnxTensor } from './onnx-model.ts';
import type { ReadBudget } from './read-limits.ts';
import type { SubgraphReader } from './subgraph-reader.ts';
import { readTensor } from './read-tensor.ts';

/** `AttributeProto.AttributeType`. */
const TYPES = ['UNDEFINED', 'FLOAT', 'INT', 'STRING', 'TENSOR', 'GRAPH', 'FLOATS', 'INTS', 'STRINGS', 'TENSORS', 'GRAPHS'] as const;

const lenient = new TextDecoder();

/** The fields of an attribute as they come, before its type says which of them counts. */
interface AttributeParts {
  name: string;
  type: number;
  reference: string;
  float: number;
  int: number;
  text: Uint8Array;
  tensor: OnnxTensor | undefined;
  graph: OnnxGraph | undefined;
  readonly floats: number[];
  floatCount: number;
  readonly ints: number[];
  intCount: number;
  readonly strings: string[];
  stringCount: number;
  readonly graphs: OnnxGraph[];
}

/** An `AttributeProto`: its name and its value. */
export function readAttribute(reader: ProtobufReader, budget: ReadBudget, readSubgraph: SubgraphReader): readonly [string, OnnxAttribute] {
  budget.part();
  const parts: AttributeParts = {
    name: '',
    type: 0,
    reference: '',
    float: 0,
    int: 0,
    text: new Uint8Array(),
    tensor: undefined,
    graph: undefined,
    floats: [],
    floatCount: 0,
    ints: [],
    intCount: 0,
    strings: [],
    stringCount: 0,
    graphs: [],
  };
  while (reader.next()) readPart(reader, budget, readSubgraph, parts);
  return [parts.name, valueOf(parts)];
}

function readPart(reader: ProtobufReader, budget: ReadBudget, readSubgraph: SubgraphReader, parts: AttributeParts): void {
  const { values, nameBytes } = budget.limits;
  switch (reader.field) {
    case 1:
      parts.name = reader.text(nameBytes);
      return;
    case 2:
      parts.float = reader.float();
      return;
    case 3:
      parts.int = reader.integer();
      return;
    case 4:
      parts.text = reader.bytes();
      return;
    case 5:
      if (parts.tensor !== undefined) throw malformed(`attribute "${parts.name}" has two tensors`);
      parts.tensor = readTensor(reader.message(), budget);
      return;
    case 6:
      if (parts.graph !== undefined) throw malformed(`attribute "${parts.name}" has two graphs`);
      parts.graph = readSubgraph(reader.message());
      return;
    case 7:
      parts.floatCount += reader.floats(parts.floats, values);
      return;
    case 8:
      parts.intCount += reader.integers(parts.ints, values);
      return;
    case 9:
      readString(reader, parts, values, nameBytes);
      return;
    case 11:
      parts.graphs.push(readSubgraph(reader.message()));
      return;
    case 20:
      parts.type = reader.integer();
      return;
    case 21:
      parts.reference = reader.text(nameBytes);
      return;
    default:
      reader.skip();
  }
}

/** Texts of attributes may be any bytes, and vocabularies are long: no more than a share of them is kept. */
function readString(reader: ProtobufReader, parts: AttributeParts, maximum: number, maximumBytes: number): void {
  const bytes = reader.bytes();
  parts.stringCount++;
  if (parts.strings.length < maximum / 16 && bytes.length <= maximumBytes) parts.strings.push(lenient.decode(bytes));
}

function valueOf(parts: AttributeParts): OnnxAttribute {
  if (parts.reference !== '') return { kind: 'reference', name: parts.reference };
  switch (TYPES[parts.type === 0 ? guessedType(parts) : parts.type]) {
    case 'FLOAT':
      return { kind: 'float', value: parts.float };
    case 'INT':
      return { kind: 'int', value: parts.int };
    case 'STRING':
      return { kind: 'string', value: lenient.decode(parts.text.subarray(0, MAXIMUM_TEXT)) };
    case 'TENSOR':
      return parts.tensor === undefined ? { kind: 'other' } : { kind: 'tensor', value: parts.tensor };
    case 'GRAPH':
      return parts.graph === undefined ? { kind: 'other' } : { kind: 'graph', value: parts.graph };
    case 'FLOATS':
      return { kind: 'floats', values: parts.floats, count: parts.floatCount };
    case 'INTS':
      return { kind: 'ints', values: parts.ints, count: parts.intCount };
    case 'STRINGS':
      return { kind: 'strings', values: parts.strings, count: parts.stringCount };
    case 'GRAPHS':
      return { kind: 'graphs', values: parts.graphs };
    default:
      return parts.graph === undefined && parts.graphs.length === 0
        ? { kind: 'other' }
        : { kind: 'graphs', values: [...parts.graphs, ...(parts.graph === undefined ? [] : [parts.graph])] };
  }
}

/** Longer texts are not names of modes. */
const MAXIMUM_TEXT = 65_536;

/** Files of the first versions of the format do not say the type: it is that of the field that is filled. */
function guessedType(parts: AttributeParts): number {
  const filled: [boolean, (typeof TYPES)[number]][] = [
    [parts.tensor !== undefined, 'TENSOR'],
    [parts.graph !== undefined, 'GRAPH'],
    [parts.intCount > 0, 'INTS'],
    [parts.floatCount > 0, 'FLOATS'],
    [parts.stringCount > 0, 'STRINGS'],
    [parts.graphs.length > 0, 'GRAPHS'],
    [parts.text.length > 0, 'STRING'],
    [parts.float !== 0, 'FLOAT'],
  ];
  return TYPES.indexOf(filled.find(([isFilled]) => isFilled)?.[1] ?? 'INT');
}
