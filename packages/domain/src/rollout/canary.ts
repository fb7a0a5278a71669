import type { EnvironmentPolicy } from '@millrace/contracts';

/** One step of a canary, from the policy of its environment. */
export type CanaryStep = EnvironmentPolicy['canarySteps'][number];

/** What the nodes report of the candidate since the step began. */
export interface CanaryEvidence {
  readonly requests: number;
  readonly errors: number;
  readonly heldSeconds: number;
}

export interface CanaryVerdict {
  readonly action: 'HOLD' | 'ADVANCE' | 'ROLL_BACK';
  readonly reason: string;
}

/**
 * What to do with a canary. It rolls back as soon as the error rate is lost: when the errors exceed what even the step's
 * minimum of requests would allow. It advances after enough requests and enough time; until then it holds.
 */
export function judgeCanary(step: CanaryStep, { requests, errors, heldSeconds }: CanaryEvidence): CanaryVerdict {
  const judged = Math.max(requests, step.minimumRequests);
  if (errors > step.maximumErrorRate * judged) {
    return { action: 'ROLL_BACK', reason: `${errors} of ${requests} requests failed; at most ${step.maximumErrorRate * 100} % may` };
  }
  if (requests < step.minimumRequests) return { action: 'HOLD', reason: `${requests} of ${step.minimumRequests} requests seen, ${errors} failed` };
  if (heldSeconds < step.holdSeconds)
    return { action: 'HOLD', reason: `Held for ${heldSeconds} of ${step.holdSeconds} s, ${errors} of ${requests} requests failed` };
  return { action: 'ADVANCE', reason: `${errors} of ${requests} requests failed in ${heldSeconds} s at ${step.weight} %` };
}
