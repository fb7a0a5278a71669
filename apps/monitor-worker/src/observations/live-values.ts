import type { MetricSource, MonitorDefinition } from '@millrace/contracts';
import type { WindowPerformance } from '@millrace/db';

/** A value that a window states for a metric of the use case. */
export interface LiveValue {
  readonly metric: string;
  readonly source: MetricSource;
  readonly value: number;
}

/** Sums over several threads differ in their last digits from run to run: that is no correction. */
export function isSameValue(left: number, right: number): boolean {
  return Math.abs(left - right) <= 1e-12 * Math.max(Math.abs(left), Math.abs(right));
}

/**
 * What a window whose performance is stated says of the metrics that its monitor feeds: nothing for a measure that is undefined. The
 * cost is that of the true outcomes, per so many labelled predictions.
 */
export function liveValues(definition: MonitorDefinition, performance: WindowPerformance): LiveValue[] {
  const values: LiveValue[] = [];
  for (const { metric, measure } of definition.liveMetrics) {
    const value = performance[measure];
    if (value !== null) values.push({ metric, source: 'LIVE', value });
  }
  if (definition.costMetric !== undefined) {
    const { metric, falsePositiveCost, falseNegativeCost, perPredictions } = definition.costMetric;
    const cost = performance.fp * falsePositiveCost + performance.fn * falseNegativeCost;
    values.push({ metric, source: 'BUSINESS', value: (cost / performance.labels) * perPredictions });
  }
  return values;
}
