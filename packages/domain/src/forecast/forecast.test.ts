import { describe, expect, it } from 'vitest';
import { forecast, type Forecast, type Outlook } from './forecast.ts';
import { normalFrom, seededRandom } from './random.ts';
import type { SeriesPoint } from './series.ts';

const DAY = 86_400_000;
/** A Monday. */
const START = Date.UTC(2001, 0, 1);
const at = (day: number): Date => new Date(START + day * DAY);
const NUMBER = { minimum: -Infinity, maximum: Infinity };

function daily(count: number, valueOf: (day: number) => number): SeriesPoint[] {
  return Array.from({ length: count }, (_, day) => ({ observedAt: at(day), value: valueOf(day) }));
}

function ahead(points: readonly SeriesPoint[], changes: Partial<Outlook> & { readonly atLeast?: number } = {}): Forecast | undefined {
  const now = points.at(-1)?.observedAt ?? at(0);
  return forecast(points, { dueAt: at(60), now, satisfied: (value) => value >= (changes.atLeast ?? 1), consecutive: 1, bounds: NUMBER, ...changes });
}

const noisy = (seed: number, deviation: number, curve: (day: number) => number) => {
  const random = seededRandom(seed);
  return (day: number): number => curve(day) + deviation * normalFrom(random);
};

const width = (found: Forecast | undefined): number => (found?.upper ?? 0) - (found?.lower ?? 0);

it('a straight line goes on, and the further away the end the wider is the interval', () => {
  const line = noisy(1, 0.01, (day) => day / 50);
  const [half, most] = [
    ahead(daily(31, line)),
    ahead(
      daily(
        51,
        noisy(1, 0.01, (day) => day / 50),
      ),
    ),
  ];
  expect(half?.value).toBeCloseTo(1.2, 1);
  expect(most?.value).toBeCloseTo(1.2, 1);
  expect(width(half)).toBeGreaterThan(2 * width(most));
  expect(most?.probability).toBeGreaterThan(0.95);
});

const levellingOff = (day: number): number => 0.9 * (1 - Math.exp(-day / 10));

it('what levels off is not taken for a line', () => {
  const [early, late] = [ahead(daily(31, noisy(2, 0.005, levellingOff))), ahead(daily(46, noisy(2, 0.005, levellingOff)))];
  expect(early?.value).toBeCloseTo(0.9, 1);
  expect(early?.probability).toBeLessThan(0.5);
  expect(late?.probability).toBeLessThan(0.05);
});

it('a ratio never leaves 0 to 1', () => {
  const found = ahead(
    daily(
      40,
      noisy(3, 0.004, (day) => 0.7 + 0.007 * day),
    ),
    { bounds: { minimum: 0, maximum: 1 }, atLeast: 0.99 },
  );
  expect(found?.upper).toBeLessThanOrEqual(1);
  expect(
    ahead(
      daily(40, (day) => 0.7 + 0.007 * day),
      { bounds: { minimum: 0, maximum: 1 }, atLeast: 1.001 },
    )?.probability,
  ).toBe(0);
});

const weekend = (day: number): boolean => day % 7 >= 5;

describe('a weekly season', () => {
  const points = daily(
    35,
    noisy(4, 0.01, (day) => 0.5 + 0.005 * day - (weekend(day) ? 0.3 : 0)),
  );

  it('is known: a due date on a Sunday is forecast low, one on a Wednesday is not', () => {
    expect(ahead(points, { dueAt: at(48) })?.value).toBeCloseTo(0.5 + 0.005 * 48 - 0.3, 1);
    expect(ahead(points, { dueAt: at(51) })?.value).toBeCloseTo(0.5 + 0.005 * 51, 1);
  });

  it('is known before 1970, too', () => {
    const early = points.map(({ observedAt, value }) => ({ observedAt: new Date(observedAt.getTime() - 2000 * 7 * DAY), value }));
    const dueAt = new Date(at(48).getTime() - 2000 * 7 * DAY);
    expect(ahead(early, { dueAt })?.value).toBeCloseTo(0.5 + 0.005 * 48 - 0.3, 1);
  });

  it('a low weekend is no fall', () => {
    const [untilSunday, untilFriday] = [ahead(points), ahead(points.slice(0, 33))];
    expect(Math.abs((untilSunday?.value ?? 0) - (untilFriday?.value ?? 1))).toBeLessThan(0.03);
  });

  it('by the hour is known, too', () => {
    const random = seededRandom(5);
    const hourly = Array.from({ length: 21 * 24 }, (_, hour) => ({
      observedAt: new Date(START + hour * 3_600_000),
      value: 0.5 + 0.3 * Math.sin((2 * Math.PI * hour) / 24) + 0.02 * normalFrom(random),
    }));
    const until = (hour: number): Forecast | undefined => ahead(hourly, { dueAt: new Date(START + 28 * DAY + hour * 3_600_000) });
    expect(until(6)?.value).toBeCloseTo(0.8, 1);
    expect(until(18)?.value).toBeCloseTo(0.2, 1);
  });
});

it('of noise alone it is told how likely a row of good values is', () => {
  const points = daily(
    30,
    noisy(6, 0.1, () => 0.85),
  );
  const [once, five] = [ahead(points), ahead(points, { consecutive: 5 })];
  expect(once?.probability).toBeGreaterThan(0.5);
  expect(five?.probability).toBeLessThan(0.25);
});

it('what has begun counts: two good values of three leave one to come', () => {
  const values = [...Array.from({ length: 18 }, (_, day) => 0.8 + 0.01 * Math.sin(day)), 1.01, 1.02];
  const points = daily(20, (day) => values[day] ?? 0);
  const begun = ahead(points, { dueAt: at(20), consecutive: 3 });
  const fresh = ahead(points, { dueAt: at(20), consecutive: 4 });
  expect(begun?.probability).toBeGreaterThan(0.1);
  expect(fresh?.probability).toBe(0);
});

it('one wrong value bends no trend', () => {
  const line = daily(
    40,
    noisy(7, 0.01, (day) => day / 50),
  );
  const wrong = line.with(20, { observedAt: at(20), value: 400 });
  expect(ahead(wrong)?.value).toBeCloseTo(ahead(line)?.value ?? 0, 1);
});

it('the same series is forecast alike, turned around, too, and again until the next observation is due', () => {
  const points = daily(
    40,
    noisy(8, 0.02, (day) => day / 58),
  );
  const found = ahead(points);
  expect(ahead(points)).toEqual(found);
  expect(ahead(points, { now: new Date(at(39).getTime() + 20 * 3_600_000) })).toEqual(found);
  const turned = ahead(
    points.map(({ observedAt, value }) => ({ observedAt, value: -value })),
    { satisfied: (value) => value <= -1 },
  );
  expect(Math.abs((turned?.probability ?? 0) - (found?.probability ?? 1))).toBeLessThan(0.12);
});

it('there is no more to come where the last observation is that of the due date', () => {
  expect(ahead(daily(61, () => 0.9))).toMatchObject({ probability: 0 });
});

it.each([
  ['no observation', []],
  ['four', daily(4, (day) => day)],
  ['a hundred at one time', Array.from({ length: 100 }, () => ({ observedAt: at(3), value: 1 }))],
  ['many, much too early', daily(15, (day) => day / 100)],
])('%s: nothing is said', (_what, points) => {
  expect(ahead(points)).toBeUndefined();
});

it.each([
  ['constant', () => 0.5],
  ['zero', () => 0],
  ['huge', (day: number) => 1e300 * (1 + (day % 3))],
  ['tiny', (day: number) => 1e-300 * day],
  ['a step', (day: number) => (day < 15 ? 0 : 1e6)],
])('of what is %s, every number is finite', (_what, valueOf) => {
  const found = ahead(daily(30, valueOf), { atLeast: 1e308 });
  expect(Object.values(found ?? {}).every(Number.isFinite)).toBe(true);
  expect(found?.lower).toBeLessThanOrEqual(found?.value ?? Number.NaN);
  expect(found?.upper).toBeGreaterThanOrEqual(found?.value ?? Number.NaN);
});

it('ten thousand observations are forecast as a few hundred are', () => {
  const random = seededRandom(9);
  const points = Array.from({ length: 10_000 }, (_, hour) => ({
    observedAt: new Date(START + hour * 3_600_000),
    value: hour / 12_000 + 0.02 * normalFrom(random),
  }));
  const found = ahead(points, { dueAt: new Date(START + 15_000 * 3_600_000) });
  expect(found?.value).toBeCloseTo(1.25, 1);
  expect(found?.probability).toBeGreaterThan(0.95);
});
