import { medianOf, type Series } from './series.ts';

/** How a metric may move, in units of the noise of one observation and steps of the cadence. */
export interface TrendShape {
  /** Variance that the level gains in a step, beside its trend. */
  readonly levelNoise: number;
  /** Variance that the slope gains in a step. */
  readonly slopeNoise: number;
  /** What is left of the slope after a step; 1: it goes on, less: the metric levels off. */
  readonly damping: number;
}

/** A shape after it has seen a series: where the metric stands, how surely, and how well the shape fits. */
export interface FittedTrend {
  readonly shape: TrendShape;
  readonly level: number;
  readonly slope: number;
  /** Covariance of level and slope, in units of the noise. */
  readonly variances: readonly [level: number, both: number, slope: number];
  /** The variance of the noise has an inverse gamma distribution with this shape and scale. */
  readonly noise: readonly [shape: number, scale: number];
  /** Posterior probability among the shapes that were tried. */
  readonly weight: number;
}

const LEVEL_NOISES = [0, 0.03, 0.3, 3, 100];
const SLOPE_NOISES = [0, 0.001, 0.03, 0.3];
/** After which parts of the time that was observed half of the slope is gone. */
const HALF_LIVES = [Infinity, 1, 0.4, 0.15];
const HALF_LIFE_PRIORS = [0.4, 0.2, 0.2, 0.2];
const SLOPE_NOISE_PRIORS = [0.4, 0.2, 0.2, 0.2];
/** Nothing is known of the slope beforehand. */
const VAGUE = 1e6;
/** Before anything is seen, the noise is worth so many observations of a quarter of a typical step. */
const [PRIOR_OBSERVATIONS, PRIOR_STEP] = [2, 0.25];

/**
 * Fits a local linear trend with damping (Durbin and Koopman, Time Series Analysis by State Space Methods, 2012, section 3.2) of every shape of a grid by
 * the Kalman filter, with the variance of the noise integrated out (West and Harrison, Bayesian Forecasting, 1997, section 4.5). One family of models is
 * a level with noise, a random walk, a straight line, a line that bends, and one that levels off.
 */
export function fitTrends(series: Series): FittedTrend[] {
  const span = (series.times.at(-1) ?? 0) - (series.times[0] ?? 0);
  const scale = noiseScaleOf(series);
  const fitted = LEVEL_NOISES.flatMap((levelNoise) =>
    SLOPE_NOISES.flatMap((slopeNoise, s) =>
      HALF_LIVES.map((halfLife, h) => {
        const shape = { levelNoise, slopeNoise, damping: 0.5 ** (1 / (halfLife * span)) };
        return filter(series, shape, scale, Math.log((SLOPE_NOISE_PRIORS[s] ?? 0) * (HALF_LIFE_PRIORS[h] ?? 0)));
      }),
    ),
  );
  const most = Math.max(...fitted.map(({ logWeight }) => logWeight));
  const total = fitted.reduce((sum, { logWeight }) => sum + Math.exp(logWeight - most), 0);
  return fitted.map(({ logWeight, ...trend }) => ({ ...trend, weight: Math.exp(logWeight - most) / total }));
}

function noiseScaleOf({ values }: Series): number {
  const steps = [...values.subarray(1)].map((value, i) => Math.abs(value - (values[i] ?? 0)));
  const typical = medianOf(steps) || Math.max(...steps) || Math.abs(values[0] ?? 0) || 1;
  return (PRIOR_STEP * typical) ** 2;
}

function filter({ times, values, variances }: Series, shape: TrendShape, scale: number, logPrior: number): Omit<FittedTrend, 'weight'> & { logWeight: number } {
  let [level, slope] = [values[0] ?? 0, 0];
  let [levelVariance, covariance, slopeVariance] = [variances[0] ?? 1, 0, VAGUE];
  let [squares, logDeterminant, counted] = [0, 0, 0];
  let motion = motionOf(shape, 1);
  for (let i = 1; i < times.length; i++) {
    const step = (times[i] as number) - (times[i - 1] as number);
    // Most series are observed evenly.
    if (step !== motion.step) motion = motionOf(shape, step);
    const { kept, reach } = motion;
    // Ahead to the time of the observation.
    level += reach * slope;
    slope *= kept;
    levelVariance += 2 * reach * covariance + reach * reach * slopeVariance + step * shape.levelNoise + (step ** 3 * shape.slopeNoise) / 3;
    covariance = kept * (covariance + reach * slopeVariance) + (step ** 2 * shape.slopeNoise) / 2;
    slopeVariance = kept * kept * slopeVariance + step * shape.slopeNoise;
    // And corrected by it.
    const surprise = (values[i] as number) - level;
    const variance = levelVariance + (variances[i] as number);
    const [levelGain, slopeGain] = [levelVariance / variance, covariance / variance];
    level += levelGain * surprise;
    slope += slopeGain * surprise;
    slopeVariance -= slopeGain * covariance;
    covariance -= slopeGain * levelVariance;
    levelVariance -= levelGain * levelVariance;
    // The second observation only says what the slope is.
    if (i === 1) continue;
    squares += surprise ** 2 / variance;
    logDeterminant += Math.log(variance);
    counted++;
  }
  const noise = [(PRIOR_OBSERVATIONS + counted) / 2, (PRIOR_OBSERVATIONS * scale + squares) / 2] as const;
  const logWeight = logPrior - logDeterminant / 2 - noise[0] * Math.log(noise[1]);
  return { shape, level, slope, variances: [levelVariance, covariance, slopeVariance], noise, logWeight };
}

/** What becomes of a slope of 1 in `step` steps. */
export interface Motion {
  readonly step: number;
  /** What is left of it. */
  readonly kept: number;
  /** How far it leads meanwhile. */
  readonly reach: number;
}

export function motionOf({ damping }: TrendShape, step: number): Motion {
  const kept = damping ** step;
  return { step, kept, reach: damping === 1 ? step : (kept - 1) / Math.log(damping) };
}
