import { isFloatType } from '../model/element-types.ts';
import type { OnnxFunction, OnnxGraph, OnnxModel, OnnxNode } from '../model/onnx-model.ts';
import { RUNTIME_DOMAINS } from '../model/runtime-domains.ts';
import { ElementTypeScope } from './element-type-scope.ts';
import { FixedValues } from './fixed-values.ts';
import { KnownAxes } from './known-axes.ts';
import { SizesFromValues } from './sizes-from-values.ts';

/** An operator that should have no other models beside it in its process: it can end the process, keep it for ever, or read what is of others. */
export interface TrappingOperator {
  /** The name of the node; where it has none, that of its first output. */
  readonly node: string;
  readonly opType: string;
  readonly domain: string;
  /** The nodes and functions that it lies in, outermost first. */
  readonly path: readonly string[];
  /** What happens when, as a clause. */
  readonly reason: string;
  readonly takes: TrapCondition;
}

/** What it takes for an operator to do harm: a tensor without elements, a number that says how much memory, or values that nothing tells beforehand. */
export type TrapCondition = 'EMPTY_TENSOR' | 'SIZE' | 'VALUES';

type Trap = Pick<TrappingOperator, 'reason' | 'takes'>;

interface Scope {
  readonly types: ElementTypeScope;
  readonly fixed: FixedValues;
  readonly sizes: SizesFromValues;
  readonly axes: KnownAxes;
  readonly path: readonly string[];
}

const GREEDY: Trap = { takes: 'SIZE', reason: 'a value of a request says how much memory it takes' };

/** Attributes by which ONNX Runtime divides, some of them without a look whether they are zero, and some when it loads the model. */
const DIVISOR_ATTRIBUTES = [
  'strides',
  'group',
  'dilations',
  'blocksize',
  'num_groups',
  'num_heads',
  'kv_num_heads',
  'q_num_heads',
  'block_size',
  'groups',
  'size',
];

const DIVIDES_BY_SIZE = onEmpty('an empty tensor makes it divide by zero, which raises SIGFPE');
const NO_STEPS = onEmpty('a request without rows or steps makes it look beyond a list, which raises SIGABRT');
const READS_NOWHERE = onEmpty('an image without pixels makes it read where nothing lies, which raises SIGSEGV');

/** What some operators do where nothing in the file keeps a request from it; those of other domains than ai.onnx with their domain. */
const ALWAYS: ReadonlyMap<string, Trap> = new Map([
  ['ConvTranspose', READS_NOWHERE],
  ['DFT', DIVIDES_BY_SIZE],
  ['GRU', NO_STEPS],
  ['InstanceNormalization', READS_NOWHERE],
  ['LSTM', NO_STEPS],
  ['Loop', onValues('it may run without end, and a thread cannot be ended')],
  ['LpNormalization', DIVIDES_BY_SIZE],
  ['ReverseSequence', onValues('where a length is zero it gives what lies in memory, which may be of another model')],
  ['RoiAlign', READS_NOWHERE],
  ['TopK', DIVIDES_BY_SIZE],
  ['Unique', onEmpty('an empty tensor makes it look beyond a list, which raises SIGABRT')],
  ['ai.onnx.ml.FeatureVectorizer', NO_STEPS],
  ['com.microsoft.MultiHeadAttention', DIVIDES_BY_SIZE],
  ['com.microsoft.QLinearSoftmax', onEmpty('a request without rows makes it read where nothing lies, which raises SIGSEGV')],
]);

const NO_KERNEL = onEmpty('a kernel without elements makes it run without end');
/** What others do where one input, at this index, comes from a request. */
const OF_REQUEST: ReadonlyMap<string, { readonly input: number; readonly trap: Trap }> = new Map([
  ['Conv', { input: 1, trap: NO_KERNEL }],
  ['ConvInteger', { input: 1, trap: NO_KERNEL }],
  // Of blocks, by how many of them there are.
  ['DequantizeLinear', { input: 1, trap: DIVIDES_BY_SIZE }],
  ['QLinearConv', { input: 3, trap: NO_KERNEL }],
  ['QuantizeLinear', { input: 1, trap: DIVIDES_BY_SIZE }],
  ['Trilu', { input: 1, trap: onEmpty('a diagonal far outside of an empty matrix makes it run without end') }],
  ['com.microsoft.BiasGelu', { input: 1, trap: DIVIDES_BY_SIZE }],
  ['com.microsoft.FastGelu', { input: 1, trap: DIVIDES_BY_SIZE }],
  ['com.microsoft.SkipLayerNormalization', { input: 2, trap: DIVIDES_BY_SIZE }],
  ['com.microsoft.SkipSimplifiedLayerNormalization', { input: 2, trap: DIVIDES_BY_SIZE }],
  ['com.microsoft.Trilu', { input: 1, trap: onValues('a diagonal far outside of the matrix makes it read where nothing lies, which raises SIGSEGV') }],
]);

/**
 * The operators of a model that can end their process with a signal, which no catch of JavaScript or C++ holds, keep it for ever, or take
 * all memory there is: ONNX Runtime 1.27 was tried with each kind, on empty tensors and hostile numbers. Errors that it throws are not
 * traps. Subgraphs and local functions are looked through; a type that does not follow from the file counts as one that traps.
 */
export function findTrappingOperators(model: OnnxModel): readonly TrappingOperator[] {
  const found: TrappingOperator[] = [];
  const functions = new Set(model.functions.map(({ domain, name }) => `${domain}:${name}`));
  walkGraph(model.graph, undefined, [], (node, scope) => note(node, scope, functions, found));
  for (const local of model.functions) walkFunction(local, (node, scope) => note(node, scope, functions, found));
  return found;
}

function note(node: OnnxNode, scope: Scope, functions: ReadonlySet<string>, found: TrappingOperator[]): void {
  const trap = trapOf(node, scope, functions) ?? (scope.sizes.isSizedByRequest(node) ? GREEDY : undefined);
  if (trap === undefined) return;
  const { opType, domain } = node;
  found.push({ node: nameOf(node), opType, domain, path: scope.path, ...trap });
}

function trapOf(node: OnnxNode, scope: Scope, functions: ReadonlySet<string>): Trap | undefined {
  const { opType, domain, attributes } = node;
  for (const name of DIVISOR_ATTRIBUTES) {
    const attribute = attributes.get(name);
    // Of ai.onnx it is zero where there are no blocks.
    if (name === 'block_size' && domain === '') continue;
    const values = attribute?.kind === 'int' ? [attribute.value] : attribute?.kind === 'ints' ? attribute.values : [];
    if (attribute?.kind === 'reference') return onValues(`its attribute "${name}" is for the callers of its function to say, and may be zero`);
    if (values.includes(0)) return onValues(`its attribute "${name}" is zero, and ONNX Runtime divides by it`);
  }
  if (!RUNTIME_DOMAINS.has(domain) && !functions.has(`${domain}:${opType}`))
    return onValues(`it is an operator of the domain "${domain}", about which nothing is known`);
  return (domain === '' ? trapOfOwn(node, scope) : undefined) ?? trapOfKind(node, scope);
}

/** Of ai.onnx, where more than the inputs says whether it traps. */
function trapOfOwn({ opType, inputs, attributes }: OnnxNode, { types, fixed }: Scope): Trap | undefined {
  if (opType === 'Div' || opType === 'Mod') {
    const type = types.of(inputs[0] ?? '') || types.of(inputs[1] ?? '');
    if (isFloatType(type)) return undefined;
    const divisor = fixed.of(inputs[1] ?? '');
    if (divisor !== undefined && divisor.every((value) => value !== 0 && value !== -1)) return undefined;
    return onValues('an integer division of the smallest number by -1 raises SIGFPE');
  }
  if (opType === 'DFT' && inputs.slice(1).some((name) => name !== '' && fixed.of(name) === undefined))
    return onValues('a length or an axis that no signal has makes it run without end');
  const padding = attributes.get('padding_mode');
  if (opType === 'GridSample' && padding !== undefined && !(padding.kind === 'string' && padding.value === 'zeros'))
    return onEmpty('an image without pixels makes it look for its border, which raises SIGABRT');
  return undefined;
}

function trapOfKind({ opType, domain, inputs }: OnnxNode, { sizes, axes }: Scope): Trap | undefined {
  const kind = domain === '' ? opType : `${domain}.${opType}`;
  if (kind === 'ai.onnx.ml.Normalizer' && !axes.has(inputs[0] ?? '')) return onValues('a tensor without dimensions raises SIGABRT');
  const chosen = OF_REQUEST.get(kind);
  return chosen !== undefined && sizes.isFromRequest(inputs[chosen.input] ?? '') ? chosen.trap : ALWAYS.get(kind);
}

function onEmpty(reason: string): Trap {
  return { takes: 'EMPTY_TENSOR', reason };
}

function onValues(reason: string): Trap {
  return { takes: 'VALUES', reason };
}

function walkGraph(graph: OnnxGraph, outer: Scope | undefined, path: readonly string[], visit: (node: OnnxNode, scope: Scope) => void): void {
  walkNodes(graph.nodes, scopeOf(graph, path, outer), visit);
}

function scopeOf(graph: OnnxGraph | undefined, path: readonly string[], outer?: Scope): Scope {
  return {
    types: new ElementTypeScope(graph, outer?.types),
    fixed: new FixedValues(graph, outer?.fixed),
    sizes: new SizesFromValues(graph, outer?.sizes),
    axes: new KnownAxes(graph, outer?.axes),
    path,
  };
}

function walkFunction({ name, domain, nodes }: OnnxFunction, visit: (node: OnnxNode, scope: Scope) => void): void {
  walkNodes(nodes, scopeOf(undefined, [`function ${domain}:${name}`]), visit);
}

function walkNodes(nodes: readonly OnnxNode[], scope: Scope, visit: (node: OnnxNode, scope: Scope) => void): void {
  for (const node of nodes) {
    visit(node, scope);
    const path = [...scope.path, nameOf(node)];
    for (const attribute of node.attributes.values()) {
      if (attribute.kind === 'graph') walkGraph(attribute.value, scope, path, visit);
      if (attribute.kind === 'graphs') for (const graph of attribute.values) walkGraph(graph, scope, path, visit);
    }
    scope.types.add(node);
    scope.fixed.add(node);
    scope.sizes.add(node);
    scope.axes.add(node);
  }
}

function nameOf({ name, outputs, opType }: OnnxNode): string {
  return name || (outputs.find((output) => output !== '') ?? opType);
}
