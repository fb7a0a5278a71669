import { ELEMENT_TYPE_CODES } from '../model/element-types.ts';
import type { OnnxAttribute, OnnxFunction, OnnxGraph, OnnxModel, OnnxNode, OnnxTensor } from '../model/onnx-model.ts';
import { RUNTIME_DOMAINS } from '../model/runtime-domains.ts';
import { tensorValues } from '../model/tensor-values.ts';
import { Operator, type KnownValue } from './operator.ts';
import { countsRows, fixedValue, type FixedValue, type MixedValue, type RowValue } from './row-value.ts';
import { RowsMixed } from './rows-mixed.ts';
import { CALCULATES_SIZES, ruleOf } from './rule-of.ts';
import { sizeOf } from './size.ts';

type Values = Map<string, RowValue>;

const RANDOM = /random|bernoulli|multinomial|dropout|sampling/i;

/** Sizes are calculated in short lists. */
const LONGEST_LIST = 64;
/** Functions that call functions multiply; a model of more calls than this is not followed further. */
const MOST_STEPS = 1_000_000;
const DEEPEST_CALL = 16;

/** Operators that do not look at elements. */
const LOOKS_AT_SHAPES: ReadonlySet<string> = new Set(['Shape', 'Size']);
/** Operators that take a shape beside a value, so that the number of rows may become that of a value of rows. */
const TAKES_SHAPES: ReadonlySet<string> = new Set(['Reshape', 'Expand', 'Tile', 'Resize', 'Upsample', 'ConstantOfShape']);

/** Operators that look only at the type or the shape of an input, so that what they give is made of no row. */
const LOOKS_AT_NO_ELEMENT: ReadonlySet<string> = new Set([...LOOKS_AT_SHAPES, 'CastLike']);

const { INT32, INT64, BOOL, FP32, FP64 } = ELEMENT_TYPE_CODES;
/** Sizes are not calculated in other types, in which numbers soon begin again at zero. */
const WHOLE: ReadonlySet<number> = new Set([INT32, INT64, BOOL]);
const REAL: ReadonlySet<number> = new Set([FP32, FP64]);

/** Says of what kind every value of a graph is, node by node, in the order of the file. */
export class GraphWalk {
  readonly #opsets: ReadonlyMap<string, number>;
  readonly #functions: ReadonlyMap<string, OnnxFunction>;
  #steps = 0;
  #names = 0;

  constructor({ opsets, functions }: OnnxModel) {
    this.#opsets = opsets;
    this.#functions = new Map(functions.map((local) => [`${local.domain}:${local.name}:${local.overload}`, local]));
  }

  run(graph: OnnxGraph, inputs: ReadonlyMap<string, RowValue>): Values {
    const values: Values = new Map(inputs);
    for (const [name, tensor] of graph.initializers) values.set(name, constant(tensor));
    for (const name of graph.sparseInitializers) values.set(name, fixedValue());
    this.#follow(graph.nodes, values, this.#opsets, 0);
    return values;
  }

  #follow(nodes: readonly OnnxNode[], values: Values, opsets: ReadonlyMap<string, number>, depth: number): void {
    for (const node of nodes) {
      const results = this.#resultsOf(node, values, opsets, depth);
      for (const [index, name] of node.outputs.entries())
        if (name !== '') values.set(name, results[index] ?? mixed(node, `nothing is known of its output ${index}`));
    }
  }

  #resultsOf(node: OnnxNode, values: Values, opsets: ReadonlyMap<string, number>, depth: number): readonly RowValue[] {
    const inputs: (KnownValue | undefined)[] = [];
    for (const name of node.inputs) {
      const value = name === '' ? undefined : (values.get(name) ?? mixed(node, `its input "${name}" comes from nowhere before it`));
      if (value?.kind === 'mixed') return node.outputs.map(() => value);
      inputs.push(value);
    }
    if (++this.#steps > MOST_STEPS) return everything(node, 'the functions of the model call each other too often to be followed');
    for (const graph of graphsOf(node)) {
      const seen = this.#seenBy(graph, values);
      if (seen !== undefined) return seen.kind === 'mixed' ? node.outputs.map(() => seen) : everything(node, 'a graph within it sees the rows');
      if (this.#mayBeRandom(graph)) return everything(node, 'a graph within it may be random');
    }
    const local = this.#functionOf(node);
    if (local === undefined) return this.#apply(node, inputs, opsets);
    if (RUNTIME_DOMAINS.has(node.domain)) return everything(node, 'it may be a function of the model or an operator of the same name');
    return this.#call(node, local, inputs, depth);
  }

  #apply(node: OnnxNode, inputs: readonly (KnownValue | undefined)[], opsets: ReadonlyMap<string, number>): readonly RowValue[] {
    if (node.domain === '' && node.opType === 'Constant') return [constantOf(node)];
    const isFixed = inputs.every((value) => value?.kind !== 'rows');
    const rule = ruleOf(node.domain, node.opType);
    const counts = inputs.some(countsRows);
    try {
      if (counts && !(node.domain === '' && CALCULATES_SIZES.has(node.opType))) throw new RowsMixed('it calculates with the number of rows');
      if (rule === undefined) {
        if (isFixed) return node.outputs.map(() => fixedValue());
        throw new RowsMixed('it is not an operator that is known to keep rows apart');
      }
      const operator = new Operator(node, opsets.get(node.domain) ?? 1, inputs, () => `?${++this.#names}`, constant);
      const results = rule(operator);
      return checkedResults(node, inputs, Array.isArray(results) ? (results as readonly RowValue[]) : [results as RowValue]);
    } catch (error) {
      if (!(error instanceof RowsMixed)) throw error;
      return isFixed && !counts && !error.isOfConstants ? node.outputs.map(() => fixedValue()) : everything(node, error.message);
    }
  }

  /** Looks through a function of the model's own, with what is known of the inputs of this call. */
  #call(node: OnnxNode, local: OnnxFunction, inputs: readonly (KnownValue | undefined)[], depth: number): readonly RowValue[] {
    if (depth >= DEEPEST_CALL) return everything(node, `its functions call each other more than ${DEEPEST_CALL} deep`);
    const values: Values = new Map();
    for (const [index, name] of local.inputs.entries()) {
      const value = inputs[index];
      if (value !== undefined) values.set(name, value);
    }
    const attributes = new Map([...local.defaults, ...node.attributes]);
    const nodes = local.nodes.map((inner) => withAttributes(inner, attributes, new Set(local.inputs.filter((name) => !values.has(name)))));
    this.#follow(nodes, values, local.opsets.size > 0 ? local.opsets : this.#opsets, depth + 1);
    return local.outputs.map((name) => values.get(name) ?? mixed(node, `its function does not give "${name}"`));
  }

  /** The first value around a graph that it reads and that is made of rows, of their number, or mixed. A name of its own that is one around it, too, counts as that. */
  #seenBy(graph: OnnxGraph, values: Values): RowValue | undefined {
    this.#steps += graph.nodes.length;
    for (const name of [...graph.outputs.map((output) => output.name), ...graph.nodes.flatMap(({ inputs }) => inputs)]) {
      const value = values.get(name);
      if (value !== undefined && (value.kind !== 'fixed' || countsRows(value))) return value;
    }
    for (const inner of graph.nodes.flatMap(graphsOf)) {
      const seen = this.#seenBy(inner, values);
      if (seen !== undefined) return seen;
    }
    return undefined;
  }

  /** Whether it holds noise, or a function, which is not looked into here. */
  #mayBeRandom(graph: OnnxGraph): boolean {
    return graph.nodes.some(
      (node) => RANDOM.test(node.opType) || this.#functionOf(node) !== undefined || graphsOf(node).some((inner) => this.#mayBeRandom(inner)),
    );
  }

  #functionOf({ domain, opType, overload }: OnnxNode): OnnxFunction | undefined {
    return this.#functions.get(`${domain}:${opType}:${overload}`);
  }
}

/**
 * What a rule says, as far as sizes may be calculated from it: the number of rows may not get lost on the way, in an element that
 * nothing is known of or in an index, and elements are those of an input only where the operator is one that sizes are calculated by.
 */
function checkedResults({ domain, opType }: OnnxNode, inputs: readonly (KnownValue | undefined)[], results: readonly RowValue[]): readonly RowValue[] {
  if (!LOOKS_AT_NO_ELEMENT.has(opType) && inputs.some((value) => value?.kind === 'rows') && results.some(({ kind }) => kind === 'fixed'))
    throw new RowsMixed('it makes something of the rows that is the same for all of them');
  if (domain !== '' || !CALCULATES_SIZES.has(opType)) return results.map((result) => (result.kind === 'fixed' ? fixedValue(result.shape) : result));
  if (!inputs.some(countsRows) || LOOKS_AT_SHAPES.has(opType)) return results;
  const mayCount = TAKES_SHAPES.has(opType) && (opType === 'ConstantOfShape' || !countsRows(inputs[0]));
  for (const result of results)
    if (result.kind === 'rows' ? !mayCount : result.kind === 'fixed' && result.values === undefined)
      throw new RowsMixed('it calculates with the number of rows');
  return results;
}

/** A node of a function as this call makes it: references to attributes of the call are replaced, inputs that were left out are empty. */
function withAttributes(node: OnnxNode, given: ReadonlyMap<string, OnnxAttribute>, absent: ReadonlySet<string>): OnnxNode {
  const attributes = new Map<string, OnnxAttribute>();
  for (const [name, attribute] of node.attributes) {
    const value = attribute.kind === 'reference' ? given.get(attribute.name) : attribute;
    if (value !== undefined) attributes.set(name, value);
  }
  return { ...node, inputs: node.inputs.map((name) => (absent.has(name) ? '' : name)), attributes };
}

function graphsOf({ attributes }: OnnxNode): readonly OnnxGraph[] {
  return [...attributes.values()].flatMap((attribute) =>
    attribute.kind === 'graph' ? [attribute.value] : attribute.kind === 'graphs' ? attribute.values : [],
  );
}

function constant(tensor: OnnxTensor): FixedValue {
  const shape = tensor.dimensions.map(sizeOf);
  const numbers = WHOLE.has(tensor.elementType) || REAL.has(tensor.elementType) ? tensorValues(tensor, LONGEST_LIST) : undefined;
  if (numbers === undefined) return fixedValue(shape);
  return WHOLE.has(tensor.elementType) ? fixedValue(shape, numbers.map(sizeOf)) : { ...fixedValue(shape), floats: numbers };
}

function constantOf({ attributes }: OnnxNode): FixedValue {
  const value = attributes.get('value');
  if (value?.kind === 'tensor') return constant(value.value);
  const int = attributes.get('value_int');
  if (int?.kind === 'int') return fixedValue([], [sizeOf(int.value)]);
  const ints = attributes.get('value_ints');
  if (ints?.kind === 'ints') return fixedValue([sizeOf(ints.count)], ints.count <= LONGEST_LIST ? ints.values.map(sizeOf) : undefined);
  const float = attributes.get('value_float') ?? attributes.get('value_string');
  if (float !== undefined) return fixedValue([]);
  const floats = attributes.get('value_floats');
  if (floats?.kind === 'floats') return { ...fixedValue([sizeOf(floats.count)]), ...(floats.count <= LONGEST_LIST ? { floats: floats.values } : {}) };
  return fixedValue();
}

function everything(node: OnnxNode, reason: string): readonly MixedValue[] {
  return node.outputs.map(() => mixed(node, reason));
}

function mixed({ name, opType, outputs }: OnnxNode, reason: string): MixedValue {
  return { kind: 'mixed', fault: { node: name || (outputs.find((output) => output !== '') ?? opType), operator: opType, reason } };
}
