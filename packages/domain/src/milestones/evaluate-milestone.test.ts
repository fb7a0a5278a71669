import { describe, expect, it } from 'vitest';
import { evaluateMilestone, type MilestoneCriterion } from './evaluate-milestone.ts';

const day = (number: number): Date => new Date(Date.UTC(2001, 3, number));
const CREATED = new Date('2026-11-24T00:00:00Z');
const BEFORE = new Date('2026-11-23T00:00:00Z');
const series = (...values: number[]) => values.map((value, i) => ({ observedAt: day(i + 1), value, createdAt: CREATED }));
const milestone: MilestoneCriterion = {
  comparator: 'GTE',
  threshold: 0.7,
  dueAt: day(30),
  consecutiveWindows: 1,
  status: 'PENDING',
  createdAt: CREATED,
  unit: 'ratio',
};

const steady = (perDay: number): number[] => Array.from({ length: 20 }, (_, i) => 0.4 + perDay * i + 0.002 * Math.sin(9 * i));

const judgeSteady = (perDay: number): ReturnType<typeof evaluateMilestone> =>
  evaluateMilestone({ ...milestone, status: 'AT_RISK' }, series(...steady(perDay)), day(20));

describe('evaluateMilestone', () => {
  it('is pending while nothing was observed', () => {
    expect(evaluateMilestone(milestone, [], day(2))).toEqual({
      status: 'PENDING',
      forecast: null,
      reason: 'No observation yet; ≥ 0.7 is needed by 2001-04-30.',
    });
  });

  it('is met when the last N observations satisfy, and not before', () => {
    const three = { ...milestone, consecutiveWindows: 3 };
    expect(evaluateMilestone(three, series(0.6, 0.71, 0.72), day(3))?.status).not.toBe('MET');
    expect(evaluateMilestone(three, series(0.6, 0.71, 0.72, 0.7), day(4))).toMatchObject({
      status: 'MET',
      reason: '3 observations in a row satisfy ≥ 0.7: the last of them is 0.7 at 2001-04-04T00:00Z.',
    });
    expect(evaluateMilestone(three, series(0.71, 0.72, 0.6, 0.73), day(4))?.status).not.toBe('MET');
  });

  it('is met by any N in a row, so that observations judged together say what they would have said one by one', () => {
    const two = { ...milestone, consecutiveWindows: 2 };
    expect(evaluateMilestone(two, series(0.71, 0.72, 0.6), day(3))).toMatchObject({
      status: 'MET',
      reason: '2 observations in a row satisfy ≥ 0.7: the last of them is 0.72 at 2001-04-02T00:00Z.',
    });
    expect(evaluateMilestone(two, series(0.71, 0.72, 0.6), day(31))?.status).toBe('MET');
    expect(evaluateMilestone(two, series(0.71, 0.6, 0.72, 0.6), day(4))?.status).not.toBe('MET');
  });

  it('what was observed before the milestone was set counts only as far as it still holds', () => {
    const history = series(0.9, 0.9, 0.6).map((point) => ({ ...point, createdAt: BEFORE }));
    expect(evaluateMilestone(milestone, history, day(3))?.status).not.toBe('MET');
    expect(evaluateMilestone(milestone, history.slice(0, 2), day(3))?.status).toBe('MET');
    const two = { ...milestone, consecutiveWindows: 2 };
    const continued = series(0.6, 0.9, 0.9, 0.5).map((point, i) => ({ ...point, createdAt: i < 2 ? BEFORE : CREATED }));
    expect(evaluateMilestone(two, continued, day(4))?.status).toBe('MET');
  });

  it('is missed only after the due date', () => {
    expect(evaluateMilestone(milestone, series(0.6), day(30))?.status).toBe('PENDING');
    expect(evaluateMilestone(milestone, series(0.6), new Date(day(30).getTime() + 1))).toMatchObject({
      status: 'MISSED',
      reason: '≥ 0.7 was needed by 2001-04-30; the latest was 0.6 at 2001-04-01T00:00Z.',
    });
    expect(evaluateMilestone(milestone, [], day(31))).toMatchObject({ status: 'MISSED', reason: 'There was no observation by 2001-04-30; ≥ 0.7 was needed.' });
  });

  it('an observation after the due date can neither meet nor save it', () => {
    expect(evaluateMilestone(milestone, [...series(0.6), { observedAt: day(31), value: 0.9, createdAt: CREATED }], day(31))?.status).toBe('MISSED');
    expect(evaluateMilestone(milestone, [...series(0.8), { observedAt: day(31), value: 0.1, createdAt: CREATED }], day(31))?.status).toBe('MET');
  });

  it('is pending while there is too little to tell from', () => {
    expect(evaluateMilestone(milestone, series(0.4, 0.45, 0.5), day(3))).toEqual({
      status: 'PENDING',
      forecast: null,
      reason: 'Too early to tell, with 3 observations: the latest is 0.5 at 2001-04-03T00:00Z; ≥ 0.7 is needed by 2001-04-30.',
    });
    // Enough of them, and much too early all the same.
    expect(evaluateMilestone({ ...milestone, dueAt: day(300) }, series(0.4, 0.41, 0.42, 0.43, 0.44, 0.45), day(6))).toMatchObject({
      status: 'PENDING',
      forecast: null,
    });
  });

  it('then says what is likely, what is unlikely, and what is undecided, in words', () => {
    expect(judgeSteady(0.0145)).toMatchObject({ status: 'ON_TRACK' });
    expect(judgeSteady(0.0145)?.reason).toMatch(
      /^As it goes, on 2001-04-30 it will be about 0\.8\d* \(0\.\d+ to 0\.\d+ with 90 %\); the chance that ≥ 0\.7 is met by then is (9\d|more than 99) %\.$/,
    );
    expect(judgeSteady(0.005)).toMatchObject({ status: 'AT_RISK' });
    expect(judgeSteady(0.0102)).toMatchObject({ status: 'PENDING' });
    expect(judgeSteady(0.0102)?.reason).toMatch(/^Undecided: on 2001-04-30 it will be about 0\.\d+ /);
    expect(judgeSteady(0.0102)?.forecast?.probability).toBeGreaterThan(0.1);
    expect(judgeSteady(0.0102)?.forecast?.probability).toBeLessThan(0.9);
  });

  it('knows criteria that want less', () => {
    const cost: MilestoneCriterion = { ...milestone, comparator: 'LT', threshold: 100, status: 'AT_RISK' };
    expect(evaluateMilestone(cost, series(100), day(1))?.status).toBe('PENDING');
    expect(evaluateMilestone(cost, series(99.9), day(1))?.status).toBe('MET');
    expect(evaluateMilestone({ ...cost, comparator: 'LTE' }, series(100), day(1))?.status).toBe('MET');
    expect(evaluateMilestone({ ...cost, comparator: 'GT' }, series(100), day(1))?.status).toBe('PENDING');
  });

  it('does not care in which order the observations come', () => {
    const points = series(0.6, 0.5, 0.61, 0.52, 0.63, 0.54, 0.62, 0.57, 0.6, 0.59, 0.61);
    expect(evaluateMilestone(milestone, points.toReversed(), day(3))).toEqual(evaluateMilestone(milestone, points, day(3)));
  });

  it('MET and MISSED are never judged again', () => {
    expect(evaluateMilestone({ ...milestone, status: 'MET' }, series(0.1), day(31))).toBeUndefined();
    expect(evaluateMilestone({ ...milestone, status: 'MISSED' }, series(0.9), day(2))).toBeUndefined();
  });
});
