/**
 * How much of the way from baseline to target is done: 0 at the baseline, 1 at the target, negative when it got worse.
 * Works for goals that increase and goals that decrease. `null` when baseline and target are equal: there is no way to go.
 */
export function goalAttainment(goal: { readonly baseline: number; readonly target: number }, latest: number): number | null {
  return goal.baseline === goal.target ? null : (latest - goal.baseline) / (goal.target - goal.baseline);
}
