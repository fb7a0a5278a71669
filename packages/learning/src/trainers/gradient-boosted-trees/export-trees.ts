import { SCORE_OUTPUT } from '../../features.ts';
import { addFeatureInput } from '../../onnx/feature-inputs.ts';
import { GraphBuilder } from '../../onnx/graph-builder.ts';
import type { Attribute } from '@millrace/onnx-graph';
import type { BoostedTrees } from './boosted-trees.model.ts';
import type { Tree } from './tree.ts';

/** The model as a graph: encode each column, join them to a matrix, sum the trees, squash. */
export function exportTrees(learned: BoostedTrees): Uint8Array<ArrayBuffer> {
  const graph = new GraphBuilder();
  const asColumn = graph.constant('INT64', [2], [-1, 1]);
  const columns = learned.binned.map(({ feature, encoding }) => graph.add('Reshape', [addFeatureInput(graph, feature, encoding), asColumn]));
  const matrix = graph.add('Concat', columns, { axis: { kind: 'int', value: 1 } });
  const logits = graph.add('TreeEnsembleRegressor', [matrix], ensembleAttributes(learned), { ml: true });
  const flat = graph.add('Reshape', [logits, graph.constant('INT64', [1], [-1])]);
  graph.output(SCORE_OUTPUT, 'FP32', graph.add('Sigmoid', [flat]));
  return graph.build('gradient-boosted-trees');
}

/** Attributes of `TreeEnsembleRegressor`: every node of every tree in parallel lists. */
function ensembleAttributes(learned: BoostedTrees): Record<string, Attribute> {
  const nodes = learned.trees.flatMap((tree, treeId) => tree.feature.map((feature, node) => ({ treeId, tree, feature, node, leaf: feature < 0 })));
  const leaves = nodes.filter(({ leaf }) => leaf);
  return {
    nodes_treeids: ints(nodes.map(({ treeId }) => treeId)),
    nodes_nodeids: ints(nodes.map(({ node }) => node)),
    nodes_featureids: ints(nodes.map(({ feature, leaf }) => (leaf ? 0 : feature))),
    nodes_modes: { kind: 'strings', value: nodes.map(({ leaf }) => (leaf ? 'LEAF' : 'BRANCH_LEQ')) },
    nodes_values: { kind: 'floats', value: nodes.map(({ tree, feature, node, leaf }) => (leaf ? 0 : thresholdOf(learned, tree, feature, node))) },
    nodes_truenodeids: ints(nodes.map(({ tree, node, leaf }) => (leaf ? 0 : (tree.left[node] ?? 0)))),
    nodes_falsenodeids: ints(nodes.map(({ tree, node, leaf }) => (leaf ? 0 : (tree.right[node] ?? 0)))),
    nodes_missing_value_tracks_true: ints(nodes.map(({ tree, node, leaf }) => (!leaf && tree.missingLeft[node] === true ? 1 : 0))),
    target_treeids: ints(leaves.map(({ treeId }) => treeId)),
    target_nodeids: ints(leaves.map(({ node }) => node)),
    target_ids: ints(leaves.map(() => 0)),
    target_weights: { kind: 'floats', value: leaves.map(({ tree, node }) => tree.value[node] ?? 0) },
    n_targets: { kind: 'int', value: 1 },
    base_values: { kind: 'floats', value: [learned.prior] },
  };
}

/** Past the last threshold every known value goes left, and only missing ones go right. */
function thresholdOf(learned: BoostedTrees, tree: Tree, feature: number, node: number): number {
  return learned.binned[feature]?.thresholds[(tree.bin[node] ?? 0) - 1] ?? Infinity;
}

function ints(value: readonly number[]): Attribute {
  return { kind: 'ints', value };
}
