import { describe, expect, it } from 'vitest';
import { goalAttainment } from './goal-attainment.ts';
import { useCaseNow } from './use-case-now.ts';

describe('goalAttainment', () => {
  it('is the share of the way from baseline to target, in either direction', () => {
    expect(goalAttainment({ baseline: 100, target: 200 }, 150)).toBe(0.5);
    expect(goalAttainment({ baseline: 200, target: 100 }, 175)).toBe(0.25);
    expect(goalAttainment({ baseline: 200, target: 100 }, 220)).toBe(-0.2);
    expect(goalAttainment({ baseline: 1, target: 1 }, 1)).toBeNull();
  });
});

describe('useCaseNow', () => {
  it('is the newest observation for replayed history, the wall clock otherwise', () => {
    const wall = new Date('2026-11-24T00:00:00Z');
    const newest = new Date('2001-04-30T00:00:00Z');
    expect(useCaseNow('WALL', wall, newest)).toBe(wall);
    expect(useCaseNow('EVENT', wall, newest)).toBe(newest);
    expect(useCaseNow('EVENT', wall, null).getTime()).toBe(0);
  });
});
