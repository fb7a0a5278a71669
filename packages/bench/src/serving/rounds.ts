import { quantile } from '../measure.ts';

const LAST = 3;
const WITHIN = 1.1;
const MOST = 10;

/** What was measured in rounds: of each series the median, and of two the median of the rounds' ratios, so that noise hits both sides alike. */
export class Rounds<Name extends string> {
  private readonly windows: readonly Readonly<Record<Name, number>>[];
  readonly isStable: boolean;

  constructor(windows: readonly Readonly<Record<Name, number>>[], isStable: boolean) {
    this.windows = windows;
    this.isStable = isStable;
  }

  median(name: Name): number {
    return quantile(
      this.windows.map((window) => window[name]),
      0.5,
    );
  }

  ratio(name: Name, to: Name): number {
    return quantile(
      this.windows.map((window) => window[name] / window[to]),
      0.5,
    );
  }

  /** To be shown with a figure that never settled. */
  get remark(): string {
    return this.isStable ? '' : ` (unsettled after ${this.windows.length} rounds)`;
  }
}

/**
 * Measures the series in turn, round after round, by the rule of perf_analyzer: until the last three windows of each series
 * lie within 10 % of each other, at most ten rounds. Those three count, or all when it never settled.
 */
export async function measureRounds<Name extends string>(series: Readonly<Record<Name, () => Promise<number>>>): Promise<Rounds<Name>> {
  const names = Object.keys(series) as Name[];
  const windows: Record<Name, number>[] = [];
  while (windows.length < MOST) {
    const window: Partial<Record<Name, number>> = {};
    for (const name of names) window[name] = await series[name]();
    windows.push(window as Record<Name, number>);
    const last = windows.slice(-LAST);
    if (last.length === LAST && names.every((name) => isSettled(last.map((each) => each[name])))) return new Rounds(last, true);
  }
  return new Rounds(windows, false);
}

function isSettled(values: readonly number[]): boolean {
  return Math.max(...values) <= WITHIN * Math.min(...values);
}
