import { meanOf, type SeriesPoint } from './series.ts';

const [HOUR, DAY] = [3_600_000, 86_400_000];
const WEEK = 7 * DAY;

/** What the time of the week adds to a metric, or takes from it, at a time in milliseconds. */
export type Season = (at: number) => number;

export const NO_SEASON: Season = () => 0;

/**
 * The weekly season of points that come at least daily and for two weeks or more: what each day of the week (UTC), and each hour where there are several
 * observations a day, lies above the mean of the week around it. Where that explains less than the values that it costs (by BIC), there is none.
 */
export function weeklySeasonOf(points: readonly SeriesPoint[], cadence: number): Season {
  const span = (points.at(-1)?.observedAt.getTime() ?? 0) - (points[0]?.observedAt.getTime() ?? 0);
  if (points.length < 14 || span < 2 * WEEK - cadence || cadence > 1.5 * DAY) return NO_SEASON;
  const residuals = detrended(points);
  const parts = [dayOfWeek, ...(cadence <= 12 * HOUR ? [hourOfDay] : [])];
  let season = NO_SEASON;
  for (const part of parts) {
    const effects = effectsOf(residuals, part);
    if (!explains(residuals, effects, part)) continue;
    for (const residual of residuals) residual.value -= effects[part(residual.at)] ?? 0;
    const before = season;
    season = (at) => before(at) + (effects[part(at)] ?? 0);
  }
  return season;
}

/** Also of times before 1970, which are negative. */
function dayOfWeek(at: number): number {
  return ((Math.floor(at / DAY) % 7) + 7) % 7;
}

function hourOfDay(at: number): number {
  return ((Math.floor(at / HOUR) % 24) + 24) % 24;
}

interface Residual {
  readonly at: number;
  value: number;
}

/** Values less the mean of the week around each. At the ends, where half of that week is missing, less the nearest whole one and the trend between weeks. */
function detrended(points: readonly SeriesPoint[]): Residual[] {
  const times = points.map(({ observedAt }) => observedAt.getTime());
  const sums = [0];
  for (const { value } of points) sums.push((sums.at(-1) ?? 0) + value);
  const [first, last] = [times[0] ?? 0, times.at(-1) ?? 0];
  let [from, to] = [0, 0];
  const centres = points.map((_, i) => {
    const at = Math.min(Math.max(times[i] ?? 0, first + WEEK / 2), last - WEEK / 2);
    while ((times[from] ?? 0) < at - WEEK / 2) from++;
    while (to < times.length && (times[to] ?? 0) < at + WEEK / 2) to++;
    return { at, mean: ((sums[to] ?? 0) - (sums[from] ?? 0)) / Math.max(1, to - from) };
  });
  const whole = centres.filter(({ at }, i) => at === times[i]);
  const [begin, end] = [whole[0] ?? centres[0], whole.at(-1) ?? centres.at(-1)];
  const trend = begin === undefined || end === undefined || end.at === begin.at ? 0 : (end.mean - begin.mean) / (end.at - begin.at);
  return points.map(({ value }, i) => {
    const [at, centre] = [times[i] ?? 0, centres[i]];
    return { at, value: value - (centre?.mean ?? 0) - trend * (at - (centre?.at ?? at)) };
  });
}

function effectsOf(residuals: readonly Residual[], part: (at: number) => number): number[] {
  const groups: number[][] = [];
  for (const { at, value } of residuals) (groups[part(at)] ??= []).push(value);
  const mean = meanOf(residuals.map(({ value }) => value));
  return Array.from(groups, (group) => (group === undefined ? 0 : meanOf(group) - mean));
}

function explains(residuals: readonly Residual[], effects: readonly number[], part: (at: number) => number): boolean {
  const count = residuals.length;
  const mean = meanOf(residuals.map(({ value }) => value));
  const before = residuals.reduce((sum, { value }) => sum + (value - mean) ** 2, 0);
  const after = residuals.reduce((sum, { at, value }) => sum + (value - mean - (effects[part(at)] ?? 0)) ** 2, 0);
  return before > 0 && count * Math.log(before / Math.max(after, 1e-12 * before)) > (effects.length - 1) * Math.log(count);
}
