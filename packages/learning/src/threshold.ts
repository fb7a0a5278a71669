/** What a wrong answer costs; any unit, the same for both. */
export interface ErrorCosts {
  readonly falsePositive: number;
  readonly falseNegative: number;
}

/** A row counts as positive when its score is at least `threshold`. `cost` is the sum over all rows. */
export interface ThresholdChoice {
  readonly threshold: number;
  readonly cost: number;
}

const ABOVE_ALL = 1.5;

/**
 * The threshold with the least falsePositive · FP + falseNegative · FN on the given rows. It lies half-way between two scores, above
 * 1 where a score of 1 must not count as positive; of equal costs the highest threshold wins, which answers "positive" least often.
 */
export function cheapestThreshold(scores: Float64Array, label: Uint8Array, costs: ErrorCosts): ThresholdChoice {
  const order = Uint32Array.from(scores.keys()).toSorted((a, b) => (scores[b] as number) - (scores[a] as number));
  const scoreAt = (place: number): number => scores[order[place] ?? -1] ?? 0;
  let cost = label.reduce((sum, value) => sum + value, 0) * costs.falseNegative;
  const top = scoreAt(0);
  let best: ThresholdChoice = { threshold: top < 1 ? (top + 1) / 2 : ABOVE_ALL, cost };
  for (let place = 0; place < order.length; place++) {
    cost += label[order[place] ?? 0] === 1 ? -costs.falseNegative : costs.falsePositive;
    const below = scoreAt(place + 1);
    if (scoreAt(place) === below) continue;
    // A small tolerance keeps dust of floating sums from preferring a later equal cost.
    if (cost < best.cost - 1e-9 * Math.max(1, Math.abs(best.cost))) best = { threshold: (scoreAt(place) + below) / 2, cost };
  }
  return best;
}
