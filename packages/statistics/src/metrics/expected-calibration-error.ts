import { requireSameLength } from './class-scores.ts';

/**
 * Expected calibration error Σ (|B|/n)·|mean label − mean score| over equal-width bins of [0, 1]; a score of 1 belongs to
 * the last bin. NaN without rows.
 *
 * @throws MillraceError BAD_INPUT when there are not as many labels as scores.
 */
export function expectedCalibrationError(scores: ArrayLike<number>, labels: ArrayLike<number>, bins = 10): number {
  requireSameLength(scores, labels);
  const excess = new Float64Array(bins);
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i] ?? Number.NaN;
    const bin = Math.min(bins - 1, Math.max(0, Math.floor(score * bins)));
    excess[bin] = (excess[bin] ?? 0) + (labels[i] ?? 0) - score;
  }
  return excess.reduce((sum, difference) => sum + Math.abs(difference), 0) / scores.length;
}
