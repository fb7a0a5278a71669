import { findBestSplit, type Split, type SplitLimits } from './best-split.ts';
import { MISSING_BIN } from './binning.ts';
import { FEATURE_SLOTS, fillHistogram, subtractHistogram, type LeafGradients } from './histogram.ts';
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
  private readonly codes: readonly Uint8Array[];
  private readonly binCounts: readonly number[];
  private readonly limits: GrowthLimits;
  private readonly scratch: Int32Array;
  private readonly leafGradients: LeafGradients;
  private readonly freeHistograms: Float64Array[] = [];

  constructor(codes: readonly Uint8Array[], binCounts: readonly number[], rows: number, limits: GrowthLimits) {
    this.codes = codes;
    this.binCounts = binCounts;
    this.limits = limits;
    this.scratch = new Int32Array(rows);
    this.leafGradients = { gradients: new Float32Array(rows), hessians: new Float32Array(rows) };
  }

  /** Grows one tree on `rows[0..count)`, which it reorders, with the features in `active`. */
  grow(rows: Int32Array, count: number, active: readonly number[], gradients: Float32Array, hessians: Float32Array): GrownTree {
    const tree = new TreeUnderGrowth();
    const gains = new Float64Array(this.codes.length);
    const root: Leaf = { node: 0, begin: 0, end: count, depth: 0, histogram: this.takeHistogram(), split: undefined };
    this.measure(root, rows, active, gradients, hessians);
    this.chooseSplit(root, active);
    const leaves = [root];
    while (leaves.length < this.limits.leaves) {
      const leaf = largestGain(leaves);
      if (leaf?.split === undefined) break;
      gains[leaf.split.feature] = (gains[leaf.split.feature] ?? 0) + leaf.split.gain;
      leaves.push(this.divide(tree, leaf, leaf.split, rows, active, gradients, hessians));
    }
    for (const leaf of leaves) {
      tree.setValue(leaf.node, this.leafValue(leaf, active));
      this.freeHistograms.push(leaf.histogram);
    }
    return { tree, gains, leaves };
  }

  /** Splits `leaf` in place into its left child and returns the right one. */
  private divide(
    tree: TreeUnderGrowth,
    leaf: Leaf,
    split: Split,
    rows: Int32Array,
    active: readonly number[],
    gradients: Float32Array,
    hessians: Float32Array,
  ): Leaf {
    const middle = this.partition(rows, leaf.begin, leaf.end, split);
    const children = tree.split(leaf.node, split.feature, split.bin, split.missingLeft);
    const right: Leaf = { node: children.right, begin: middle, end: leaf.end, depth: leaf.depth + 1, histogram: this.takeHistogram(), split: undefined };
    leaf.node = children.left;
    leaf.end = middle;
    leaf.depth++;
    const leftIsSmaller = middle - leaf.begin < right.end - middle;
    if (leftIsSmaller) [leaf.histogram, right.histogram] = [right.histogram, leaf.histogram];
    const [smaller, larger] = leftIsSmaller ? [leaf, right] : [right, leaf];
    this.measure(smaller, rows, active, gradients, hessians);
    subtractHistogram(larger.histogram, smaller.histogram);
    this.chooseSplit(leaf, active);
    this.chooseSplit(right, active);
    return right;
  }

  private measure(leaf: Leaf, rows: Int32Array, active: readonly number[], gradients: Float32Array, hessians: Float32Array): void {
    const gathered = this.leafGradients;
    for (let i = leaf.begin, j = 0; i < leaf.end; i++, j++) {
      const row = rows[i] as number;
      gathered.gradients[j] = gradients[row] as number;
      gathered.hessians[j] = hessians[row] as number;
    }
    fillHistogram(leaf.histogram, this.codes, active, rows, leaf.begin, leaf.end, gathered);
  }

  private chooseSplit(leaf: Leaf, active: readonly number[]): void {
    leaf.split = leaf.depth >= this.limits.maximumDepth ? undefined : findBestSplit(leaf.histogram, active, this.binCounts, this.limits);
  }

  /** Moves the rows that go left before those that go right, keeping both in order. Returns where the right ones begin. */
  private partition(rows: Int32Array, begin: number, end: number, split: Split): number {
    const codes = this.codes[split.feature] as Uint8Array;
    let left = begin;
    let right = 0;
    for (let i = begin; i < end; i++) {
      const row = rows[i] as number;
      const code = codes[row] as number;
      if (code === MISSING_BIN ? split.missingLeft : code <= split.bin) rows[left++] = row;
      else this.scratch[right++] = row;
    }
    rows.set(this.scratch.subarray(0, right), left);
    return left;
  }

  /** −G / (H + λ), shrunk by the learning rate, as the 32-bit float that the exported graph holds. */
  private leafValue(leaf: Leaf, active: readonly number[]): number {
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
    return this.freeHistograms.pop() ?? new Float64Array(this.codes.length * FEATURE_SLOTS);
  }
}

function largestGain(leaves: readonly Leaf[]): Leaf | undefined {
  let best: Leaf | undefined;
  for (const leaf of leaves) if (leaf.split !== undefined && leaf.split.gain > (best?.split?.gain ?? 0)) best = leaf;
  return best;
}
