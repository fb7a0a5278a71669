import type { ProtobufReader } from '../protobuf/protobuf-reader.ts';
import type { OnnxGraph } from './onnx-model.ts';

/** Reads a graph within a node, one deeper than the node is. */
export type SubgraphReader = (reader: ProtobufReader) => OnnxGraph;
