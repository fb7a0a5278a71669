import { fitTrends } from './local-trend.ts';
import { weeklySeasonOf } from './season.ts';
import { cadenceOf, seriesOf, tailsOf, type SeriesPoint } from './series.ts';
import { simulatePaths, type Bounds, type FutureTimes } from './simulate-paths.ts';

/** Where a metric will be at a time, and how likely it is that its criterion has been met by then. */
export interface Forecast {
  /** The median. */
  readonly value: number;
  /** With a probability of `level` the observation lies between them. */
  readonly lower: number;
  readonly upper: number;
  readonly level: number;
  /** That the criterion is met in time. */
  readonly probability: number;
}

/** What is asked of a forecast. */
export interface Outlook {
  readonly dueAt: Date;
  readonly now: Date;
  readonly satisfied: (value: number) => boolean;
  /** How many observations in a row must satisfy. */
  readonly consecutive: number;
  readonly bounds: Bounds;
}

/** Fewer observations than this tell nothing of what comes. */
const FORECAST_NEEDS = 5;
/** And before so much of the way from the first of them to the due date is gone: what was seen for a time says little of what comes in twice that time. */
const SEEN = 1 / 3;
const LEVEL = 0.9;
/** What lies further back than so many observations says nothing more of what comes: twelve weeks of hours, five years of days. */
const MOST_POINTS = 2000;
/** More future observations than this are taken in coarser steps. */
const MOST_STEPS = 300;

/** Forecasts a metric by its observations, oldest first; `undefined` where there are too few. What it costs does not grow beyond 2,000 of them. */
export function forecast(observed: readonly SeriesPoint[], outlook: Outlook): Forecast | undefined {
  const points = observed.slice(-MOST_POINTS);
  const cadence = cadenceOf(points);
  const last = points.at(-1);
  if (last === undefined || points.length < FORECAST_NEEDS || cadence <= 0 || shareOf(observed, outlook) < SEEN) return undefined;
  const { scaled, unscaled } = scaleOf(points);
  const normal = points.map(({ observedAt, value }) => ({ observedAt, value: scaled(value) }));
  const season = weeklySeasonOf(normal, cadence);
  const adjusted = normal.map(({ observedAt, value }) => ({ observedAt, value: value - season(observedAt.getTime()) }));
  const times = futureTimes(points, cadence, outlook);
  const needed = Math.max(1, Math.round(outlook.consecutive / times.coarseness));
  const begun = points.length - 1 - points.findLastIndex(({ value }) => !outlook.satisfied(value));
  const { ends, probability } = simulatePaths(
    fitTrends(seriesOf(adjusted, cadence)),
    { times, season, tails: tailsOf(adjusted), bounds: { minimum: scaled(outlook.bounds.minimum), maximum: scaled(outlook.bounds.maximum) } },
    { satisfied: (value) => outlook.satisfied(unscaled(value)), row: { needed, begun: begun / times.coarseness } },
  );
  const tail = (1 - LEVEL) / 2;
  const at = (share: number): number => unscaled(quantile(ends, share));
  return { value: at(0.5), lower: at(tail), upper: at(1 - tail), level: LEVEL, probability };
}

/**
 * At the cadence from the last observation on, but those that did not come until now, and until the due date. One at least, which may come at the last
 * moment, while that is ahead.
 */
function futureTimes(points: readonly SeriesPoint[], cadence: number, { dueAt, now }: Outlook): FutureTimes & { readonly coarseness: number } {
  const [begin, last] = [points[0]?.observedAt.getTime() ?? 0, points.at(-1)?.observedAt.getTime() ?? 0];
  const due = dueAt.getTime();
  const late = Math.max(1, Math.ceil((now.getTime() - last) / cadence));
  const first = Math.min(due, last + late * cadence);
  const expected = last >= due ? 0 : 1 + Math.floor((due - first) / cadence + 1e-6);
  const coarseness = Math.max(1, expected / MOST_STEPS);
  const between = cadence * coarseness;
  return {
    first: (first - last) / cadence,
    between: coarseness,
    count: Math.floor(expected / coarseness),
    observed: (last - begin) / cadence,
    at: (index) => first + index * between,
    coarseness,
  };
}

/** Values as shares of their range, so that squares of the largest and the smallest numbers are numbers. */
function scaleOf(points: readonly SeriesPoint[]): { readonly scaled: (value: number) => number; readonly unscaled: (value: number) => number } {
  const halves = points.map(({ value }) => value / 2);
  const [least, most] = halves.reduce(([low, high], half) => [Math.min(low, half), Math.max(high, half)], [Infinity, -Infinity] as const);
  const range = most - least || Math.abs(most) || 1;
  return { scaled: (value) => (value / 2 - least) / range, unscaled: (value) => finite(2 * (least + value * range)) };
}

function finite(value: number): number {
  return Math.min(Number.MAX_VALUE, Math.max(-Number.MAX_VALUE, value));
}

function shareOf(points: readonly SeriesPoint[], { dueAt }: Outlook): number {
  const [begin, last] = [points[0]?.observedAt.getTime() ?? 0, points.at(-1)?.observedAt.getTime() ?? 0];
  return (last - begin) / (dueAt.getTime() - begin);
}

function quantile(ascending: Float64Array, share: number): number {
  return ascending[Math.min(ascending.length - 1, Math.floor(share * ascending.length))] ?? 0;
}
