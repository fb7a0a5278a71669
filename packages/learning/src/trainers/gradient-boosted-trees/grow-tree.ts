import { findBestSplit, sumsOf, type ColumnKinds } from './best-split.ts';
import type { BinnedRows } from './binned-rows.ts';
import { fillHistogram, subtractHistogram, type Derivatives } from './histogram.ts';
import type { LeafSums, Split, SplitLimits } from './split.ts';
import { writeDecision, type Decision, type SplitNode, type Tree, type TreeNode } from './tree.ts';

export interface GrowthLimits extends SplitLimits {
  readonly leaves: number;
  readonly maximumDepth: number;
  readonly learningRate: number;
}

interface Leaf {
  node: number;
  begin: number;
  end: number;
  depth: number;
  l2: number;
  histogram: Float64Array;
  sums: LeafSums;
  split: Split | undefined;
}

/** A tree and the gain that each column brought to it. `leaves` say which part of the row buffer ended where. */
export interface GrownTree {
  readonly tree: Tree;
  readonly gains: Float64Array;
  readonly leaves: readonly { begin: number; end: number; value: number }[];
}

/** What one tree is grown from: its rows, which are reordered, and its columns. */
interface Ground {
  readonly rows: Int32Array;
  readonly active: Int32Array;
  readonly derivatives: Derivatives;
}

const NO_SUMS: LeafSums = { gradient: 0, hessian: 0, rows: 0 };

/** Grows trees leaf by leaf, always splitting the leaf with the largest gain (as LightGBM does). Buffers are kept from tree to tree. */
export class TreeGrower {
  readonly #binned: BinnedRows;
  readonly #columns: ColumnKinds;
  readonly #limits: GrowthLimits;
  readonly #scratch: Int32Array;
  readonly #goesLeft = new Uint8Array(256);
  readonly #freeHistograms: Float64Array[] = [];

  constructor(binned: BinnedRows, columns: ColumnKinds, limits: GrowthLimits) {
    this.#binned = binned;
    this.#columns = columns;
    this.#limits = limits;
    this.#scratch = new Int32Array(binned.rows);
  }

  /** Grows one tree on `rows[0..count)`, which it reorders, with the columns in `active`. */
  grow(rows: Int32Array, count: number, active: Int32Array, derivatives: Derivatives): GrownTree {
    const ground = { rows, active, derivatives };
    const nodes: TreeNode[] = [{ value: 0 }];
    const gains = new Float64Array(this.#binned.columns);
    const root: Leaf = { node: 0, begin: 0, end: count, depth: 0, l2: this.#limits.l2, histogram: this.#takeHistogram(), sums: NO_SUMS, split: undefined };
    this.#fill(root, ground);
    this.#judge(root, ground);
    const leaves = [root];
    while (leaves.length < this.#limits.leaves) {
      const leaf = largestGain(leaves);
      if (leaf?.split === undefined) break;
      const { column } = leaf.split.decision;
      gains[column] = (gains[column] ?? 0) + leaf.split.gain;
      leaves.push(this.#divide(nodes, leaf, leaf.split, ground));
    }
    const valued = leaves.map((leaf) => {
      const value = this.#leafValue(leaf);
      nodes[leaf.node] = { value };
      this.#freeHistograms.push(leaf.histogram);
      return { begin: leaf.begin, end: leaf.end, value };
    });
    return { tree: nodes, gains, leaves: valued };
  }

  /** Splits `leaf` in place into its left child and returns the right one. */
  #divide(nodes: TreeNode[], leaf: Leaf, { decision, l2 }: Split, ground: Ground): Leaf {
    const middle = this.#partition(ground.rows, leaf.begin, leaf.end, decision);
    const children: SplitNode = { decision, left: nodes.length, right: nodes.length + 1 };
    nodes[leaf.node] = children;
    nodes.push({ value: 0 }, { value: 0 });
    const depth = leaf.depth + 1;
    const right: Leaf = { ...leaf, node: children.right, begin: middle, depth, l2, histogram: this.#takeHistogram() };
    Object.assign(leaf, { node: children.left, end: middle, depth, l2 });
    const leftIsSmaller = middle - leaf.begin < right.end - middle;
    if (leftIsSmaller) [leaf.histogram, right.histogram] = [right.histogram, leaf.histogram];
    const [smaller, larger] = leftIsSmaller ? [leaf, right] : [right, leaf];
    this.#fill(smaller, ground);
    subtractHistogram(larger.histogram, smaller.histogram);
    this.#judge(leaf, ground);
    this.#judge(right, ground);
    return right;
  }

  #fill(leaf: Leaf, { rows, active, derivatives }: Ground): void {
    fillHistogram(leaf.histogram, this.#columns, this.#binned, active, { rows, begin: leaf.begin, end: leaf.end }, derivatives);
  }

  /** Sums a leaf up and finds its best split. */
  #judge(leaf: Leaf, { active }: Ground): void {
    leaf.sums = sumsOf(leaf.histogram, this.#columns, active[0] ?? 0, leaf.end - leaf.begin);
    leaf.split = leaf.depth >= this.#limits.maximumDepth ? undefined : findBestSplit(leaf.histogram, this.#columns, active, leaf.sums, this.#limits);
  }

  /**
   * Moves the rows that go left before those that go right, keeping both in order. Returns where the right ones begin.
   * Each row is written to both sides and one of them advances: no branch that the processor would have to guess.
   */
  #partition(rows: Int32Array, begin: number, end: number, decision: Decision): number {
    const { codes, columns } = this.#binned;
    const scratch = this.#scratch;
    const goesLeft = this.#goesLeft;
    writeDecision(decision, goesLeft);
    const { column } = decision;
    let left = begin;
    let right = 0;
    for (let i = begin; i < end; i++) {
      const row = rows[i] as number;
      const step = goesLeft[codes[row * columns + column] as number] as number;
      rows[left] = row;
      scratch[right] = row;
      left += step;
      right += 1 - step;
    }
    rows.set(scratch.subarray(0, right), left);
    return left;
  }

  /** −G / (H + λ), shrunk by the learning rate, as the 32-bit float that the exported graph holds. */
  #leafValue({ sums, l2 }: Leaf): number {
    const curvature = sums.hessian + l2;
    return curvature > 0 ? Math.fround((-sums.gradient / curvature) * this.#limits.learningRate) : 0;
  }

  #takeHistogram(): Float64Array {
    return this.#freeHistograms.pop() ?? new Float64Array(this.#columns.slots);
  }
}

function largestGain(leaves: readonly Leaf[]): Leaf | undefined {
  let best: Leaf | undefined;
  for (const leaf of leaves) if (leaf.split !== undefined && leaf.split.gain > (best?.split?.gain ?? 0)) best = leaf;
  return best;
}
