import { describe, expect, it } from 'vitest';
import { JOB_STATUSES, MILESTONE_STATUSES, RELEASE_STATUSES, USE_CASE_STATUSES } from '@millrace/contracts';
import { isFinished, nextJobStatus } from './job-status.ts';
import { isMilestoneDecided, nextMilestoneStatus } from './milestone-status.ts';
import { isReleaseDecided, nextReleaseStatus } from './release-status.ts';
import { advanceUseCase, endReview, nextUseCaseStatus, putUnderReview, type UseCaseState } from './use-case-status.ts';

const illegal = (from: string, to: string) => expect.objectContaining({ code: 'ILLEGAL_TRANSITION', fields: expect.objectContaining({ from, to }) as unknown });

/** Every legal move as `FROM>TO`. */
function movesOf<Status extends string>(statuses: readonly Status[], next: (from: Status, to: Status) => Status): string[] {
  const moves: string[] = [];
  for (const from of statuses) {
    for (const to of statuses) {
      try {
        moves.push(`${from}>${next(from, to)}`);
      } catch {
        continue;
      }
    }
  }
  return moves;
}

describe('job status', () => {
  it('allows exactly these moves', () => {
    expect(movesOf(JOB_STATUSES, nextJobStatus)).toEqual([
      'QUEUED>RUNNING',
      'QUEUED>CANCELLED',
      'RUNNING>QUEUED',
      'RUNNING>RUNNING',
      'RUNNING>SUCCEEDED',
      'RUNNING>FAILED',
      'RUNNING>CANCELLED',
      'FAILED>QUEUED',
      'CANCELLED>QUEUED',
    ]);
  });

  it('a job that succeeded never changes, and the error names both states', () => {
    expect(JOB_STATUSES.filter(isFinished)).toEqual(['SUCCEEDED', 'FAILED', 'CANCELLED']);
    expect(() => nextJobStatus('SUCCEEDED', 'RUNNING')).toThrow(illegal('SUCCEEDED', 'RUNNING'));
    expect(() => nextJobStatus('SUCCEEDED', 'RUNNING')).toThrow('A job cannot go from SUCCEEDED to RUNNING; SUCCEEDED is final');
  });
});

describe('release status', () => {
  it('allows exactly these moves', () => {
    expect(movesOf(RELEASE_STATUSES, nextReleaseStatus)).toEqual([
      'PENDING>CHECKING',
      'PENDING>REJECTED',
      'CHECKING>CANARY',
      'CHECKING>PROMOTED',
      'CHECKING>REJECTED',
      'CANARY>PROMOTED',
      'CANARY>ROLLED_BACK',
    ]);
  });

  it('a rolled-back or rejected release can never be promoted', () => {
    expect(RELEASE_STATUSES.filter(isReleaseDecided)).toEqual(['PROMOTED', 'REJECTED', 'ROLLED_BACK']);
    expect(() => nextReleaseStatus('ROLLED_BACK', 'PROMOTED')).toThrow(illegal('ROLLED_BACK', 'PROMOTED'));
    expect(() => nextReleaseStatus('REJECTED', 'PROMOTED')).toThrow(illegal('REJECTED', 'PROMOTED'));
  });
});

describe('milestone status', () => {
  it('MET and MISSED are final', () => {
    expect(MILESTONE_STATUSES.filter(isMilestoneDecided)).toEqual(['MET', 'MISSED']);
    expect(() => nextMilestoneStatus('MISSED', 'MET')).toThrow(illegal('MISSED', 'MET'));
    expect(nextMilestoneStatus('AT_RISK', 'ON_TRACK')).toBe('ON_TRACK');
    expect(nextMilestoneStatus('AT_RISK', 'PENDING')).toBe('PENDING');
    expect(nextMilestoneStatus('ON_TRACK', 'PENDING')).toBe('PENDING');
  });
});

const at = (status: UseCaseState['status'], statusBeforeReview: UseCaseState['statusBeforeReview'] = null): UseCaseState => ({ status, statusBeforeReview });

describe('use case status', () => {
  it('never goes backward by work, and a retired one never changes', () => {
    expect(() => nextUseCaseStatus('LIVE', 'BUILDING')).toThrow(illegal('LIVE', 'BUILDING'));
    for (const to of USE_CASE_STATUSES) expect(() => nextUseCaseStatus('RETIRED', to)).toThrow(illegal('RETIRED', to));
  });

  it('earlier work done again changes nothing', () => {
    expect(advanceUseCase(at('PROPOSED'), 'ASSESSING')).toEqual(at('ASSESSING'));
    expect(advanceUseCase(at('LIVE'), 'ASSESSING')).toEqual(at('LIVE'));
    expect(advanceUseCase(at('BUILDING'), 'BUILDING')).toEqual(at('BUILDING'));
    expect(() => advanceUseCase(at('RETIRED'), 'BUILDING')).toThrow(illegal('RETIRED', 'BUILDING'));
  });

  it('work under review moves the state that the review returns to', () => {
    const reviewed = putUnderReview(at('BUILDING'));
    expect(reviewed).toEqual(at('UNDER_REVIEW', 'BUILDING'));
    expect(putUnderReview(reviewed)).toBe(reviewed);
    const promoted = advanceUseCase(reviewed, 'LIVE');
    expect(promoted).toEqual(at('UNDER_REVIEW', 'LIVE'));
    expect(endReview(promoted, 'CONTINUE')).toEqual(at('LIVE'));
    expect(endReview(promoted, 'ADJUST')).toEqual(at('LIVE'));
  });

  it('a review that decides to stop retires the use case', () => {
    expect(endReview(at('UNDER_REVIEW', 'LIVE'), 'STOP')).toEqual(at('RETIRED'));
    expect(() => endReview(at('LIVE'), 'STOP')).toThrow(expect.objectContaining({ code: 'ILLEGAL_TRANSITION' }));
  });
});
