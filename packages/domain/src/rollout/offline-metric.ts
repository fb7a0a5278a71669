/** Metrics of which less is better. */
const LOWER_IS_BETTER: ReadonlySet<string> = new Set(['logLoss', 'brier', 'expectedCalibrationError']);

/** Whether `value` of an evaluation metric is strictly better than `baseline`: higher, except for losses and errors. */
export function beatsBaseline(metric: string, value: number, baseline: number): boolean {
  return LOWER_IS_BETTER.has(metric) ? value < baseline : value > baseline;
}
