import { canaryTestSchema, latencyBucketOf, type CanaryTest } from '@millrace/contracts';
import { eValuesOf, judgeCanary, noEvidence, normalFrom, seededRandom, withBlock, type CanaryRule, type VersionOutcomes } from '@millrace/domain';

/** What one version does: the share of requests that fail, and its latencies as a logarithmic normal distribution, in milliseconds. */
export interface SimulatedVersion {
  readonly errorRate: number;
  readonly medianMilliseconds?: number;
}

/** A release whose canary is looked at after every block. */
export interface SimulatedRelease {
  readonly candidate: SimulatedVersion;
  /** Null on a first release. */
  readonly incumbent: SimulatedVersion | null;
  /** Requests of the candidate and of the incumbent between two looks. */
  readonly block: readonly [number, number];
  /** Requests of the candidate after which nobody looks any more. */
  readonly longest: number;
  readonly test?: Partial<CanaryTest>;
  readonly maximumErrorRate?: number;
}

export interface SimulatedEnd {
  readonly action: 'ADVANCE' | 'ROLL_BACK' | 'INCONCLUSIVE';
  /** Requests of the candidate. */
  readonly requests: number;
}

const SPREAD = 0.5;
const WARM_UP = 1000;

/**
 * Plays one release until its canary is decided, or until nobody looks any more.
 * @param until which decisions end it: a roll back only, or a promotion as well
 */
export function play(release: SimulatedRelease, random: () => number, until: 'rolled back' | 'decided'): SimulatedEnd {
  const { candidate, incumbent, block, longest, maximumErrorRate = 0.01 } = release;
  const rule: CanaryRule = { ...canaryTestSchema.parse(release.test ?? {}), maximumErrorRate, hasIncumbent: incumbent !== null };
  const step = { weight: 10, minimumRequests: 0, holdSeconds: 0, maximumErrorRate };
  const sums = { candidate: { requests: 0, bad: 0 }, incumbent: { requests: 0, bad: 0 } };
  let evidence = noEvidence(rule);
  const history = incumbent === null ? [] : did(incumbent, WARM_UP, random).latency.slice();
  while (sums.candidate.requests < longest) {
    const counted = { candidate: did(candidate, block[0], random), incumbent: incumbent === null ? NOTHING : did(incumbent, block[1], random) };
    evidence = withBlock(evidence, rule, counted, history);
    for (const [bucket, count] of counted.incumbent.latency.entries()) history[bucket] = (history[bucket] ?? 0) + count;
    for (const name of ['candidate', 'incumbent'] as const) {
      sums[name].requests += counted[name].answered + counted[name].errors;
      sums[name].bad += counted[name].errors;
    }
    const sight = { ...sums, incumbent: incumbent === null ? null : sums.incumbent, eValues: eValuesOf(evidence, rule), heldSeconds: 1, fault: undefined };
    const { action } = judgeCanary(step, rule, sight);
    if (action === 'ROLL_BACK' || (action === 'ADVANCE' && until === 'decided')) return { action, requests: sums.candidate.requests };
  }
  return { action: 'INCONCLUSIVE', requests: sums.candidate.requests };
}

const NOTHING: VersionOutcomes = { answered: 0, errors: 0, latency: [] };

/** Latencies to draw from: what a factor of the median comes to, for so many equally likely draws. */
const FACTORS = ((): readonly number[] => {
  const random = seededRandom(7);
  return Array.from({ length: 65_536 }, () => Math.exp(SPREAD * normalFrom(random)));
})();

function did({ errorRate, medianMilliseconds }: SimulatedVersion, requests: number, random: () => number): VersionOutcomes {
  const errors = binomial(requests, errorRate, random);
  const latency: number[] = [];
  const timed = medianMilliseconds === undefined ? 0 : requests - errors;
  for (let i = 0; i < timed; i++) {
    const bucket = latencyBucketOf((medianMilliseconds ?? 0) * (FACTORS[Math.floor(random() * FACTORS.length)] ?? 1));
    while (latency.length <= bucket) latency.push(0);
    latency[bucket] = (latency[bucket] ?? 0) + 1;
  }
  return { answered: requests - errors, errors, latency };
}

/** By inversion of the distribution function. */
function binomial(n: number, p: number, random: () => number): number {
  let rest = random();
  let chance = (1 - p) ** n;
  let k = 0;
  while (rest >= chance && k < n) {
    rest -= chance;
    chance *= ((n - k) / (k + 1)) * (p / (1 - p));
    k++;
  }
  return k;
}
