import { classScores } from './class-scores.ts';

/**
 * Area under the ROC curve: the share of positive–negative pairs in which the positive has the higher score, ties by half.
 * Labels are 1 or 0. NaN when one class is absent, for then there is no pair.
 *
 * @throws MillraceError BAD_INPUT when there are not as many labels as scores.
 */
export function auc(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  const { positives, negatives } = classScores(scores, labels);
  let below = 0;
  let notAbove = 0;
  let wins = 0;
  for (const score of positives) {
    while (below < negatives.length && (negatives[below] ?? 0) < score) below++;
    if (notAbove < below) notAbove = below;
    while (notAbove < negatives.length && (negatives[notAbove] ?? 0) <= score) notAbove++;
    wins += below + (notAbove - below) / 2;
  }
  return wins / (positives.length * negatives.length);
}
