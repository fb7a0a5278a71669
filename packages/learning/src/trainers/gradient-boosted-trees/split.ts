import type { Decision } from './tree.ts';

/** What a split must respect. */
export interface SplitLimits {
  /** L2 penalty on leaf values. */
  readonly l2: number;
  /** Least sum of hessians in a child. */
  readonly minimumChildWeight: number;
  /** Least rows in a child, judged by its share of hessians. */
  readonly minimumLeafRows: number;
  readonly minimumGain: number;
  /** Rows of prior in the statistic by which categories are sorted; categories of fewer rows in the leaf stay right. */
  readonly categorySmoothing: number;
  /** L2 penalty on the values of leaves that come from a set of categories, on top of `l2`. */
  readonly categoryL2: number;
  readonly categoriesPerSplit: number;
  /** Least rows by which one set of categories must grow to the next that is tried. */
  readonly minimumGroupRows: number;
}

/** A way to divide the rows of a leaf. `l2` is the penalty on the values of its two children. */
export interface Split {
  readonly decision: Decision;
  readonly gain: number;
  readonly l2: number;
}

/** Sums over the rows of a leaf. */
export interface LeafSums {
  readonly gradient: number;
  readonly hessian: number;
  readonly rows: number;
}

/** The bins of one column within the histogram of a leaf. */
export interface ColumnBins {
  readonly column: number;
  readonly histogram: Float64Array;
  readonly first: number;
  /** The bin for missing values (0) included. */
  readonly bins: number;
}

/** Least sum of hessians in a child such that both of its limits hold; rows are taken to weigh alike, as LightGBM does. */
export function leastHessian({ hessian, rows }: LeafSums, limits: SplitLimits, leastRows = limits.minimumLeafRows): number {
  return Math.max(limits.minimumChildWeight, ((leastRows - 0.5) * hessian) / rows);
}
