/** One value of a metric at a time. */
export interface SeriesPoint {
  readonly observedAt: Date;
  readonly value: number;
}

/** Values at times, in steps of the cadence since the first. `variance` is that of the value's noise, 1 for a single observation. */
export interface Series {
  readonly times: Float64Array;
  readonly values: Float64Array;
  readonly variances: Float64Array;
}

/** How often values stand out, and by how much, in units of the noise. */
export interface Tails {
  readonly share: number;
  readonly heights: readonly number[];
}

/** So many of the newest points are taken one by one; what is older is averaged into as many more. */
const RECENT = 250;
/** From so many deviations on a value stands out: one of 400 normal ones does. Fewer values than `ENOUGH` tell nothing of it. */
const [STANDING_OUT, ENOUGH] = [3, 30];
const SIDE = 3;
/** Of the neighbours of a point, how many say whether it is an outlier, and from how many of their deviations on it is. */
const [NEIGHBOURS, OUTLYING] = [7, 6];

/** The median time between two observations, in milliseconds; 0 for less than two. */
export function cadenceOf(points: readonly SeriesPoint[]): number {
  const gaps = points.slice(1).map((point, i) => point.observedAt.getTime() - (points[i]?.observedAt.getTime() ?? 0));
  return gaps.length === 0 ? 0 : medianOf(gaps);
}

/**
 * What a trend is fitted to. An outlier is drawn to the median of its neighbours, so that one wrong value does not bend the trend. What the metric may
 * do, and whether a criterion was met, is told by the points as they are.
 */
export function seriesOf(points: readonly SeriesPoint[], cadence: number): Series {
  const values = withoutOutliers(points.map(({ value }) => value));
  const start = points[0]?.observedAt.getTime() ?? 0;
  const times = points.map(({ observedAt }) => (observedAt.getTime() - start) / cadence);
  const old = Math.max(0, points.length - RECENT);
  const size = Math.max(1, Math.ceil(old / RECENT));
  const blocks = Array.from({ length: Math.ceil(old / size) }, (_, block) => {
    const [from, to] = [block * size, Math.min(old, (block + 1) * size)];
    return { time: meanOf(times.slice(from, to)), value: meanOf(values.slice(from, to)), variance: 1 / (to - from) };
  });
  const all = [...blocks, ...times.slice(old).map((time, i) => ({ time, value: values[old + i] ?? 0, variance: 1 }))];
  return {
    times: Float64Array.from(all, ({ time }) => time),
    values: Float64Array.from(all, ({ value }) => value),
    variances: Float64Array.from(all, ({ variance }) => variance),
  };
}

function withoutOutliers(values: readonly number[]): number[] {
  if (values.length < NEIGHBOURS + 2) return [...values];
  return values.map((value, i) => {
    const around = neighboursOf(values, i);
    const middle = medianOf(around);
    const deviation = 1.4826 * medianOf(around.map((each) => Math.abs(each - middle)));
    return deviation > 0 && Math.abs(value - middle) > OUTLYING * deviation && i < values.length - 2 ? middle : value;
  });
}

function neighboursOf(values: readonly number[], i: number): readonly number[] {
  const from = Math.min(Math.max(0, i - (NEIGHBOURS >> 1)), values.length - NEIGHBOURS);
  return values.slice(from, from + NEIGHBOURS);
}

/** What stands out among the newest points. Where noise has heavy tails, a criterion is met by chance more often than normal noise says. */
export function tailsOf(points: readonly SeriesPoint[]): Tails {
  const values = points.slice(-2 * RECENT).map(({ value }) => value);
  if (values.length < ENOUGH) return { share: 0, heights: [] };
  // The medians before and after a point have their middle where a straight line has the point.
  const residuals = values
    .slice(SIDE, -SIDE)
    .map((value, i) => value - (medianOf(values.slice(i, i + SIDE)) + medianOf(values.slice(i + SIDE + 1, i + 2 * SIDE + 1))) / 2);
  const deviation = 1.4826 * medianOf(residuals.map(Math.abs));
  const heights = deviation === 0 ? [] : residuals.map((residual) => residual / deviation).filter((height) => Math.abs(height) > STANDING_OUT);
  return { share: heights.length / residuals.length, heights };
}

export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
