import type { OnnxModel, OnnxNode } from '../model/onnx-model.ts';
import { readOnnxModel } from '../model/read-model.ts';
import { DEFAULT_LIMITS, ReadBudget } from '../model/read-limits.ts';
import { readValueInfo } from '../model/read-value-info.ts';
import { ProtobufReader } from '../protobuf/protobuf-reader.ts';
import { ProtobufWriter } from '../protobuf/protobuf-writer.ts';

/** A model without its ZipMaps, and the outputs that are tensors of floats [rows, classes] now. */
export interface WithoutZipMaps {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly outputs: readonly string[];
}

const GRAPH = 7;
const NODE = 1;
const OUTPUT = 12;
const FLOAT = 1;

/**
 * Takes the ZipMaps at the end of a model out: scikit-learn's and CatBoost's exporters put one behind a classifier, and its output, a list
 * of maps, can be carried by no protocol. The output keeps its name and becomes the matrix of probabilities that the ZipMap took, one
 * column for each class in its order. Every other byte of the file stays. Undefined where there is none to take out.
 * Throws `MODEL_INVALID` for a file that cannot be read.
 */
export function withoutZipMaps(file: Uint8Array): WithoutZipMaps | undefined {
  const model = readOnnxModel(file);
  const widths = zipMapsAtTheEnd(model);
  if (widths.size === 0) return undefined;
  const places = new Map([...model.graph.nodes.entries()].filter(([, node]) => isAmong(node, widths)));
  const reader = new ProtobufReader(file);
  const writer = new ProtobufWriter();
  while (reader.next()) {
    if (reader.field === GRAPH) writer.message(GRAPH, rewrittenGraph(reader.message(), places, widths));
    else writer.whole(reader.whole());
  }
  return { bytes: writer.finish(), outputs: [...widths.keys()] };
}

/** The outputs of the graph that a ZipMap gives and nothing else takes, and how many classes each has. */
function zipMapsAtTheEnd({ graph }: OnnxModel): ReadonlyMap<string, number> {
  const taken = new Set(graph.nodes.flatMap(({ inputs }) => inputs));
  const given = new Set(graph.outputs.map(({ name }) => name));
  const widths = new Map<string, number>();
  for (const { opType, domain, outputs, attributes } of graph.nodes) {
    const [name = ''] = outputs;
    if (opType !== 'ZipMap' || domain !== 'ai.onnx.ml' || !given.has(name) || taken.has(name)) continue;
    const labels = attributes.get('classlabels_int64s') ?? attributes.get('classlabels_strings');
    widths.set(name, labels?.kind === 'ints' || labels?.kind === 'strings' ? labels.count : 0);
  }
  return widths;
}

function isAmong({ opType, outputs }: OnnxNode, widths: ReadonlyMap<string, number>): boolean {
  return opType === 'ZipMap' && widths.has(outputs[0] ?? '');
}

function rewrittenGraph(reader: ProtobufReader, places: ReadonlyMap<number, OnnxNode>, widths: ReadonlyMap<string, number>): ProtobufWriter {
  const writer = new ProtobufWriter();
  let place = 0;
  while (reader.next()) {
    const node = reader.field === NODE ? places.get(place++) : undefined;
    const whole = reader.whole();
    const output = reader.field === OUTPUT ? nameOfOutput(whole) : undefined;
    if (node !== undefined) writer.message(NODE, identity(node));
    else if (output !== undefined && widths.has(output)) writer.message(OUTPUT, matrix(output, widths.get(output) ?? 0));
    else writer.whole(whole);
  }
  return writer;
}

function nameOfOutput(field: Uint8Array): string {
  const reader = new ProtobufReader(field);
  reader.next();
  return readValueInfo(reader.message(), new ReadBudget(DEFAULT_LIMITS)).name;
}

function identity({ name, inputs, outputs }: OnnxNode): ProtobufWriter {
  return new ProtobufWriter()
    .string(1, inputs[0] ?? '')
    .string(2, outputs[0] ?? '')
    .string(3, name)
    .string(4, 'Identity');
}

/** The first dimension is open, as rows are; the second has a size where the ZipMap says how many classes there are. */
function matrix(name: string, classes: number): ProtobufWriter {
  const columns = classes > 0 ? new ProtobufWriter().int(1, classes) : new ProtobufWriter();
  const shape = new ProtobufWriter().message(1, new ProtobufWriter()).message(1, columns);
  const tensor = new ProtobufWriter().int(1, FLOAT).message(2, shape);
  return new ProtobufWriter().string(1, name).message(2, new ProtobufWriter().message(1, tensor));
}
