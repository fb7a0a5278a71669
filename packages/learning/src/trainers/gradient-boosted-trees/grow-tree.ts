import { findBestSplit, type Split, type SplitLimits } from './best-split.ts';
import type { BinnedRows } from './binned-rows.ts';
import { FEATURE_SLOTS, fillHistogram, subtractHistogram, type Derivatives } from './histogram.ts';
import { TreeUnderGrowth, type Tree } from './tree.ts';

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
  histogram: Float64Array;
  split: Split | undefined;
}

/** A tree and the gain that each feature brought to it. `leaves` say which part of the row buffer ended where. */
export interface GrownTree {
  readonly tree: Tree;
  readonly gains: Float64Array;
  readonly leaves: readonly { node: number; begin: number; end: number }[];
}

/** Grows trees leaf by leaf, always splitting the leaf with the largest gain (as LightGBM does). Buffers are kept from tree to tree. */
export class TreeGrower {
  private readonly binned: BinnedRows;
  private readonly binCounts: readonly number[];
  private readonly limits: GrowthLimits;
  private readonly scratch: Int32Array;
  private readonly freeHistograms: Float64Array[] = [];

  constructor(binned: BinnedRows, binCounts: readonly number[], limits: GrowthLimits) {
    this.binned = binned;
    this.binCounts = binCounts;
    this.limits = limits;
    this.scratch = new Int32Array(binned.rows);
  }

  /** Grows one tree on `rows[0..count)`, which it reorders, with the features in `active`. */
  grow(rows: Int32Array, count: number, active: Int32Array, derivatives: Derivatives): GrownTree {
    const tree = new TreeUnderGrowth();
    const gains = new Float64Array(this.binned.features);
    const root: Leaf = { node: 0, begin: 0, end: count, depth: 0, histogram: this.takeHistogram(), split: undefined };
    this.measure(root, rows, active, derivatives);
    this.chooseSplit(root, active);
    const leaves = [root];
    while (leaves.length < this.limits.leaves) {
      const leaf = largestGain(leaves);
      if (leaf?.split === undefined) break;
      gains[leaf.split.feature] = (gains[leaf.split.feature] ?? 0) + leaf.split.gain;
      leaves.push(this.divide(tree, leaf, leaf.split, rows, active, derivatives));
    }
    for (const leaf of leaves) {
      tree.setValue(leaf.node, this.leafValue(leaf, active));
      this.freeHistograms.push(leaf.histogram);
    }
    return { tree, gains, leaves };
  }

  /** Splits `leaf` in place into its left child and returns the right one. */
  private divide(tree: TreeUnderGrowth, leaf: Leaf, split: Split, rows: Int32Array, active: Int32Array, derivatives: Derivatives): Leaf {
    const middle = this.partition(rows, leaf.begin, leaf.end, split);
    const children = tree.split(leaf.node, split.feature, split.bin, split.missingLeft);
    const right: Leaf = { node: children.right, begin: middle, end: leaf.end, depth: leaf.depth + 1, histogram: this.takeHistogram(), split: undefined };
    leaf.node = children.left;
    leaf.end = middle;
    leaf.depth++;
    const leftIsSmaller = middle - leaf.begin < right.end - middle;
    if (leftIsSmaller) [leaf.histogram, right.histogram] = [right.histogram, leaf.histogram];
    const [smaller, larger] = leftIsSmaller ? [leaf, right] : [right, leaf];
    this.measure(smaller, rows, active, derivatives);
    subtractHistogram(larger.histogram, smaller.histogram);
    this.chooseSplit(leaf, active);
    this.chooseSplit(right, active);
    return right;
  }

  private measure(leaf: Leaf, rows: Int32Array, active: Int32Array, derivatives: Derivatives): void {
    fillHistogram(leaf.histogram, this.binned, active, rows, leaf.begin, leaf.end, derivatives);
  }

  private chooseSplit(leaf: Leaf, active: Int32Array): void {
    leaf.split = leaf.depth >= this.limits.maximumDepth ? undefined : findBestSplit(leaf.histogram, active, this.binCounts, this.limits);
  }

  /**
   * Moves the rows that go left before those that go right, keeping both in order. Returns where the right ones begin.
   * Each row is written to both sides and one of them advances: no branch that the processor would have to guess.
   */
  private partition(rows: Int32Array, begin: number, end: number, { feature, bin, missingLeft }: Split): number {
    const { codes, features } = this.binned;
    const scratch = this.scratch;
    const turn = missingLeft ? 0 : 1;
    const past = bin - turn + 1;
    let left = begin;
    let right = 0;
    for (let i = begin; i < end; i++) {
      const row = rows[i] as number;
      const code = ((codes[row * features + feature] as number) - turn) & 255;
      const goesLeft = (code - past) >>> 31;
      rows[left] = row;
      scratch[right] = row;
      left += goesLeft;
      right += 1 - goesLeft;
    }
    rows.set(scratch.subarray(0, right), left);
    return left;
  }

  /** −G / (H + λ), shrunk by the learning rate, as the 32-bit float that the exported graph holds. */
  private leafValue(leaf: Leaf, active: Int32Array): number {
    const base = (active[0] ?? 0) * FEATURE_SLOTS;
    let gradient = 0;
    let hessian = 0;
    for (let slot = 0; slot < FEATURE_SLOTS; slot += 2) {
      gradient += leaf.histogram[base + slot] as number;
      hessian += leaf.histogram[base + slot + 1] as number;
    }
    const curvature = hessian + this.limits.l2;
    return curvature > 0 ? Math.fround((-gradient / curvature) * this.limits.learningRate) : 0;
  }

  private takeHistogram(): Float64Array {
    return this.freeHistograms.pop() ?? new Float64Array(this.binned.features * FEATURE_SLOTS);
  }
}

function largestGain(leaves: readonly Leaf[]): Leaf | undefined {
  let best: Leaf | undefined;
  for (const leaf of leaves) if (leaf.split !== undefined && leaf.split.gain > (best?.split?.gain ?? 0)) best = leaf;
  return best;
}
