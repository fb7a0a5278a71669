import { requireSameLength } from './class-scores.ts';

const CLIP = 1e-15;

/**
 * Mean of −ln of the probability given to what happened, probabilities clipped to [1e-15, 1 − 1e-15]. NaN without rows.
 *
 * @throws MillraceError BAD_INPUT when there are not as many labels as scores.
 */
export function logLoss(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  requireSameLength(scores, labels);
  let sum = 0;
  for (let i = 0; i < scores.length; i++) sum += rowLogLoss(scores[i] ?? Number.NaN, labels[i] ?? 0);
  return sum / scores.length;
}

/** The log loss of one row: for sums that are kept per window and merge by addition. */
export function rowLogLoss(score: number, label: number): number {
  const clipped = Math.min(1 - CLIP, Math.max(CLIP, score));
  return label === 1 ? -Math.log(clipped) : -Math.log1p(-clipped);
}

/**
 * Brier score: the mean squared difference of probability and label. NaN without rows.
 *
 * @throws MillraceError BAD_INPUT when there are not as many labels as scores.
 */
export function brier(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  requireSameLength(scores, labels);
  let sum = 0;
  for (let i = 0; i < scores.length; i++) sum += ((scores[i] ?? Number.NaN) - (labels[i] ?? 0)) ** 2;
  return sum / scores.length;
}
