import { ELEMENT_TYPE_CODES } from '../model/element-types.ts';
import type { OnnxGraph, OnnxNode, OnnxTensor } from '../model/onnx-model.ts';
import { tensorValues } from '../model/tensor-values.ts';
import { constantTensor } from './element-type-scope.ts';

/** Values that the file fixes, by name, as far as they are short. An initializer that is also an input is not fixed: a request may replace it. */
export class FixedValues {
  readonly #values = new Map<string, readonly number[] | undefined>();
  readonly #outer: FixedValues | undefined;

  constructor(graph: OnnxGraph | undefined, outer?: FixedValues) {
    this.#outer = outer;
    if (graph === undefined) return;
    for (const tensor of graph.initializers.values()) this.#values.set(tensor.name, numbersOf(tensor));
    for (const { name } of graph.inputs) this.#values.set(name, undefined);
  }

  add(node: OnnxNode): void {
    for (const name of node.outputs) this.#values.set(name, undefined);
    const [name] = node.outputs;
    if (name !== undefined && node.opType === 'Constant' && node.domain === '') this.#values.set(name, constantNumbers(node));
  }

  of(name: string): readonly number[] | undefined {
    return this.#values.has(name) ? this.#values.get(name) : this.#outer?.of(name);
  }
}

function constantNumbers(node: OnnxNode): readonly number[] | undefined {
  const tensor = constantTensor(node);
  if (tensor !== undefined) return numbersOf(tensor);
  const [int, ints] = [node.attributes.get('value_int'), node.attributes.get('value_ints')];
  if (int?.kind === 'int') return [int.value];
  return ints?.kind === 'ints' && ints.values.length === ints.count ? ints.values : undefined;
}

function numbersOf(tensor: OnnxTensor): readonly number[] | undefined {
  return tensor.elementType === ELEMENT_TYPE_CODES.BYTES ? undefined : tensorValues(tensor);
}
