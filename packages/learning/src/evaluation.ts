import { classificationMetrics } from '@millrace/statistics';
import { cheapestThreshold, type ErrorCosts } from './threshold.ts';

/** How good scores are, with decisions at the threshold that costs least on the same rows. */
export interface Evaluated {
  readonly threshold: number;
  readonly metrics: Readonly<Record<string, number>>;
}

/** The metrics of `scores`, and `costPerThousand`: the cost of wrong decisions per 1,000 rows. */
export function evaluateScores(scores: Float64Array, label: Uint8Array, costs: ErrorCosts): Evaluated {
  const { threshold, cost } = cheapestThreshold(scores, label, costs);
  return { threshold, metrics: { ...classificationMetrics(scores, label, threshold), costPerThousand: (cost * 1000) / label.length } };
}
