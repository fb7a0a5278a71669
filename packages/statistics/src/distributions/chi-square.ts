import { logGamma } from './log-gamma.ts';

const PRECISION = 1e-16;
const MOST_TERMS = 100_000;
const TINY = 1e-300;

/**
 * P(X ≥ `statistic`) for X of the χ² distribution: the regularised upper incomplete gamma function Q(df/2, x/2), by its series below
 * and by Lentz's continued fraction above its mean (Numerical Recipes 6.2). With 1 degree of freedom and z² it is the two-sided tail
 * of the normal distribution.
 */
export function chiSquareTail(statistic: number, degreesOfFreedom: number): number {
  if (!(statistic > 0)) return 1;
  if (statistic === Number.POSITIVE_INFINITY) return 0;
  const [a, x] = [degreesOfFreedom / 2, statistic / 2];
  const tail = x < a + 1 ? 1 - bySeries(a, x) : byContinuedFraction(a, x);
  return Math.min(1, Math.max(0, tail));
}

/** P(|Z| ≥ |z|) of the standard normal distribution. */
export function twoSidedNormalTail(z: number): number {
  return chiSquareTail(z * z, 1);
}

function bySeries(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; n < MOST_TERMS && term > sum * PRECISION; n++) {
    term *= x / (a + n);
    sum += term;
  }
  return sum * Math.exp(a * Math.log(x) - x - logGamma(a));
}

function byContinuedFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = 1 / TINY;
  let d = 1 / b;
  let product = d;
  for (let n = 1; n < MOST_TERMS; n++) {
    const factor = -n * (n - a);
    b += 2;
    d = 1 / awayFromZero(factor * d + b);
    c = awayFromZero(b + factor / c);
    product *= c * d;
    if (Math.abs(c * d - 1) < PRECISION) break;
  }
  return product * Math.exp(a * Math.log(x) - x - logGamma(a));
}

function awayFromZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}
