import type { BinnedRows } from './binned-rows.ts';

/** A binary tree in arrays, one slot per node, the root first. `feature` is -1 in a leaf; then `value` is what the leaf adds to the logit. */
export interface Tree {
  readonly feature: readonly number[];
  /** Last bin that goes left. */
  readonly bin: readonly number[];
  readonly missingLeft: readonly boolean[];
  readonly left: readonly number[];
  readonly right: readonly number[];
  readonly value: readonly number[];
}

/** A tree while it grows. Starts as one leaf. */
export class TreeUnderGrowth implements Tree {
  readonly feature: number[] = [-1];
  readonly bin: number[] = [0];
  readonly missingLeft: boolean[] = [false];
  readonly left: number[] = [-1];
  readonly right: number[] = [-1];
  readonly value: number[] = [0];

  /** Turns leaf `node` into a split and returns its two new leaves. */
  split(node: number, feature: number, bin: number, missingLeft: boolean): { left: number; right: number } {
    const left = this.feature.length;
    for (let i = 0; i < 2; i++) {
      this.feature.push(-1);
      this.bin.push(0);
      this.missingLeft.push(false);
      this.left.push(-1);
      this.right.push(-1);
      this.value.push(0);
    }
    this.feature[node] = feature;
    this.bin[node] = bin;
    this.missingLeft[node] = missingLeft;
    this.left[node] = left;
    this.right[node] = left + 1;
    return { left, right: left + 1 };
  }

  setValue(node: number, value: number): void {
    this.value[node] = value;
  }
}

/**
 * Adds the tree's value for each of `rows[begin..end)` (every row when `rows` is absent) to `logits`.
 * Where missing values go right, codes are turned by one so that the missing bin, 0, comes after all others: one comparison decides.
 */
export function addTree(tree: Tree, { codes, features }: BinnedRows, logits: Float64Array, rows?: Int32Array, begin = 0, end = logits.length): void {
  const feature = Int32Array.from(tree.feature);
  const turn = Int32Array.from(tree.missingLeft, (left) => (left ? 0 : 1));
  const bin = Int32Array.from(tree.bin, (last, node) => last - (turn[node] ?? 0));
  const left = Int32Array.from(tree.left);
  const right = Int32Array.from(tree.right);
  const value = Float64Array.from(tree.value);
  for (let i = begin; i < end; i++) {
    const row = rows === undefined ? i : (rows[i] as number);
    const first = row * features;
    let node = 0;
    for (let at = feature[0] as number; at >= 0; at = feature[node] as number) {
      const code = ((codes[first + at] as number) - (turn[node] as number)) & 255;
      node = (code <= (bin[node] as number) ? left[node] : right[node]) as number;
    }
    logits[row] = (logits[row] as number) + (value[node] as number);
  }
}
