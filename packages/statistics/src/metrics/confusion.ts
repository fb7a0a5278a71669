import { requireSameLength } from './class-scores.ts';

/** Counts of a binary decision against what happened. Confusions of two samples add. */
export interface Confusion {
  readonly tp: number;
  readonly fp: number;
  readonly tn: number;
  readonly fn: number;
}

export interface ConfusionRates {
  readonly precision: number;
  readonly recall: number;
  readonly accuracy: number;
  readonly f1: number;
}

/**
 * Confusion of the decision `score ≥ threshold`. Labels are 1 or 0.
 *
 * @throws MillraceError BAD_INPUT when there are not as many labels as scores.
 */
export function confusionAt(scores: ArrayLike<number>, labels: ArrayLike<number>, threshold: number): Confusion {
  requireSameLength(scores, labels);
  let tp = 0;
  let fp = 0;
  let fn = 0;
  for (let i = 0; i < scores.length; i++) {
    const decided = (scores[i] ?? Number.NaN) >= threshold;
    if (labels[i] === 1) {
      if (decided) tp++;
      else fn++;
    } else if (decided) fp++;
  }
  return { tp, fp, fn, tn: scores.length - tp - fp - fn };
}

/** Precision, recall, accuracy and F1. A ratio without a denominator is 0 (scikit-learn's `zero_division=0`). */
export function confusionRates({ tp, fp, tn, fn }: Confusion): ConfusionRates {
  return {
    precision: ratio(tp, tp + fp),
    recall: ratio(tp, tp + fn),
    accuracy: ratio(tp + tn, tp + fp + tn + fn),
    f1: ratio(2 * tp, 2 * tp + fp + fn),
  };
}

function ratio(numerator: number, denominator: number): number {
  return denominator === 0 ? 0 : numerator / denominator;
}
