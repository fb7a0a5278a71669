/** Performance of one window from the labels that arrived so far. `coverage` is labels per prediction, 0 to 1; `null` where a measure is undefined. */
export interface WindowPerformance {
  readonly labels: number;
  readonly coverage: number;
  readonly tp: number;
  readonly fp: number;
  readonly tn: number;
  readonly fn: number;
  readonly auc: number | null;
  readonly precision: number | null;
  readonly recall: number | null;
  readonly logLoss: number | null;
  readonly brier: number | null;
  readonly accuracy: number | null;
}
