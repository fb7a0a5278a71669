import { malformed, type ProtobufReader } from '../protobuf/protobuf-reader.ts';
import type { OnnxGraph, OnnxNode, OnnxTensor, ValueInfo } from './onnx-model.ts';
import type { ReadBudget } from './read-limits.ts';
import { readNode } from './read-node.ts';
import type { SubgraphReader } from './subgraph-reader.ts';
import { readTensor } from './read-tensor.ts';
import { readValueInfo } from './read-value-info.ts';

/** A `GraphProto` that lies `depth` graphs deep. */
export function readGraph(reader: ProtobufReader, budget: ReadBudget, depth: number): OnnxGraph {
  budget.depth(depth);
  const readSubgraph: SubgraphReader = (subgraph) => readGraph(subgraph, budget, depth + 1);
  const nodes: OnnxNode[] = [];
  const initializers = new Map<string, OnnxTensor>();
  const sparseInitializers = new Set<string>();
  const inputs: ValueInfo[] = [];
  const outputs: ValueInfo[] = [];
  const valueInfo = new Map<string, ValueInfo>();
  let name = '';
  while (reader.next()) {
    switch (reader.field) {
      case 1:
        nodes.push(readNode(reader.message(), budget, readSubgraph));
        break;
      case 2:
        name = reader.text(budget.limits.nameBytes);
        break;
      case 5: {
        const tensor = readTensor(reader.message(), budget);
        if (initializers.has(tensor.name)) throw malformed(`it has two initializers "${tensor.name}"`);
        initializers.set(tensor.name, tensor);
        break;
      }
      case 11:
        inputs.push(readValueInfo(reader.message(), budget));
        break;
      case 12:
        outputs.push(readValueInfo(reader.message(), budget));
        break;
      case 13: {
        const info = readValueInfo(reader.message(), budget);
        valueInfo.set(info.name, info);
        break;
      }
      case 15:
        sparseInitializers.add(readSparseName(reader.message(), budget));
        break;
      default:
        reader.skip();
    }
  }
  return { name, nodes, initializers, sparseInitializers, inputs, outputs, valueInfo };
}

/** A `SparseTensorProto` has the name of its values. */
function readSparseName(reader: ProtobufReader, budget: ReadBudget): string {
  let name = '';
  while (reader.next()) {
    if (reader.field === 1) name = readTensor(reader.message(), budget).name;
    else reader.skip();
  }
  return name;
}
