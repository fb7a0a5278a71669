/** One value of a metric at a time. */
export interface TrendPoint {
  readonly observedAt: Date;
  readonly value: number;
}

/**
 * Value at `at` on the least-squares line through the points. Times are taken relative to their mean, so that
 * milliseconds since 1970 lose no digits. Points that share one time have no slope: the answer is then their mean.
 */
export function trendAt(points: readonly TrendPoint[], at: Date): number {
  const meanTime = meanOf(points.map((point) => point.observedAt.getTime()));
  const meanValue = meanOf(points.map((point) => point.value));
  let covariance = 0;
  let variance = 0;
  for (const point of points) {
    const time = point.observedAt.getTime() - meanTime;
    covariance += time * (point.value - meanValue);
    variance += time * time;
  }
  return variance === 0 ? meanValue : meanValue + (covariance / variance) * (at.getTime() - meanTime);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
