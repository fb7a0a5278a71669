/** How a step ended, and what that was concluded from. */
export interface StepOutcome {
  readonly passed: boolean;
  readonly reason: string;
  readonly evidence: Readonly<Record<string, unknown>>;
}

export function passed(reason: string, evidence: StepOutcome['evidence'] = {}): StepOutcome {
  return { passed: true, reason, evidence };
}

export function failed(reason: string, evidence: StepOutcome['evidence'] = {}): StepOutcome {
  return { passed: false, reason, evidence };
}
