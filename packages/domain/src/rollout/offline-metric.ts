import { EVALUATION_METRICS, type EvaluationMetric } from '@millrace/contracts';

/** Whether `value` of an evaluation metric is strictly better than `baseline`, in the direction of the metric. */
export function beatsBaseline(metric: EvaluationMetric, value: number, baseline: number): boolean {
  return EVALUATION_METRICS[metric] === 'DECREASE' ? value < baseline : value > baseline;
}
