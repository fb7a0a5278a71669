import { normalFrom } from '@millrace/domain';

/** A metric that begins at 0, and a criterion that it should reach 1. Times are shares of the way from the first observation to the due date. */
export interface SimulatedMetric {
  readonly times: readonly number[];
  /** Days from the first observation to the due date. */
  readonly days: number;
  readonly values: readonly number[];
  readonly consecutive: number;
  /** The criterion is on a ratio, and 1 lies at this value of it; undefined: on a number that may be anything. */
  readonly ratio?: { readonly start: number; readonly threshold: number };
}

type Random = () => number;
export type Family = (random: Random) => SimulatedMetric;

const between = (random: Random, low: number, high: number): number => low + (high - low) * random();
const oneOf = <Item>(random: Random, items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;

interface Options {
  readonly days?: number;
  readonly perDay?: number;
  readonly consecutive?: number;
}

/** A metric that follows `curve` with noise, weekly or daily. */
function metricOf(random: Random, curve: (time: number, day: number) => number, noise: (index: number) => number, options: Options = {}): SimulatedMetric {
  const days = options.days ?? oneOf(random, [28, 60, 90, 182, 365]);
  const perDay = options.perDay ?? (days > 120 ? 1 / 7 : oneOf(random, [1, 1, 1 / 7]));
  const count = Math.floor(days * perDay) + 1;
  const times = Array.from({ length: count }, (_, i) => i / perDay / days).filter((time) => time <= 1);
  const values = times.map((time, i) => curve(time, time * days) + noise(i));
  return { times, days, values, consecutive: options.consecutive ?? oneOf(random, [1, 1, 2, 3]) };
}

const white = (random: Random, sd: number) => (): number => sd * normalFrom(random);
const noiseOf = (random: Random): number => Math.exp(between(random, Math.log(0.005), Math.log(0.2)));

function correlated(random: Random, sd: number, rho: number): () => number {
  let state = sd * normalFrom(random);
  return () => {
    const now = state;
    state = rho * state + sd * Math.sqrt(1 - rho * rho) * normalFrom(random);
    return now;
  };
}

function walk(random: Random, step: number): () => number {
  let state = 0;
  return () => {
    const now = state;
    state += step * normalFrom(random);
    return now;
  };
}

const linear: Family = (random) => {
  const end = between(random, 0.4, 1.8);
  return metricOf(random, (time) => end * time, white(random, noiseOf(random)));
};

const saturating: Family = (random) => {
  const [limit, pace] = [between(random, 0.6, 1.4), between(random, 0.08, 0.6)];
  return metricOf(random, (time) => limit * (1 - Math.exp(-time / pace)), white(random, noiseOf(random) / 2));
};

const hyperbolic: Family = (random) => {
  const [limit, half] = [between(random, 0.7, 1.8), between(random, 0.1, 0.8)];
  return metricOf(random, (time) => (limit * time) / (time + half), white(random, noiseOf(random) / 2));
};

const rootOrLogarithm: Family = (random) => {
  const end = between(random, 0.6, 1.5);
  const curve = oneOf(random, [(time: number) => Math.sqrt(time), (time: number) => Math.log(1 + 9 * time) / Math.log(10)]);
  return metricOf(random, (time) => end * curve(time), white(random, noiseOf(random) / 2));
};

const sCurve: Family = (random) => {
  const [limit, middle, width] = [between(random, 0.6, 1.5), between(random, 0.2, 0.7), between(random, 0.04, 0.15)];
  const zero = 1 / (1 + Math.exp(middle / width));
  return metricOf(random, (time) => limit * (1 / (1 + Math.exp(-(time - middle) / width)) - zero), white(random, noiseOf(random) / 2));
};

const randomWalk: Family = (random) => {
  const drift = between(random, 0, 1.5);
  return metricOf(random, (time) => drift * time, walk(random, between(random, 0.02, 0.15)));
};

const autocorrelated: Family = (random) => {
  const end = between(random, 0.3, 1.6);
  return metricOf(random, (time) => end * time, correlated(random, noiseOf(random), between(random, 0.3, 0.9)));
};

const flat: Family = (random) => {
  const noise = noiseOf(random);
  const level = 1 - between(random, 0.2, 4) * noise;
  return metricOf(random, () => level, white(random, noise));
};

/** Of seven days two are lower; the trend alone may or may not arrive. */
const weekly: Family = (random) => {
  const [end, depth, shift] = [between(random, 0.4, 1.6), between(random, 0.05, 0.5), Math.floor(random() * 7)];
  const season = (day: number): number => ((Math.floor(day + 1e-9) + shift) % 7 < 2 ? -depth : (depth * 2) / 5);
  return metricOf(random, (time, day) => end * time + season(day), white(random, noiseOf(random) / 2), { days: oneOf(random, [42, 60, 90]), perDay: 1 });
};

/** Logits grow straight, so the ratio levels off below 1. */
const ratio: Family = (random) => {
  const [start, end, threshold] = [between(random, -1, 1), between(random, 1.5, 5), between(random, 0.8, 0.98)];
  const metric = metricOf(
    random,
    (time) => 1 / (1 + Math.exp(-(start + (end - start) * time))),
    white(random, Math.exp(between(random, Math.log(0.002), Math.log(0.03)))),
  );
  return { ...metric, values: metric.values.map((value) => Math.min(1, Math.max(0, value))), ratio: { start: 1 / (1 + Math.exp(-start)), threshold } };
};

const irregular: Family = (random) => {
  const metric = oneOf(random, [linear, saturating, autocorrelated])(random);
  const kept = metric.times.map((time) => time === 0 || random() < 0.4);
  return { ...metric, times: metric.times.filter((_, i) => kept[i]), values: metric.values.filter((_, i) => kept[i]) };
};

const outliers: Family = (random) => {
  const metric = linear(random);
  return { ...metric, consecutive: 2, values: metric.values.map((value) => (random() < 0.04 ? value - between(random, 0.3, 1.5) : value)) };
};

/** What the method was made with. */
export const FAMILIES: Readonly<Record<string, Family>> = {
  'straight line': linear,
  'levelling off, exponential': saturating,
  'levelling off, hyperbolic': hyperbolic,
  'levelling off, root or logarithm': rootOrLogarithm,
  'S-curve': sCurve,
  'random walk with drift': randomWalk,
  'line, autocorrelated noise': autocorrelated,
  'flat, below the threshold': flat,
  'line, weekly season': weekly,
  'ratio towards 1': ratio,
  'irregular, six in ten missing': irregular,
  'line, outliers': outliers,
};

const gompertz: Family = (random) => {
  const [limit, lag, pace] = [between(random, 0.6, 1.4), between(random, 1.5, 5), between(random, 3, 9)];
  const zero = Math.exp(-Math.exp(lag));
  return metricOf(random, (time) => limit * (Math.exp(-Math.exp(lag - pace * time)) - zero), correlated(random, noiseOf(random) / 2, 0.4));
};

const heavyTails: Family = (random) => {
  const [end, sd] = [between(random, 0.4, 1.7), noiseOf(random) / 2];
  const noise = (): number => (sd * normalFrom(random)) / Math.sqrt((normalFrom(random) ** 2 + normalFrom(random) ** 2 + normalFrom(random) ** 2) / 3);
  return metricOf(random, (time) => end * time, noise);
};

const growingNoise: Family = (random) => {
  const [end, sd] = [between(random, 0.4, 1.7), noiseOf(random)];
  return metricOf(
    random,
    (time) => end * time + sd * time * 2 * normalFrom(random),
    () => 0,
  );
};

const accelerating: Family = (random) => {
  const [end, power] = [between(random, 0.5, 1.8), between(random, 1.3, 2.5)];
  return metricOf(random, (time) => end * time ** power, white(random, noiseOf(random) / 2));
};

const plateau: Family = (random) => {
  const [end, from, length] = [between(random, 0.5, 1.6), between(random, 0.2, 0.5), between(random, 0.1, 0.3)];
  return metricOf(random, (time) => (end / (1 - length)) * (time < from ? time : Math.max(from, time - length)), white(random, noiseOf(random) / 2));
};

const hourly: Family = (random) => {
  const [end, depth] = [between(random, 0.5, 1.5), between(random, 0.1, 0.4)];
  return metricOf(random, (time, day) => end * time + depth * Math.sin(2 * Math.PI * day), white(random, noiseOf(random) / 2), {
    days: oneOf(random, [10, 21]),
    perDay: 24,
    consecutive: oneOf(random, [3, 6]),
  });
};

const overshooting: Family = (random) => {
  const [limit, pace, swing] = [between(random, 0.6, 1.3), between(random, 0.1, 0.3), between(random, 0.02, 0.12)];
  return metricOf(random, (time) => limit * (1 - Math.exp(-time / pace)) + swing * Math.sin(9 * time), white(random, noiseOf(random) / 2));
};

/** What nobody can foresee: at some time the metric jumps. */
const step: Family = (random) => {
  const [from, to, at] = [between(random, 0, 0.9), between(random, 0.3, 1.4), between(random, 0.2, 0.9)];
  return metricOf(random, (time) => (time < at ? from : to), white(random, noiseOf(random) / 2));
};

/** Written after the method was, and not used to change it. */
export const HELD_OUT: Readonly<Record<string, Family>> = {
  Gompertz: gompertz,
  'line, heavy tails': heavyTails,
  'line, growing noise': growingNoise,
  'faster and faster': accelerating,
  'plateau on the way': plateau,
  'hourly, daily season': hourly,
  'levelling off with a swing': overshooting,
};

export const UNFORESEEABLE: Readonly<Record<string, Family>> = { 'a jump at some time': step };
