import type { EnvironmentPolicy } from '@millrace/contracts';
import type { CanaryEValues, CanaryRule } from './canary-evidence.ts';
import type { Outcomes } from './e-variable.ts';

/** One step of a canary, from the policy of its environment. */
export type CanaryStep = EnvironmentPolicy['canarySteps'][number];

/** What a canary step has seen: requests that came to an end since it began, and what the evidence of the release amounts to. */
export interface CanarySight {
  readonly candidate: Outcomes;
  /** Null on a first release. */
  readonly incumbent: Outcomes | null;
  readonly eValues: CanaryEValues;
  readonly heldSeconds: number;
  /** Why the counts cannot be relied on; undefined where they can. */
  readonly fault: string | undefined;
}

export interface CanaryVerdict {
  /** INCONCLUSIVE waits as HOLD does, but its time is over: more traffic, or a person, must decide. */
  readonly action: 'HOLD' | 'ADVANCE' | 'ROLL_BACK' | 'INCONCLUSIVE';
  readonly reason: string;
}

/**
 * What to do with a canary. It rolls back as soon as the candidate was shown to be worse: more errors or longer latencies than the incumbent
 * over the same time or, on a first release, more errors than the step allows. It advances when the candidate was shown not to be
 * worse than tolerated, after the requests and the time that the step asks for. Without requests, or by counts that cannot be read, nothing is
 * shown, and it never advances.
 */
export function judgeCanary(step: CanaryStep, rule: CanaryRule, sight: CanarySight): CanaryVerdict {
  const { eValues, heldSeconds, fault } = sight;
  const seen = seenText(sight);
  if (eValues.worse >= -Math.log(rule.falseRollbackRate)) return { action: 'ROLL_BACK', reason: worseText(step, rule, sight) };
  const missing = fault ?? missingText(step, rule, sight);
  if (missing !== undefined) return { action: heldSeconds < step.holdSeconds ? 'HOLD' : 'INCONCLUSIVE', reason: `${seen}: ${missing}` };
  if (heldSeconds < step.holdSeconds) return { action: 'HOLD', reason: `Held for ${heldSeconds} of ${step.holdSeconds} s, ${seen}` };
  const bound = rule.hasIncumbent ? 'not worse than tolerated' : `below ${percent(step.maximumErrorRate)}`;
  const confidence = percent(1 - rule.falsePromotionRate);
  return { action: 'ADVANCE', reason: `${seen} in ${heldSeconds} s at ${step.weight} %; with ${confidence} confidence its error rate is ${bound}` };
}

/** What there is to be seen yet before it advances; undefined: nothing. */
function missingText(step: CanaryStep, rule: CanaryRule, { candidate, incumbent, eValues }: CanarySight): string | undefined {
  const least = Math.max(1, step.minimumRequests);
  if (candidate.requests < least) return `the step needs ${least}`;
  if (incumbent?.requests === 0) return 'the live version answered none in this time, so there is nothing to compare with';
  if (eValues.tolerable >= -Math.log(rule.falsePromotionRate)) return undefined;
  return rule.hasIncumbent
    ? 'too few to tell whether it is worse than the live version'
    : `too few to tell whether less than ${percent(step.maximumErrorRate)} fail`;
}

function seenText({ candidate, incumbent }: CanarySight): string {
  const own = `${candidate.bad} of ${candidate.requests} requests failed`;
  return incumbent === null ? own : `${own}, of the live version ${incumbent.bad} of ${incumbent.requests}`;
}

function worseText(step: CanaryStep, { hasIncumbent, toleratedLatencyRatio }: CanaryRule, sight: CanarySight): string {
  const seen = seenText(sight);
  if (!hasIncumbent) return `${seen}; at most ${percent(step.maximumErrorRate)} may`;
  const { errors, latency } = sight.eValues;
  return errors >= latency
    ? `${seen} over the same time`
    : `It takes more than ${toleratedLatencyRatio} times as long as the live version over the same time; ${seen}`;
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(6))} %`;
}
