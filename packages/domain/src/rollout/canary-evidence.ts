import { latencyBucketsFor, type CanaryTest } from '@millrace/contracts';
import { atRate, logEValue, logMixture, NO_WORSE, worseThan, type Block, type NullHypothesis, type Rates } from './e-variable.ts';

/** What a version did over some time. `latency` counts runs by {@link latencyBucketOf}. */
export interface VersionOutcomes {
  readonly answered: number;
  readonly errors: number;
  readonly latency: readonly number[];
}

/** What is compared: the candidate with the incumbent or, on a first release, with a fixed rate of errors. */
export type CanaryRule = CanaryTest & { readonly maximumErrorRate: number; readonly hasIncumbent: boolean };

/**
 * How the evidence of a canary stands: logarithms of e-processes, one for each alternative of the mixtures. It is plain numbers, so that a
 * worker goes on where another was killed, and is carried from one canary step to the next.
 */
export interface CanaryEvidence {
  /** Against "its error rate is no higher". */
  readonly errors: readonly number[];
  /** Against "it is no slower". */
  readonly latency: readonly number[];
  /** Against "its error rate is higher than tolerated". */
  readonly tolerable: readonly number[];
}

const ODDS_RATIOS = [1.5, 2, 3, 5, 10, 30, 100];
const INCUMBENT_RATES = [0.001, 0.02, 0.1, 0.3];
const WORSE: readonly Rates[] = INCUMBENT_RATES.flatMap((incumbent) => ODDS_RATIOS.map((ratio) => ({ candidate: withOdds(incumbent, ratio), incumbent })));
/** Rare errors are the rule, so the lowest rate has the most weight. */
const EQUAL: readonly Rates[] = [0.0001, 0.003, 0.01, 0.03, 0.1, 0.3].map((rate) => ({ candidate: rate, incumbent: rate }));
const EQUAL_WEIGHTS = [0.5, 0.1, 0.1, 0.1, 0.1, 0.1];
const LOWER_ODDS = [100, 10, 4, 2, 1.5];
const LOWER_WEIGHTS = [0.6, 0.1, 0.1, 0.1, 0.1];
/** The latencies that the incumbent exceeds in these shares of its runs. */
const LATENCY_LEVELS = [0.5, 0.1, 0.01];
const SLOWER_ODDS = [2, 4, 10, 50];
/** Of the evidence for a roll back, what errors and latency have. */
const SHARES = [0.75, 0.25];

const none = (length: number): readonly number[] => Array.from({ length }, () => 0);
const uniform = (length: number): readonly number[] => Array.from({ length }, () => 1 / length);

/** The evidence before the first request. */
export function noEvidence({ hasIncumbent }: CanaryRule): CanaryEvidence {
  return {
    errors: none(hasIncumbent ? WORSE.length : ODDS_RATIOS.length),
    latency: none(LATENCY_LEVELS.length * SLOWER_ODDS.length),
    tolerable: none(hasIncumbent ? EQUAL.length : LOWER_ODDS.length),
  };
}

/**
 * The evidence after one more block: what both versions did over the same time on the same node. `history` is what the incumbent's
 * latencies were before the block: it says what is slow. What follows is not allowed to choose when a block ends by its outcomes.
 */
export function withBlock(
  evidence: CanaryEvidence,
  rule: CanaryRule,
  { candidate, incumbent }: { readonly candidate: VersionOutcomes; readonly incumbent: VersionOutcomes },
  history: readonly number[],
): CanaryEvidence {
  const block: Block = { candidate: failuresOf(candidate), incumbent: failuresOf(incumbent) };
  const { maximumErrorRate: rate } = rule;
  const grow = (values: readonly number[], alternatives: readonly Rates[], hypothesis: NullHypothesis): number[] =>
    values.map((value, i) => value + logEValue(block, alternatives[i] ?? { candidate: 0, incumbent: 0 }, hypothesis));
  const against = (odds: readonly number[]): Rates[] => odds.map((ratio) => ({ candidate: withOdds(rate, ratio), incumbent: 0 }));
  if (!rule.hasIncumbent)
    return {
      errors: grow(evidence.errors, against(ODDS_RATIOS), atRate(rate)),
      latency: evidence.latency,
      tolerable: grow(evidence.tolerable, against(LOWER_ODDS.map((ratio) => 1 / ratio)), atRate(rate)),
    };
  return {
    errors: grow(evidence.errors, WORSE, NO_WORSE),
    latency: withLatencies(evidence.latency, rule, { candidate: candidate.latency, incumbent: incumbent.latency }, history),
    tolerable: grow(evidence.tolerable, EQUAL, worseThan(rule.toleratedErrorRatio, rule.toleratedErrorIncrease)),
  };
}

/** Logarithms of e-values: by Ville's inequality one passes ln(1/α) with a probability of at most α, however often it is looked at. */
export interface CanaryEValues {
  readonly worse: number;
  readonly errors: number;
  readonly latency: number;
  readonly tolerable: number;
}

/** What the evidence amounts to: against "no worse" (errors and latency together, and each), and against "worse than tolerated". */
export function eValuesOf({ errors, latency, tolerable }: CanaryEvidence, { hasIncumbent }: CanaryRule): CanaryEValues {
  const [ofErrors, ofLatency] = [logMixture(errors, uniform(errors.length)), logMixture(latency, uniform(latency.length))];
  return {
    worse: hasIncumbent ? logMixture([ofErrors, ofLatency], SHARES) : ofErrors,
    errors: ofErrors,
    latency: ofLatency,
    tolerable: logMixture(tolerable, hasIncumbent ? EQUAL_WEIGHTS : LOWER_WEIGHTS),
  };
}

function withLatencies(
  values: readonly number[],
  { toleratedLatencyRatio }: CanaryRule,
  { candidate, incumbent }: { readonly candidate: readonly number[]; readonly incumbent: readonly number[] },
  history: readonly number[],
): number[] {
  const [ofCandidate, ofIncumbent] = [sumOf(candidate, 0), sumOf(incumbent, 0)];
  return LATENCY_LEVELS.flatMap((share, level) => {
    const slow = bucketExceededBy(share, history);
    const grown = values.slice(level * SLOWER_ODDS.length, (level + 1) * SLOWER_ODDS.length);
    if (slow === undefined) return grown;
    const block: Block = {
      candidate: { requests: ofCandidate, bad: sumOf(candidate, slow + latencyBucketsFor(toleratedLatencyRatio) + 1) },
      incumbent: { requests: ofIncumbent, bad: sumOf(incumbent, slow + 1) },
    };
    return grown.map((value, i) => value + logEValue(block, { candidate: withOdds(share, SLOWER_ODDS[i] ?? 1), incumbent: share }, NO_WORSE));
  });
}

/** The first bucket that at most `share` of the counts lie above; undefined without counts. */
function bucketExceededBy(share: number, counts: readonly number[]): number | undefined {
  const all = sumOf(counts, 0);
  if (all === 0) return undefined;
  let reached = 0;
  return counts.findIndex((count) => (reached += count) >= (1 - share) * all);
}

function sumOf(counts: readonly number[], from: number): number {
  let sum = 0;
  for (let i = from; i < counts.length; i++) sum += counts[i] ?? 0;
  return sum;
}

function failuresOf({ answered, errors }: VersionOutcomes): { readonly requests: number; readonly bad: number } {
  return { requests: answered + errors, bad: errors };
}

/** The rate whose odds are `ratio` times those of `rate`. */
function withOdds(rate: number, ratio: number): number {
  return (ratio * rate) / (1 - rate + ratio * rate);
}
