import { malformed, type ProtobufReader } from '../protobuf/protobuf-reader.ts';
import type { OnnxAttribute, OnnxNode } from './onnx-model.ts';
import { readAttribute } from './read-attribute.ts';
import type { ReadBudget } from './read-limits.ts';
import type { SubgraphReader } from './subgraph-reader.ts';

/** A `NodeProto`. */
export function readNode(reader: ProtobufReader, budget: ReadBudget, readSubgraph: SubgraphReader): OnnxNode {
  budget.node();
  const { nameBytes } = budget.limits;
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes = new Map<string, OnnxAttribute>();
  let [name, opType, domain, overload] = ['', '', '', ''];
  while (reader.next()) {
    switch (reader.field) {
      case 1:
        budget.part();
        inputs.push(reader.text(nameBytes));
        break;
      case 2:
        budget.part();
        outputs.push(reader.text(nameBytes));
        break;
      case 3:
        name = reader.text(nameBytes);
        break;
      case 4:
        opType = reader.text(nameBytes);
        break;
      case 5: {
        const [attribute, value] = readAttribute(reader.message(), budget, readSubgraph);
        if (attributes.has(attribute)) throw malformed(`a node ${opType} has two attributes "${attribute}"`);
        attributes.set(attribute, value);
        break;
      }
      case 7:
        domain = reader.text(nameBytes);
        break;
      case 8:
        overload = reader.text(nameBytes);
        break;
      default:
        reader.skip();
    }
  }
  return { name, opType, domain: domain === 'ai.onnx' ? '' : domain, overload, inputs, outputs, attributes };
}
