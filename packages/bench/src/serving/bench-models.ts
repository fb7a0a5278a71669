import { createHash } from 'node:crypto';
import { servingOptionsSchema, type AssignedVersion, type ServingOptions } from '@millrace/contracts';
import { GraphBuilder, type Attribute, type ValueName } from '@millrace/learning';
import { seededRandom } from '@millrace/domain';

/** Every model of the benchmark takes `x` [batch, 32] and gives `score` [batch]. */
export const COLUMNS = 32;

/** A multilayer perceptron with ReLU between `widths` and a sigmoid at the end. */
export function perceptron(...widths: readonly number[]): Uint8Array<ArrayBuffer> {
  const graph = new GraphBuilder();
  const random = seededRandom(1);
  let value: ValueName = graph.input('x', 'FP32', COLUMNS);
  let fanIn = COLUMNS;
  for (const [layer, width] of widths.entries()) {
    const scale = Math.sqrt(6 / fanIn);
    const weights = Float32Array.from({ length: fanIn * width }, () => (random() * 2 - 1) * scale);
    const bias = Float32Array.from({ length: width }, () => random() - 0.5);
    value = graph.add('Gemm', [value, graph.constant('FP32', [fanIn, width], weights), graph.constant('FP32', [width], bias)]);
    value = graph.add(layer === widths.length - 1 ? 'Sigmoid' : 'Relu', [value]);
    fanIn = width;
  }
  graph.output('score', 'FP32', flat(graph, value));
  return graph.build('perceptron');
}

/** An ensemble of full binary trees, squashed to a score between `offset` and `offset` + 1. */
export function trees(count: number, depth: number, offset = 0): Uint8Array<ArrayBuffer> {
  const graph = new GraphBuilder();
  const x = graph.input('x', 'FP32', COLUMNS);
  const sum = graph.add('TreeEnsembleRegressor', [x], treeAttributes(count, depth), { ml: true });
  graph.output('score', 'FP32', graph.add('Add', [graph.add('Sigmoid', [flat(graph, sum)]), graph.scalar(offset)]));
  return graph.build('trees');
}

/** The small model of all ratios: 32-64-64-1. */
export const smallPerceptron = (): Uint8Array<ArrayBuffer> => perceptron(64, 64, 1);
/** 25 MB: 32-1024-2048-2048-1. */
export const heavyPerceptron = (): Uint8Array<ArrayBuffer> => perceptron(1024, 2048, 2048, 1);

/** The same model as another artifact: a node may share what it knows of one by its digest. An unknown field at the end is skipped by readers of protobuf. */
export function withTag(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([bytes, Buffer.from([0x9a, 0x06, 0x01, 0x31])]);
}

/** What a node is assigned for these bytes. The endpoint gets the name of the model. */
export function versionOf(
  bytes: Uint8Array,
  model: string,
  options: { readonly version?: number; readonly serving?: Partial<ServingOptions> } = {},
): AssignedVersion {
  const { version = 1, serving = {} } = options;
  return {
    modelVersionId: `mv_${model}_${version}`,
    model,
    version,
    artifactDigest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
    artifactBytes: bytes.length,
    signature: {
      inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, COLUMNS] }],
      outputs: [{ name: 'score', datatype: 'FP32', shape: [-1] }],
      features: [],
    },
    threshold: 0.5,
    scoreOutput: 'score',
    referenceProfile: null,
    serving: servingOptionsSchema.parse(serving),
  };
}

function flat(graph: GraphBuilder, value: ValueName): ValueName {
  return graph.add('Reshape', [value, graph.constant('INT64', [1], [-1])]);
}

function treeAttributes(count: number, depth: number): Record<string, Attribute> {
  const random = seededRandom(2);
  const branches = 2 ** depth - 1;
  const nodes = Array.from({ length: count * (2 * branches + 1) }, (_, index) => {
    const node = index % (2 * branches + 1);
    return { tree: Math.floor(index / (2 * branches + 1)), node, isLeaf: node >= branches, column: Math.floor(random() * COLUMNS), value: random() };
  });
  const leaves = nodes.filter(({ isLeaf }) => isLeaf);
  return {
    nodes_treeids: ints(nodes.map(({ tree }) => tree)),
    nodes_nodeids: ints(nodes.map(({ node }) => node)),
    nodes_featureids: ints(nodes.map(({ column, isLeaf }) => (isLeaf ? 0 : column))),
    nodes_modes: { kind: 'strings', value: nodes.map(({ isLeaf }) => (isLeaf ? 'LEAF' : 'BRANCH_LEQ')) },
    nodes_values: { kind: 'floats', value: nodes.map(({ value, isLeaf }) => (isLeaf ? 0 : value * 2 - 1)) },
    nodes_truenodeids: ints(nodes.map(({ node, isLeaf }) => (isLeaf ? 0 : 2 * node + 1))),
    nodes_falsenodeids: ints(nodes.map(({ node, isLeaf }) => (isLeaf ? 0 : 2 * node + 2))),
    nodes_missing_value_tracks_true: ints(nodes.map(() => 0)),
    target_treeids: ints(leaves.map(({ tree }) => tree)),
    target_nodeids: ints(leaves.map(({ node }) => node)),
    target_ids: ints(leaves.map(() => 0)),
    target_weights: { kind: 'floats', value: leaves.map(({ value }) => (value - 0.5) / count) },
    n_targets: { kind: 'int', value: 1 },
  };
}

function ints(value: readonly number[]): Attribute {
  return { kind: 'ints', value };
}
