import type { BinnedRows } from './binned-rows.ts';

/** Codes that a bin can have: 0 to 255. */
const CODES = 256;

/** Bins 1 to `lastBin` go left; missing values, bin 0, go left when `missingLeft`. */
export interface NumberDecision {
  readonly kind: 'number';
  readonly column: number;
  readonly lastBin: number;
  readonly missingLeft: boolean;
}

/** The bins in `leftBins`, ascending, go left. Bin 0, rare and unseen categories, is never among them. */
export interface CategoryDecision {
  readonly kind: 'category';
  readonly column: number;
  readonly leftBins: Uint8Array;
}

export type Decision = NumberDecision | CategoryDecision;

export interface SplitNode {
  readonly decision: Decision;
  readonly left: number;
  readonly right: number;
}

/** `value` is what the leaf adds to the logit. */
export interface LeafNode {
  readonly value: number;
}

export type TreeNode = SplitNode | LeafNode;

/** A binary tree: its nodes, the root first. */
export type Tree = readonly TreeNode[];

/** The tree that adds nothing. */
export const EMPTY_TREE: Tree = [{ value: 0 }];

export function isLeaf(node: TreeNode): node is LeafNode {
  return !('decision' in node);
}

/** Writes 1 into `goesLeft` for each of the 256 codes that goes left, 0 for the others. */
export function writeDecision(decision: Decision, goesLeft: Uint8Array): void {
  goesLeft.fill(0);
  if (decision.kind === 'category') {
    for (const bin of decision.leftBins) goesLeft[bin] = 1;
    return;
  }
  goesLeft.fill(1, 1, decision.lastBin + 1);
  goesLeft[0] = decision.missingLeft ? 1 : 0;
}

/** Adds the tree's value for each of `rows[begin..end)` (every row when `rows` is absent) to `logits`. */
export function addTree(
  tree: Tree,
  { codes, columns }: BinnedRows,
  logits: Float64Array | Float32Array,
  rows?: Int32Array,
  begin = 0,
  end = logits.length,
): void {
  const { column, next, value } = flatten(tree);
  for (let i = begin; i < end; i++) {
    const row = rows === undefined ? i : (rows[i] as number);
    const first = row * columns;
    let node = 0;
    for (let at = column[0] as number; at >= 0; at = column[node] as number) node = next[node * CODES + (codes[first + at] as number)] as number;
    logits[row] = (logits[row] as number) + (value[node] as number);
  }
}

/** A tree for walking: the column that a node asks (-1 in a leaf) and, for each code, the node that follows. One look-up decides, whatever the kind. */
function flatten(tree: Tree): { column: Int32Array; next: Int16Array; value: Float64Array } {
  const column = new Int32Array(tree.length).fill(-1);
  const next = new Int16Array(tree.length * CODES);
  const value = new Float64Array(tree.length);
  const goesLeft = new Uint8Array(CODES);
  for (const [id, node] of tree.entries()) {
    if (isLeaf(node)) {
      value[id] = node.value;
      continue;
    }
    column[id] = node.decision.column;
    writeDecision(node.decision, goesLeft);
    for (let code = 0; code < CODES; code++) next[id * CODES + code] = goesLeft[code] === 1 ? node.left : node.right;
  }
  return { column, next, value };
}
