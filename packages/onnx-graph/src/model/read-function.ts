import type { ProtobufReader } from '../protobuf/protobuf-reader.ts';
import type { OnnxAttribute, OnnxFunction, OnnxNode } from './onnx-model.ts';
import { readAttribute } from './read-attribute.ts';
import { readGraph } from './read-graph.ts';
import type { ReadBudget } from './read-limits.ts';
import type { SubgraphReader } from './subgraph-reader.ts';
import { readNode } from './read-node.ts';
import { readOperatorSet } from './read-operator-set.ts';

/** A `FunctionProto`. */
export function readFunction(reader: ProtobufReader, budget: ReadBudget): OnnxFunction {
  const { nameBytes } = budget.limits;
  const inputs: string[] = [];
  const outputs: string[] = [];
  const nodes: OnnxNode[] = [];
  const opsets = new Map<string, number>();
  const defaults = new Map<string, OnnxAttribute>();
  let [name, domain, overload] = ['', '', ''];
  budget.part();
  const readSubgraph: SubgraphReader = (subgraph) => readGraph(subgraph, budget, 1);
  while (reader.next()) {
    switch (reader.field) {
      case 1:
        name = reader.text(nameBytes);
        break;
      case 4:
        budget.part();
        inputs.push(reader.text(nameBytes));
        break;
      case 5:
        budget.part();
        outputs.push(reader.text(nameBytes));
        break;
      case 7:
        nodes.push(readNode(reader.message(), budget, readSubgraph));
        break;
      case 9:
        readOperatorSet(reader.message(), budget, opsets);
        break;
      case 10:
        domain = reader.text(nameBytes);
        break;
      case 11:
        defaults.set(...readAttribute(reader.message(), budget, readSubgraph));
        break;
      case 13:
        overload = reader.text(nameBytes);
        break;
      default:
        reader.skip();
    }
  }
  return { name, domain: domain === 'ai.onnx' ? '' : domain, overload, inputs, outputs, nodes, opsets, defaults };
}
