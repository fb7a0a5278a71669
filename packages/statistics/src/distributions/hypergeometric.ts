import { logChoose } from './log-gamma.ts';

/** An urn of `population` rows of which `successes` are of one kind; `draws` are taken without putting back. */
export interface Urn {
  readonly population: number;
  readonly successes: number;
  readonly draws: number;
}

/** P(X ≥ `atLeast`) for the number X of successes among the draws, summed term by term from `atLeast` on (exact to rounding). */
export function hypergeometricTail({ population, successes, draws }: Urn, atLeast: number): number {
  const most = Math.min(successes, draws);
  const first = Math.max(atLeast, 0, draws + successes - population);
  if (atLeast <= Math.max(0, draws + successes - population)) return 1;
  if (atLeast > most) return 0;
  const logFirst = logChoose(successes, first) + logChoose(population - successes, draws - first) - logChoose(population, draws);
  let term = 1;
  let sum = 1;
  for (let k = first; k < most; k++) {
    term *= ((successes - k) * (draws - k)) / ((k + 1) * (population - successes - draws + k + 1));
    sum += term;
    // Terms fall once they are behind the mode.
    if (term < sum * 1e-17 && k > (draws * successes) / population) break;
  }
  return Math.min(1, Math.exp(logFirst + Math.log(sum)));
}
