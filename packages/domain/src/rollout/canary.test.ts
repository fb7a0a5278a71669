import { canaryTestSchema, latencyBucketOf } from '@millrace/contracts';
import { describe, expect, it } from 'vitest';
import { judgeCanary, type CanarySight } from './canary.ts';
import { eValuesOf, noEvidence, withBlock, type CanaryRule, type VersionOutcomes } from './canary-evidence.ts';
import { atRate, logEValue, NO_WORSE, worseThan, type Block, type NullHypothesis } from './e-variable.ts';

const step = { weight: 10, minimumRequests: 100, holdSeconds: 5, maximumErrorRate: 0.02 };
const beside: CanaryRule = { ...canaryTestSchema.parse({}), maximumErrorRate: 0.02, hasIncumbent: true };
const first: CanaryRule = { ...beside, hasIncumbent: false };
const none: VersionOutcomes = { answered: 0, errors: 0, latency: [] };
const did = (requests: number, errors: number, milliseconds?: number): VersionOutcomes => {
  const latency =
    milliseconds === undefined
      ? []
      : Array.from({ length: latencyBucketOf(milliseconds) + 1 }, (_, i, all = latencyBucketOf(milliseconds)) => (i === all ? requests : 0));
  return { answered: requests - errors, errors, latency };
};

const counted = ({ answered, errors }: VersionOutcomes) => ({ requests: answered + errors, bad: errors });

function sightOf(rule: CanaryRule, candidate: VersionOutcomes, incumbent: VersionOutcomes, more: Partial<CanarySight> = {}): CanarySight {
  const eValues = eValuesOf(withBlock(noEvidence(rule), rule, { candidate, incumbent }, incumbent.latency), rule);
  return { candidate: counted(candidate), incumbent: rule.hasIncumbent ? counted(incumbent) : null, eValues, heldSeconds: 60, fault: undefined, ...more };
}

describe('judgeCanary', () => {
  it('never advances on nothing, however little the step asks for', () => {
    for (const rule of [beside, first])
      expect(judgeCanary({ ...step, minimumRequests: 0 }, rule, sightOf(rule, none, none))).toEqual({
        action: 'INCONCLUSIVE',
        reason: `0 of 0 requests failed${rule.hasIncumbent ? ', of the live version 0 of 0' : ''}: the step needs 1`,
      });
  });

  it('never advances by counts that cannot be relied on', () => {
    const sight = sightOf(beside, did(100_000, 0), did(900_000, 0));
    expect(judgeCanary(step, beside, sight).action).toBe('ADVANCE');
    expect(judgeCanary(step, beside, { ...sight, fault: 'no node says anything' })).toMatchObject({ action: 'INCONCLUSIVE' });
  });

  it('holds until its time is over, and is inconclusive from then on', () => {
    const few = sightOf(beside, did(99, 0), did(900, 0));
    expect(judgeCanary(step, beside, { ...few, heldSeconds: 4 }).action).toBe('HOLD');
    expect(judgeCanary(step, beside, few).action).toBe('INCONCLUSIVE');
    expect(judgeCanary(step, beside, sightOf(beside, did(5000, 0), did(45_000, 0), { heldSeconds: 4 })).action).toBe('HOLD');
  });

  it('compares with the live version, not with the rate of the step', () => {
    expect(judgeCanary(step, beside, sightOf(beside, did(2000, 20), did(18_000, 36))).action).toBe('ROLL_BACK');
    expect(judgeCanary(step, beside, sightOf(beside, did(2000, 200), did(18_000, 1800))).action).toBe('ADVANCE');
  });

  it('a first release is compared with the rate of the step', () => {
    expect(judgeCanary(step, first, sightOf(first, did(2000, 200), none))).toEqual({
      action: 'ROLL_BACK',
      reason: '200 of 2000 requests failed; at most 2 % may',
    });
    expect(judgeCanary(step, first, sightOf(first, did(400, 0), none)).action).toBe('ADVANCE');
    expect(judgeCanary(step, first, sightOf(first, did(100, 0), none)).action).toBe('INCONCLUSIVE');
  });

  it('rolls back what is slower than tolerated, and nothing that is tolerated', () => {
    expect(judgeCanary(step, beside, sightOf(beside, did(50, 0, 10), did(450, 0, 2)))).toMatchObject({
      action: 'ROLL_BACK',
      reason: expect.stringMatching(/^It takes more than 1.5 times as long/),
    });
    expect(judgeCanary(step, beside, sightOf(beside, did(50_000, 0, 2.8), did(450_000, 0, 2))).action).toBe('ADVANCE');
  });
});

describe('an e-variable', () => {
  const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n, k - 1) * (n - k + 1)) / k);
  const chance = (n: number, k: number, p: number): number => choose(n, k) * p ** k * (1 - p) ** (n - k);

  /** The exact expectation over all outcomes of a block. */
  function expectation(
    sizes: readonly [number, number],
    rates: readonly [number, number],
    alternative: readonly [number, number],
    hypothesis: NullHypothesis,
  ): number {
    let sum = 0;
    for (let a = 0; a <= sizes[0]; a++)
      for (let b = 0; b <= sizes[1]; b++) {
        const block: Block = { candidate: { requests: sizes[0], bad: a }, incumbent: { requests: sizes[1], bad: b } };
        const value = Math.exp(logEValue(block, { candidate: alternative[0], incumbent: alternative[1] }, hypothesis));
        sum += chance(sizes[0], a, rates[0]) * chance(sizes[1], b, rates[1]) * value;
      }
    return sum;
  }
  const sizes = [
    [1, 9],
    [5, 5],
    [7, 1],
    [3, 0],
    [0, 4],
  ] as const;

  it('is at most 1 in expectation wherever the candidate is no worse, and above where it is', () => {
    for (const size of sizes)
      for (const [candidate, incumbent] of [
        [0, 0],
        [0.1, 0.1],
        [0.5, 0.5],
        [0.2, 0.6],
        [1, 1],
      ] as const)
        expect(expectation(size, [candidate, incumbent], [0.4, 0.1], NO_WORSE)).toBeLessThanOrEqual(1 + 1e-9);
    expect(expectation([5, 5], [0.4, 0.1], [0.4, 0.1], NO_WORSE)).toBeGreaterThan(1.2);
  });

  it('is at most 1 in expectation wherever the candidate is worse than tolerated', () => {
    const hypothesis = worseThan(1.5, 0.05);
    for (const size of sizes)
      for (const incumbent of [0, 0.1, 0.3, 0.6])
        for (const candidate of [1.5 * incumbent + 0.05, 0.97])
          expect(expectation(size, [candidate, incumbent], [0.1, 0.1], hypothesis)).toBeLessThanOrEqual(1 + 1e-6);
    expect(expectation([20, 20], [0.1, 0.1], [0.1, 0.1], hypothesis)).toBeGreaterThan(1.1);
  });

  it('is at most 1 in expectation on either side of a rate', () => {
    for (const rate of [0, 0.05, 0.1]) expect(expectation([6, 0], [rate, 0], [0.3, 0], atRate(0.1))).toBeLessThanOrEqual(1 + 1e-9);
    for (const rate of [0.1, 0.2, 0.9]) expect(expectation([6, 0], [rate, 0], [0.01, 0], atRate(0.1))).toBeLessThanOrEqual(1 + 1e-9);
  });
});
