import type { WindowPerformance } from '@millrace/db';

/** Counts and sums of one window, as the join gives them. `predictions` is at least 1. */
export interface PerformanceSums {
  readonly predictions: number;
  readonly labels: number;
  readonly tp: number;
  readonly fp: number;
  readonly tn: number;
  readonly fn: number;
  readonly logLoss: number;
  readonly brier: number;
  readonly wins: number;
  readonly pairs: number;
}

/** Performance from sums; a measure without a denominator is null, never a made-up number. */
export function performanceOf(sums: PerformanceSums): WindowPerformance {
  const { labels, tp, fp, tn, fn } = sums;
  return {
    labels,
    coverage: labels / sums.predictions,
    tp,
    fp,
    tn,
    fn,
    auc: ratio(sums.wins, sums.pairs),
    precision: ratio(tp, tp + fp),
    recall: ratio(tp, tp + fn),
    logLoss: ratio(sums.logLoss, labels),
    brier: ratio(sums.brier, labels),
    accuracy: ratio(tp + tn, labels),
  };
}

function ratio(numerator: number, denominator: number): number | null {
  return denominator === 0 ? null : numerator / denominator;
}
