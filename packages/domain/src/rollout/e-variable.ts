/** Requests of one version over some time, and how many of them did what they should not: failed, or took long. */
export interface Outcomes {
  readonly requests: number;
  readonly bad: number;
}

/** What both versions did over the same time. */
export interface Block {
  readonly candidate: Outcomes;
  readonly incumbent: Outcomes;
}

/** A pair of rates of bad requests. */
export interface Rates {
  readonly candidate: number;
  readonly incumbent: number;
}

/** A convex set of rates. `nearest` is its point with the least Kullback–Leibler distance from rates outside of it, weighted by the requests of the block. */
export interface NullHypothesis {
  nearest(alternative: Rates, requests: Rates): Rates;
}

/** The candidate is no worse than the incumbent. From rates where it is worse, the nearest point is their common mean. */
export const NO_WORSE: NullHypothesis = {
  nearest(alternative, requests) {
    const all = requests.candidate + requests.incumbent;
    const mean = (alternative.candidate * requests.candidate + alternative.incumbent * requests.incumbent) / all;
    return { candidate: mean, incumbent: mean };
  },
};

const HALVINGS = 40;

/** The candidate is worse than tolerated: its rate is at least `ratio` × that of the incumbent + `increase`. */
export function worseThan(ratio: number, increase: number): NullHypothesis {
  return {
    nearest(alternative, requests) {
      const bound = (incumbent: number): number => Math.min(ratio * incumbent + increase, 1);
      // The derivative of the distance along the border is negative at `low` and positive at `high`.
      let low = Math.max(0, (alternative.candidate - increase) / ratio);
      let high = Math.min(alternative.incumbent, (1 - increase) / ratio);
      for (let i = 0; i < HALVINGS; i++) {
        const middle = (low + high) / 2;
        const slope =
          requests.candidate * ratio * distanceSlope(alternative.candidate, bound(middle)) + requests.incumbent * distanceSlope(alternative.incumbent, middle);
        if (slope > 0) high = middle;
        else low = middle;
      }
      return { candidate: bound(high), incumbent: high };
    },
  };
}

/** The rate of the candidate is at most, or at least, `rate`; there is no incumbent. */
export function atRate(rate: number): NullHypothesis {
  return { nearest: ({ incumbent }) => ({ candidate: rate, incumbent }) };
}

/** d/dq of the Kullback–Leibler distance between Bernoulli variables of rates p and q. */
function distanceSlope(p: number, q: number): number {
  return (q - p) / (q * (1 - q));
}

/**
 * The logarithm of the e-variable of one block: the likelihood of the alternative over that of the nearest point of the null hypothesis.
 * Under every point of a convex null hypothesis its expectation is at most 1, whatever the sizes of the block, so products over blocks
 * are test supermartingales, also when the rates change from block to block.
 *
 * Source: Turner, Ly, Grünwald, "Generic E-variables for exact sequential k-sample tests that allow for optional stopping", Journal of
 * Statistical Planning and Inference 230 (2024), theorem 1 and section 4. For blocks of any size: as a function of the rates, the logarithm of the
 * expectation is concave, 0 at the nearest point, and has there the gradient of the distance that this point minimises over a convex set.
 */
export function logEValue({ candidate, incumbent }: Block, alternative: Rates, hypothesis: NullHypothesis): number {
  const nearest = hypothesis.nearest(alternative, { candidate: candidate.requests, incumbent: incumbent.requests });
  return logRatio(candidate, alternative.candidate, nearest.candidate) + logRatio(incumbent, alternative.incumbent, nearest.incumbent);
}

function logRatio({ requests, bad }: Outcomes, alternative: number, nearest: number): number {
  if (alternative === nearest) return 0;
  const good = requests - bad;
  return (bad === 0 ? 0 : bad * Math.log(alternative / nearest)) + (good === 0 ? 0 : good * Math.log((1 - alternative) / (1 - nearest)));
}

/** log Σ weight × e^value, with weights that sum to 1: the logarithm of a mixture of e-processes, which is one. */
export function logMixture(values: readonly number[], weights: readonly number[]): number {
  const highest = Math.max(...values);
  if (highest === -Infinity || highest === Infinity) return highest;
  return highest + Math.log(values.reduce((sum, value, i) => sum + (weights[i] ?? 0) * Math.exp(value - highest), 0));
}
