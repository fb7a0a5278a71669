import { auc } from './auc.ts';
import { averagePrecision } from './average-precision.ts';
import { confusionAt, confusionRates } from './confusion.ts';
import { expectedCalibrationError } from './expected-calibration-error.ts';
import { brier, logLoss } from './probability-loss.ts';

/** Every metric of a binary classifier that an evaluation states. A type alias, so that it is also a `Record<string, number>`. */
export type ClassificationMetrics = {
  readonly auc: number;
  readonly averagePrecision: number;
  readonly logLoss: number;
  readonly brier: number;
  readonly expectedCalibrationError: number;
  readonly precision: number;
  readonly recall: number;
  readonly accuracy: number;
  readonly f1: number;
};

/**
 * All metrics of probabilities against labels (1 or 0), with decisions at `threshold`. `auc` is NaN when one class is absent.
 *
 * @throws MillraceError BAD_INPUT when there are not as many labels as scores.
 */
export function classificationMetrics(scores: ArrayLike<number>, labels: ArrayLike<number>, threshold: number): ClassificationMetrics {
  return {
    auc: auc(scores, labels),
    averagePrecision: averagePrecision(scores, labels),
    logLoss: logLoss(scores, labels),
    brier: brier(scores, labels),
    expectedCalibrationError: expectedCalibrationError(scores, labels),
    ...confusionRates(confusionAt(scores, labels, threshold)),
  };
}
