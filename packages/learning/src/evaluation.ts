import { MillraceError } from '@millrace/contracts';
import { classificationMetrics } from '@millrace/statistics';
import { cheapestThreshold, type ErrorCosts } from './threshold.ts';

/** How good scores are, with decisions at the threshold that costs least on the same rows. */
export interface Evaluated {
  readonly threshold: number;
  readonly metrics: Readonly<Record<string, number>>;
}

/**
 * The metrics of `scores`, and `costPerThousand`: the cost of wrong decisions per 1,000 rows. A served model answers in 32 bits, in which
 * two scores may be one, so the scores are judged as they are served. `MODEL_INVALID` for a score that is no number.
 */
export function evaluateScores(scores: Float64Array, label: Uint8Array, costs: ErrorCosts): Evaluated {
  const served = scores.map(Math.fround);
  const broken = served.findIndex(Number.isNaN);
  if (broken >= 0) throw new MillraceError('MODEL_INVALID', `The trained model gives no number for validation row ${broken}.`, { fields: { row: broken } });
  const { threshold, cost } = cheapestThreshold(served, label, costs);
  return { threshold, metrics: { ...classificationMetrics(served, label, threshold), costPerThousand: (cost * 1000) / label.length } };
}
