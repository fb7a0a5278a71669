import { expect, it } from 'vitest';
import { FAMILIES, HELD_OUT } from './simulated-metrics.ts';
import { verdictsOf, worstTenth } from './verdicts.measure.ts';

/** The whole simulation is `npm run bench -- forecast`. */
const MILESTONES = 12;

it.each([
  ['that the method was made with', FAMILIES],
  ['that it was not', HELD_OUT],
])('of metrics %s, at most 7 %% of verdicts are wrong at every tenth of the way, and most are given in the end', (_what, families) => {
  const verdicts = Object.values(families).flatMap((make) => verdictsOf(make, MILESTONES));
  expect(worstTenth(verdicts)).toBeLessThanOrEqual(7);
  const late = verdicts.filter(({ at }) => at >= 0.8 && at < 0.9);
  expect(late.filter(({ status }) => status !== 'PENDING').length / late.length).toBeGreaterThan(0.6);
});
