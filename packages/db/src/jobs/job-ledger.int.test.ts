// @boundaries-ignore the harness stands on this package, so this package cannot declare it
import { buildUseCase, LedgerRoom } from '@millrace/testing';
import { JOB_CATALOG, JOB_STATUSES, MillraceError, type JobStatus } from '@millrace/contracts';
import { nextJobStatus } from '@millrace/domain';
import { describe, expect, it } from 'vitest';
import { JobLogLine } from '../entities/job-log-line.entity.ts';
import { OutboxRow } from '../entities/outbox-row.entity.ts';
import { UseCase } from '../entities/use-case.entity.ts';
import { fencedTransaction } from './fenced-transaction.ts';

const boom = new MillraceError('UNAVAILABLE', 'boom').toJSON();
const ATTEMPTS = JOB_CATALOG['run-pipeline'].attempts;

const room = LedgerRoom.open();

describe('a lease', () => {
  it('goes to one of many that ask at once', async () => {
    const leases = await Promise.all(Array.from({ length: 10 }, (_, index) => room.ledger.lease(room.jobId, `worker-${index}`, 30)));
    const taken = leases.filter((leased) => leased !== undefined);
    expect(taken).toHaveLength(1);
    expect(taken[0]).toMatchObject({
      workspaceId: room.workspace.id,
      name: 'run-pipeline',
      payload: { pipelineRunId: 'prun_1' },
      lease: { jobId: room.jobId, attempt: 1 },
    });
  });

  it('goes to the next holder when it ran out, and the old one can do nothing any more', async () => {
    const old = await room.take('worker-1', -1);
    const current = await room.take('worker-2');
    expect(current.attempt).toBe(2);
    expect(await room.ledger.renew(old, 30, { progress: 0.9, note: undefined })).toBe('LOST');
    const stale = { code: 'STALE_ATTEMPT', retryable: false };
    await expect(room.ledger.succeed(old, {})).rejects.toMatchObject(stale);
    await expect(room.ledger.fail(old, boom, 0)).rejects.toMatchObject(stale);
    await expect(room.ledger.cancel(old)).rejects.toMatchObject(stale);
    expect(await room.job()).toMatchObject({ status: 'RUNNING', attempt: 2, leaseHolder: 'worker-2', progress: 0 });
  });

  it('is not given for a job that has ended', async () => {
    await room.ledger.succeed(await room.take(), { rowsLoaded: 1 });
    expect(await room.ledger.lease(room.jobId, 'worker-2', 30)).toBeUndefined();
    expect(await room.job()).toMatchObject({ status: 'SUCCEEDED', result: { rowsLoaded: 1 }, progress: 1, error: null, leaseHolder: null });
  });

  it('is renewed with progress and the newest note', async () => {
    const lease = await room.take();
    expect(await room.ledger.renew(lease, 30, { progress: 0.25, note: 'extract' })).toBe('HELD');
    expect(await room.ledger.renew(lease, 30, { progress: 0.5, note: undefined })).toBe('HELD');
    expect(await room.job()).toMatchObject({ progress: 0.5, note: 'extract' });
  });
});

describe('a failure', () => {
  it('queues the next attempt with a delayed delivery', async () => {
    await room.ledger.fail(await room.take(), boom, 4);
    expect(await room.job()).toMatchObject({ status: 'QUEUED', attempt: 1, error: boom, leaseHolder: null, finishedAt: null });
    const deliveries = await room.dataSource.manager.find(OutboxRow, { where: { jobId: room.jobId }, order: { id: 'ASC' } });
    expect(deliveries.map(({ delayMilliseconds }) => delayMilliseconds)).toEqual([0, 4000]);
  });

  it('is final without a retry, and keeps the error', async () => {
    await room.ledger.fail(await room.take(), boom, undefined);
    expect(await room.job()).toMatchObject({ status: 'FAILED', error: boom });
    expect(await room.owed()).toBe(1);
  });

  it('is final after the last attempt of the catalog', async () => {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) await room.ledger.fail(await room.take(), boom, 0);
    expect(await room.job()).toMatchObject({ status: 'FAILED', attempt: ATTEMPTS, error: boom });
    expect(await room.ledger.lease(room.jobId, 'worker-9', 30)).toBeUndefined();
  });
});

describe('cancelling', () => {
  it('ends a queued job at once', async () => {
    expect(await room.ledger.requestCancel(room.jobId)).toMatchObject({ status: 'CANCELLED' });
    expect(await room.ledger.lease(room.jobId, 'worker-1', 30)).toBeUndefined();
  });

  it('tells the holder of a running job, who then ends it', async () => {
    const lease = await room.take();
    expect(await room.ledger.requestCancel(room.jobId)).toMatchObject({ status: 'RUNNING' });
    expect(await room.ledger.renew(lease, 30, { progress: 0, note: undefined })).toBe('CANCEL_REQUESTED');
    await room.ledger.cancel(lease);
    expect(await room.job()).toMatchObject({ status: 'CANCELLED' });
  });

  it('is what a failing or lost attempt ends in, once it was asked for', async () => {
    const lease = await room.take();
    await room.ledger.requestCancel(room.jobId);
    await room.ledger.fail(lease, boom, 1);
    expect(await room.job()).toMatchObject({ status: 'CANCELLED' });
  });

  it('refuses a job that has ended, and one that does not exist', async () => {
    await room.ledger.succeed(await room.take(), {});
    await expect(room.ledger.requestCancel(room.jobId)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION', fields: { from: 'SUCCEEDED' } });
    await expect(room.ledger.requestCancel('job_unknown')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('the sweeper', () => {
  it('queues and delivers again what lost its worker', async () => {
    await room.take('worker-1', -1);
    expect(await room.ledger.sweep()).toBe(1);
    expect(await room.job()).toMatchObject({ status: 'QUEUED', attempt: 1, leaseHolder: null });
    expect(await room.owed()).toBe(2);
    expect(await room.ledger.sweep()).toBe(0);
  });

  it('fails what lost its worker in the last attempt', async () => {
    for (let attempt = 1; attempt < ATTEMPTS; attempt++) await room.ledger.fail(await room.take(), boom, 0);
    await room.take('worker-1', -1);
    await room.ledger.sweep();
    expect(await room.job()).toMatchObject({ status: 'FAILED', error: { code: 'JOB_FAILED' } });
  });

  it('delivers again what the queue lost, and leaves alone what is still owed', async () => {
    expect(await room.ledger.sweep({ undeliveredSeconds: -1 })).toBe(0);
    await room.dataSource.query('UPDATE outbox SET published_at = now() WHERE job_id = $1', [room.jobId]);
    expect(await room.ledger.sweep({ undeliveredSeconds: 60 })).toBe(0);
    expect(await room.ledger.sweep({ undeliveredSeconds: -1 })).toBe(1);
    expect(await room.owed()).toBe(2);
    await room.ledger.requestCancel(room.jobId);
  });
});

describe('fencedTransaction', () => {
  it('commits what the current attempt did', async () => {
    const lease = await room.take();
    const useCase = await buildUseCase(room.workspace);
    await fencedTransaction(room.dataSource, lease, (manager) => manager.update(UseCase, { id: useCase.id }, { status: 'BUILDING' }));
    expect(await room.dataSource.manager.findOneByOrFail(UseCase, { id: useCase.id })).toMatchObject({ status: 'BUILDING' });
  });

  it('does not begin for an attempt that was overtaken', async () => {
    const old = await room.take('worker-1', -1);
    await room.take('worker-2');
    let begun = false;
    const stale = fencedTransaction(room.dataSource, old, async () => {
      begun = true;
    });
    await expect(stale).rejects.toMatchObject({ code: 'STALE_ATTEMPT' });
    expect(begun).toBe(false);
  });

  it('keeps the next attempt out until it has committed, while the log goes on', async () => {
    const lease = await room.take('worker-1', -1);
    const order: string[] = [];
    let next: Promise<unknown> = Promise.resolve();
    await fencedTransaction(room.dataSource, lease, async () => {
      next = room.ledger.lease(room.jobId, 'worker-2', 30).then(() => order.push('next attempt'));
      await room.ledger.appendLog(lease, [{ at: new Date(), level: 'INFO', message: 'loading', fields: {} }]);
      expect(await room.ledger.sweep()).toBe(0);
      order.push('committing');
    });
    await next;
    expect(order).toEqual(['committing', 'next attempt']);
  });
});

it('the log keeps its lines in order, with the attempt that wrote them', async () => {
  const lease = await room.take();
  const at = new Date('2026-01-01T00:00:00Z');
  await room.ledger.appendLog(lease, [
    { at, level: 'INFO', message: 'one \u0000', fields: { rows: 1 } },
    { at, level: 'WARN', message: 'two', fields: {} },
  ]);
  await room.ledger.appendLog(lease, []);
  const lines = await room.dataSource.manager.find(JobLogLine, { where: { jobId: room.jobId }, order: { id: 'ASC' } });
  expect(lines).toMatchObject([
    { level: 'INFO', message: 'one \uFFFD', fields: { rows: 1 }, attempt: 1, at },
    { level: 'WARN', message: 'two' },
  ]);
});

describe('text that JSON of PostgreSQL cannot hold', () => {
  const halfEmoji = '\u{1F6EB}'.slice(0, 1);
  const awkward = { backslash: String.raw`\u0000`, nul: 'a\0b', half: `late ${halfEmoji}` };
  const kept = { backslash: String.raw`\u0000`, nul: 'a\uFFFDb', half: 'late \uFFFD' };

  it('neither keeps a job from failing nor from succeeding', async () => {
    await room.ledger.fail(await room.take(), new MillraceError('SOURCE_CORRUPT', 'bad', { fields: awkward }).toJSON(), 0);
    expect(await room.job()).toMatchObject({ status: 'QUEUED', error: { code: 'SOURCE_CORRUPT', fields: kept } });
    await room.ledger.succeed(await room.take(), { ...awkward, rows: 12n });
    expect(await room.job()).toMatchObject({ status: 'SUCCEEDED', result: { ...kept, rows: '12' } });
  });

  it('does not cost the log its lines', async () => {
    await room.ledger.appendLog(await room.take(), [{ at: new Date(), level: 'INFO', message: awkward.backslash, fields: awkward }]);
    expect(await room.dataSource.manager.findBy(JobLogLine, { jobId: room.jobId })).toMatchObject([{ message: kept.backslash, fields: kept }]);
  });
});

describe('every move of the ledger', () => {
  const moves: Record<string, { from: JobStatus; to: JobStatus; move: () => Promise<unknown> }> = {
    lease: { from: 'QUEUED', to: 'RUNNING', move: () => room.take() },
    takeover: { from: 'RUNNING', to: 'RUNNING', move: () => room.take('worker-2') },
    retry: { from: 'RUNNING', to: 'QUEUED', move: async () => room.ledger.fail(await room.take('worker-2'), boom, 0) },
    fail: { from: 'RUNNING', to: 'FAILED', move: async () => room.ledger.fail(await room.take('worker-2'), boom, undefined) },
    succeed: { from: 'RUNNING', to: 'SUCCEEDED', move: async () => room.ledger.succeed(await room.take('worker-2'), {}) },
    cancel: { from: 'RUNNING', to: 'CANCELLED', move: async () => room.ledger.cancel(await room.take('worker-2')) },
    'cancel before it begins': { from: 'QUEUED', to: 'CANCELLED', move: () => room.ledger.requestCancel(room.jobId) },
    'run again what failed': { from: 'FAILED', to: 'QUEUED', move: () => room.ledger.retry(room.jobId) },
    'run again what was cancelled': { from: 'CANCELLED', to: 'QUEUED', move: () => room.ledger.retry(room.jobId) },
  };
  it.each(Object.entries(moves))('%s is one that the domain allows', async (_name, { from, to, move }) => {
    if (from === 'RUNNING') await room.take('worker-1', -1);
    if (from === 'FAILED') await room.ledger.fail(await room.take(), boom, undefined);
    if (from === 'CANCELLED') await room.ledger.requestCancel(room.jobId);
    expect((await room.job()).status).toBe(from);
    await move();
    expect((await room.job()).status).toBe(to);
    expect(nextJobStatus(from, to)).toBe(to);
  });

  it('covers what the domain allows', () => {
    const allowed = JOB_STATUSES.flatMap((from) => JOB_STATUSES.filter((to) => isAllowed(from, to)).map((to) => `${from} ${to}`));
    expect(new Set(Object.values(moves).map(({ from, to }) => `${from} ${to}`))).toEqual(new Set(allowed));
  });
});

function isAllowed(from: JobStatus, to: JobStatus): boolean {
  try {
    return nextJobStatus(from, to) === to;
  } catch {
    return false;
  }
}
