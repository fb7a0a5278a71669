import type { AlertCondition, MonitorDefinition } from '@millrace/contracts';
import { verdictOf, type JudgedWindow, type Verdict } from './condition-verdict.ts';

/** A window, and what it says of a condition. */
interface Judgement extends Verdict {
  readonly window: JudgedWindow;
}

/** Where a condition stands with one window as the newest that could be judged. */
export interface ConditionState {
  readonly window: JudgedWindow;
  readonly isMet: boolean;
  /** In how many of how many windows it holds. */
  readonly held: number;
  readonly outOf: number;
  /** The newest and the oldest of those in which it holds. */
  readonly newest: Judgement | undefined;
  readonly oldest: Judgement | undefined;
}

/** How many windows a condition looks at. */
export function windowsOf({ windows, outOf }: AlertCondition): number {
  return outOf ?? windows;
}

/**
 * How a condition stood after each window in `steps`, and how it stands now: a window that could not be judged says nothing, and one
 * that is older than another that was judged before moves nothing on its own. `history` is oldest first.
 */
export function conditionStates(
  condition: AlertCondition,
  { history, steps, definition }: { readonly history: readonly JudgedWindow[]; readonly steps: ReadonlySet<string>; readonly definition: MonitorDefinition },
): ConditionState[] {
  const judged = history.flatMap((window): Judgement[] => {
    const verdict = verdictOf(condition, window, definition);
    return verdict === undefined ? [] : [{ ...verdict, window }];
  });
  const before = judged.findLastIndex(({ window }) => !steps.has(window.id));
  const first = Math.min(before + 1, judged.length - 1);
  return judged.slice(first).map((_judgement, offset) => stateAt(condition, judged.slice(0, first + offset + 1)));
}

function stateAt(condition: AlertCondition, judged: readonly Judgement[]): ConditionState {
  const looked = judged.slice(-windowsOf(condition));
  const holding = looked.filter(({ holds }) => holds);
  const last = looked.at(-1);
  if (last === undefined) throw new RangeError('a condition stands nowhere without a window');
  return {
    window: last.window,
    isMet: holding.length >= condition.windows,
    held: holding.length,
    outOf: looked.length,
    newest: holding.at(-1),
    oldest: holding[0],
  };
}
