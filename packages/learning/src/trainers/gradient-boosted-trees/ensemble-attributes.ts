import type { Attribute } from '@millrace/onnx-graph';
import type { BoostedTrees } from './boosted-trees.model.ts';
import type { BinnedColumn } from './binned-columns.ts';
import { EMPTY_TREE, isLeaf, type CategoryDecision, type SplitNode, type Tree } from './tree.ts';

/** One node of `TreeEnsembleRegressor`: `x <= value` goes to `yes`, all else to `no`. In a leaf, `weight` is set. */
interface EnsembleNode {
  readonly column: number;
  readonly value: number;
  readonly yes: number;
  readonly no: number;
  readonly missingYes: boolean;
  readonly weight?: number;
}

/** Attributes of `TreeEnsembleRegressor` (ai.onnx.ml 3): every node of every tree in parallel lists. An ensemble has at least one tree. */
export function ensembleAttributes({ trees, binned, prior }: BoostedTrees): Record<string, Attribute> {
  const nodes = (trees.length === 0 ? [EMPTY_TREE] : trees).flatMap((tree, treeId) => nodesOf(tree, binned).map((node, id) => ({ ...node, treeId, id })));
  const leaves = nodes.filter(({ weight }) => weight !== undefined);
  return {
    nodes_treeids: ints(nodes.map(({ treeId }) => treeId)),
    nodes_nodeids: ints(nodes.map(({ id }) => id)),
    nodes_featureids: ints(nodes.map(({ column }) => column)),
    nodes_modes: { kind: 'strings', value: nodes.map(({ weight }) => (weight === undefined ? 'BRANCH_LEQ' : 'LEAF')) },
    nodes_values: { kind: 'floats', value: nodes.map(({ value }) => value) },
    nodes_truenodeids: ints(nodes.map(({ yes }) => yes)),
    nodes_falsenodeids: ints(nodes.map(({ no }) => no)),
    nodes_missing_value_tracks_true: ints(nodes.map(({ missingYes }) => (missingYes ? 1 : 0))),
    target_treeids: ints(leaves.map(({ treeId }) => treeId)),
    target_nodeids: ints(leaves.map(({ id }) => id)),
    target_ids: ints(leaves.map(() => 0)),
    target_weights: { kind: 'floats', value: leaves.map(({ weight }) => weight ?? 0) },
    n_targets: { kind: 'int', value: 1 },
    base_values: { kind: 'floats', value: [prior] },
  };
}

/** The nodes of our tree keep their ids; those that a set of categories takes on top come after them. */
function nodesOf(tree: Tree, binned: readonly BinnedColumn[]): EnsembleNode[] {
  const nodes: EnsembleNode[] = [];
  const more: EnsembleNode[] = [];
  for (const node of tree) {
    if (isLeaf(node)) nodes.push({ column: 0, value: 0, yes: 0, no: 0, missingYes: false, weight: node.value });
    else if (node.decision.kind === 'category') {
      const [first, ...others] = chainOf(node, node.decision, tree.length + more.length);
      nodes.push(first);
      more.push(...others);
    } else {
      const { column, lastBin, missingLeft } = node.decision;
      nodes.push({ column, value: thresholdOf(binned[column], lastBin), yes: node.left, no: node.right, missingYes: missingLeft });
    }
  }
  return [...nodes, ...more];
}

/**
 * "Is the bin in the set" as a chain of comparisons, one per end of a run of bins: below the first run right, up to its end left, up to the next
 * run right … . All of the chain lead to the same two subtrees; ONNX Runtime keeps such a subtree once as long as all parents but one reach it
 * by their true branch, which holds here.
 */
function chainOf({ left, right }: SplitNode, { column, leftBins }: CategoryDecision, nextId: number): [EnsembleNode, ...EnsembleNode[]] {
  const steps = runsOf(leftBins).flatMap(([begin, end]) => [
    { value: begin - 0.5, yes: right },
    { value: end + 0.5, yes: left },
  ]);
  const chain = steps.map(({ value, yes }, i) => ({ column, value, yes, no: i === steps.length - 1 ? right : nextId + i, missingYes: false }));
  return chain as [EnsembleNode, ...EnsembleNode[]];
}

/** Runs of consecutive numbers in an ascending list, each as its first and last. */
function runsOf(ascending: Uint8Array): [number, number][] {
  const runs: [number, number][] = [];
  for (const number of ascending) {
    const last = runs.at(-1);
    if (last?.[1] === number - 1) last[1] = number;
    else runs.push([number, number]);
  }
  return runs;
}

/** Past the last threshold every known value goes left, and only missing ones go right. */
function thresholdOf(column: BinnedColumn | undefined, lastBin: number): number {
  return column?.kind === 'number' ? (column.thresholds[lastBin - 1] ?? Infinity) : Infinity;
}

function ints(value: readonly number[]): Attribute {
  return { kind: 'ints', value };
}
