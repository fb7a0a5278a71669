import { alertConditionSchema, monitorDefinitionSchema, type AlertConditionInput, type FeatureDrift } from '@millrace/contracts';
import { describe, expect, it } from 'vitest';
import { performanceOf } from '../tables/window-performance.ts';
import { conditionStates } from './condition-states.ts';
import { unknownFeatures, verdictOf, type JudgedWindow } from './condition-verdict.ts';

const definition = monitorDefinitionSchema.parse({});
const APRIL = Date.UTC(2001, 3, 1);

function driftOf(feature: string, drifted: boolean): FeatureDrift {
  return {
    feature,
    psi: drifted ? 0.3 : 0.001,
    jensenShannon: 0,
    hellinger: 0,
    kolmogorovSmirnov: null,
    wasserstein: null,
    lInfinity: null,
    newCategoryRate: null,
    missingRate: 0,
    pValues: { chiSquare: 1, rankSum: null, rareValues: 1, kolmogorovSmirnov: null },
    pValue: drifted ? 1e-9 : 0.5,
    adjustedPValue: drifted ? 1e-8 : 0.9,
    drifted,
  };
}

/** Features a, b, c, d, of which those in `drifted` did, and the score, which is called `score` like a feature may be. */
function windowOf(day: number, drifted: string | null, wins?: number): JudgedWindow {
  const start = new Date(APRIL + day * 86_400_000);
  const sums = { predictions: 200, labels: 200, tp: 1, fp: 1, tn: 1, fn: 1, logLoss: 100, brier: 50, pairs: 100 };
  return {
    id: `window ${day}`,
    workspaceId: 'ws_1',
    monitorId: 'mon_1',
    modelVersionId: 'mv_1',
    windowStart: start,
    windowEnd: start,
    status: 'CLOSED',
    rows: 200,
    driftShare: 0,
    drift:
      drifted === null
        ? null
        : [...['a', 'b', 'c', 'd'].map((name) => driftOf(name, drifted.split(', ').includes(name))), driftOf('score', drifted.split(', ').includes('score'))],
    performance: wins === undefined ? null : performanceOf({ ...sums, wins }),
    closedAt: start,
    createdAt: start,
    updatedAt: start,
  };
}

const holds = (condition: AlertConditionInput, window: JudgedWindow) => verdictOf(alertConditionSchema.parse(condition), window, definition)?.holds;

describe('a window', () => {
  it.each<[AlertConditionInput, string, boolean]>([
    [{ on: 'FEATURES' }, 'a', true],
    [{ on: 'FEATURES' }, '', false],
    [{ on: 'FEATURES' }, 'score', false],
    [{ on: 'FEATURES', share: 0.5 }, 'a', false],
    [{ on: 'FEATURES', share: 0.5 }, 'a, b', true],
    [{ on: 'FEATURES', features: ['c'] }, 'a, b, d', false],
    [{ on: 'FEATURES', features: ['c', 'd'], share: 1 }, 'c', false],
    [{ on: 'FEATURES', features: ['c', 'd', 'gone'], share: 1 }, 'c, d', true],
    [{ on: 'SCORE' }, 'a, b, c, d', false],
    [{ on: 'SCORE' }, 'score', true],
  ])('%j with drift of "%s" holds: %s', (condition, drifted, expected) => {
    expect(holds(condition, windowOf(0, drifted))).toBe(expected);
  });

  it('below a floor or above a ceiling holds, and without enough labels says nothing', () => {
    expect(holds({ on: 'METRIC', measure: 'auc', floor: 0.7 }, windowOf(0, '', 69))).toBe(true);
    expect(holds({ on: 'METRIC', measure: 'auc', floor: 0.7 }, windowOf(0, '', 70))).toBe(false);
    expect(holds({ on: 'METRIC', measure: 'logLoss', ceiling: 0.4 }, windowOf(0, '', 70))).toBe(true);
    expect(holds({ on: 'METRIC', measure: 'auc', floor: 0.7 }, windowOf(0, 'a'))).toBeUndefined();
    expect(holds({ on: 'FEATURES' }, windowOf(0, null, 10))).toBeUndefined();
  });

  it('says what was seen', () => {
    const seen = verdictOf(alertConditionSchema.parse({ on: 'METRIC', measure: 'auc', floor: 0.7 }), windowOf(0, '', 61.25), definition);
    expect(seen).toMatchObject({ title: 'live auc was 0.6125, below its floor of 0.7', detail: { measure: 'auc', value: 0.6125, floor: 0.7 } });
    expect(verdictOf(alertConditionSchema.parse({ on: 'FEATURES' }), windowOf(0, 'a, b, c, d'), definition)?.title).toBe(
      '4 of 4 features drifted from the training data (a, b, c and 1 more)',
    );
  });

  it('tells of features that it does not have', () => {
    const condition = alertConditionSchema.parse({ on: 'FEATURES', features: ['a', 'score', 'colour'] });
    expect(unknownFeatures(condition, [windowOf(0, null), windowOf(1, '')])).toEqual(['score', 'colour']);
    expect(unknownFeatures(condition, [windowOf(0, null)])).toEqual([]);
  });
});

/** Whether the condition was met after each of the windows that were judged now; `drifted` is one letter per day. */
function met(condition: AlertConditionInput, drifted: string, judgedNow: readonly number[]): boolean[] {
  const history = drifted.split('').map((mark, day) => windowOf(day, mark === '?' ? null : mark === 'x' ? 'a' : ''));
  const steps = new Set(judgedNow.map((day) => `window ${day}`));
  return conditionStates(alertConditionSchema.parse(condition), { history, steps, definition }).map(({ isMet }) => isMet);
}

describe('N of M windows', () => {
  it('one window is enough unless more are asked for', () => {
    expect(met({ on: 'FEATURES' }, '-x-', [0, 1, 2])).toEqual([false, true, false]);
  });

  it('counts the last M that could be judged', () => {
    const twoOfThree = { on: 'FEATURES', windows: 2, outOf: 3 } as const;
    expect(met(twoOfThree, 'x-x--', [0, 1, 2, 3, 4])).toEqual([false, false, true, false, false]);
    expect(met(twoOfThree, 'x??-?x', [5])).toEqual([true]);
    expect(met({ on: 'FEATURES', windows: 3 }, 'xx-xxx', [0, 1, 2, 3, 4, 5])).toEqual([false, false, false, false, false, true]);
  });

  it('a window that comes late moves nothing on its own, but counts', () => {
    expect(met({ on: 'FEATURES' }, 'x-', [0])).toEqual([false]);
    expect(met({ on: 'FEATURES', windows: 2 }, 'xx', [0])).toEqual([true]);
  });

  it('says nothing where no window could be judged', () => {
    expect(met({ on: 'FEATURES' }, '??', [0, 1])).toEqual([]);
  });
});
