import { classScores } from './class-scores.ts';

/**
 * Average precision Σ (Rₙ − Rₙ₋₁)·Pₙ over the distinct scores from the highest down (the PR-AUC of scikit-learn).
 * 0 when there is no positive.
 *
 * @throws MillraceError BAD_INPUT when there are not as many labels as scores.
 */
export function averagePrecision(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  const { positives, negatives } = classScores(scores, labels);
  let nextPositive = positives.length - 1;
  let nextNegative = negatives.length - 1;
  let area = 0;
  while (nextPositive >= 0) {
    const threshold = positives[nextPositive] ?? 0;
    const before = nextPositive;
    while (nextPositive >= 0 && positives[nextPositive] === threshold) nextPositive--;
    while (nextNegative >= 0 && (negatives[nextNegative] ?? 0) >= threshold) nextNegative--;
    const truePositives = positives.length - 1 - nextPositive;
    const falsePositives = negatives.length - 1 - nextNegative;
    area += ((before - nextPositive) / positives.length) * (truePositives / (truePositives + falsePositives));
  }
  return area;
}
