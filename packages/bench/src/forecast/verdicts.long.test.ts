import { expect, it } from 'vitest';
import { FAMILIES, HELD_OUT } from './simulated-metrics.ts';
import { verdictsOf, worstTenth } from './verdicts.measure.ts';

/** The whole simulation is `npm run bench -- forecast`. */
const MILESTONES = 12;

it.each([
  ['that the method was made with', FAMILIES],
  ['that it was not', HELD_OUT],
])('of metrics %s, at most 7 %% of verdicts are wrong at every tenth of the way, and most are given in the end', (_what, families) => {
  const byFamily = Object.values(families).map((make) => verdictsOf(make, MILESTONES));
  expect(worstTenth(byFamily.flat())).toBeLessThanOrEqual(7);
  // Every family counts alike: one that is observed by the hour has most of the verdicts.
  const decided = byFamily.map((verdicts) => {
    const late = verdicts.filter(({ at }) => at >= 0.8 && at < 0.9);
    return late.filter(({ status }) => status !== 'PENDING').length / late.length;
  });
  expect(decided.reduce((sum, share) => sum + share, 0) / decided.length).toBeGreaterThan(0.6);
});
