// @boundaries-ignore the harness stands on this package, so this package cannot declare it
import { buildUseCase, createTestDatabase, seedWorkspace, type TestDatabase, type TestWorkspace } from '@millrace/testing';
import { JOB_CATALOG, JOB_STATUSES, MillraceError, type JobStatus, type Lease } from '@millrace/contracts';
import { nextJobStatus } from '@millrace/domain';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { JobLogLine } from '../entities/job-log-line.entity.ts';
import { Job } from '../entities/job.entity.ts';
import { OutboxRow } from '../entities/outbox-row.entity.ts';
import { UseCase } from '../entities/use-case.entity.ts';
import { enqueueJob } from './enqueue-job.ts';
import { fencedTransaction } from './fenced-transaction.ts';
import { JobLedger } from './job-ledger.ts';

const boom = new MillraceError('UNAVAILABLE', 'boom').toJSON();
const ATTEMPTS = JOB_CATALOG['run-pipeline'].attempts;

let database: TestDatabase;
let workspace: TestWorkspace;
let ledger: JobLedger;
let jobId: string;
beforeAll(async () => {
  database = await createTestDatabase();
  ledger = new JobLedger(database);
});
beforeEach(async () => {
  workspace = await seedWorkspace(database.dataSource);
  jobId = (await enqueueJob(database.dataSource.manager, { workspaceId: workspace.id, name: 'run-pipeline', payload: { pipelineRunId: 'prun_1' } })).id;
});
afterAll(() => database.drop());

const job = (): Promise<Job> => database.dataSource.manager.findOneByOrFail(Job, { id: jobId });
const owed = (): Promise<number> => database.dataSource.query(`SELECT 1 FROM outbox WHERE job_id = $1`, [jobId]).then((rows: unknown[]) => rows.length);
async function take(holder = 'worker-1', seconds = 30): Promise<Lease> {
  const leased = await ledger.lease(jobId, holder, seconds);
  if (leased === undefined) throw new Error(`${holder} got no lease`);
  return leased.lease;
}

describe('a lease', () => {
  it('goes to one of many that ask at once', async () => {
    const leases = await Promise.all(Array.from({ length: 10 }, (_, index) => ledger.lease(jobId, `worker-${index}`, 30)));
    const taken = leases.filter((leased) => leased !== undefined);
    expect(taken).toHaveLength(1);
    expect(taken[0]).toMatchObject({ workspaceId: workspace.id, name: 'run-pipeline', payload: { pipelineRunId: 'prun_1' }, lease: { jobId, attempt: 1 } });
  });

  it('goes to the next holder when it ran out, and the old one can do nothing any more', async () => {
    const old = await take('worker-1', -1);
    const current = await take('worker-2');
    expect(current.attempt).toBe(2);
    expect(await ledger.renew(old, 30, { progress: 0.9, note: undefined })).toBe('LOST');
    const stale = { code: 'STALE_ATTEMPT', retryable: false };
    await expect(ledger.succeed(old, {})).rejects.toMatchObject(stale);
    await expect(ledger.fail(old, boom, 0)).rejects.toMatchObject(stale);
    await expect(ledger.cancel(old)).rejects.toMatchObject(stale);
    expect(await job()).toMatchObject({ status: 'RUNNING', attempt: 2, leaseHolder: 'worker-2', progress: 0 });
  });

  it('is not given for a job that has ended', async () => {
    await ledger.succeed(await take(), { rowsLoaded: 1 });
    expect(await ledger.lease(jobId, 'worker-2', 30)).toBeUndefined();
    expect(await job()).toMatchObject({ status: 'SUCCEEDED', result: { rowsLoaded: 1 }, progress: 1, error: null, leaseHolder: null });
  });

  it('is renewed with progress and the newest note', async () => {
    const lease = await take();
    expect(await ledger.renew(lease, 30, { progress: 0.25, note: 'extract' })).toBe('HELD');
    expect(await ledger.renew(lease, 30, { progress: 0.5, note: undefined })).toBe('HELD');
    expect(await job()).toMatchObject({ progress: 0.5, note: 'extract' });
  });
});

describe('a failure', () => {
  it('queues the next attempt with a delayed delivery', async () => {
    await ledger.fail(await take(), boom, 4);
    expect(await job()).toMatchObject({ status: 'QUEUED', attempt: 1, error: boom, leaseHolder: null, finishedAt: null });
    const deliveries = await database.dataSource.manager.find(OutboxRow, { where: { jobId }, order: { id: 'ASC' } });
    expect(deliveries.map(({ delayMilliseconds }) => delayMilliseconds)).toEqual([0, 4000]);
  });

  it('is final without a retry, and keeps the error', async () => {
    await ledger.fail(await take(), boom, undefined);
    expect(await job()).toMatchObject({ status: 'FAILED', error: boom });
    expect(await owed()).toBe(1);
  });

  it('is final after the last attempt of the catalog', async () => {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) await ledger.fail(await take(), boom, 0);
    expect(await job()).toMatchObject({ status: 'FAILED', attempt: ATTEMPTS, error: boom });
    expect(await ledger.lease(jobId, 'worker-9', 30)).toBeUndefined();
  });
});

describe('cancelling', () => {
  it('ends a queued job at once', async () => {
    expect(await ledger.requestCancel(jobId)).toMatchObject({ status: 'CANCELLED' });
    expect(await ledger.lease(jobId, 'worker-1', 30)).toBeUndefined();
  });

  it('tells the holder of a running job, who then ends it', async () => {
    const lease = await take();
    expect(await ledger.requestCancel(jobId)).toMatchObject({ status: 'RUNNING' });
    expect(await ledger.renew(lease, 30, { progress: 0, note: undefined })).toBe('CANCEL_REQUESTED');
    await ledger.cancel(lease);
    expect(await job()).toMatchObject({ status: 'CANCELLED' });
  });

  it('is what a failing or lost attempt ends in, once it was asked for', async () => {
    const lease = await take();
    await ledger.requestCancel(jobId);
    await ledger.fail(lease, boom, 1);
    expect(await job()).toMatchObject({ status: 'CANCELLED' });
  });

  it('refuses a job that has ended, and one that does not exist', async () => {
    await ledger.succeed(await take(), {});
    await expect(ledger.requestCancel(jobId)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION', fields: { from: 'SUCCEEDED' } });
    await expect(ledger.requestCancel('job_unknown')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('the sweeper', () => {
  it('queues and delivers again what lost its worker', async () => {
    await take('worker-1', -1);
    expect(await ledger.sweep()).toBe(1);
    expect(await job()).toMatchObject({ status: 'QUEUED', attempt: 1, leaseHolder: null });
    expect(await owed()).toBe(2);
    expect(await ledger.sweep()).toBe(0);
  });

  it('fails what lost its worker in the last attempt', async () => {
    for (let attempt = 1; attempt < ATTEMPTS; attempt++) await ledger.fail(await take(), boom, 0);
    await take('worker-1', -1);
    await ledger.sweep();
    expect(await job()).toMatchObject({ status: 'FAILED', error: { code: 'JOB_FAILED' } });
  });

  it('delivers again what the queue lost, and leaves alone what is still owed', async () => {
    expect(await ledger.sweep({ undeliveredSeconds: -1 })).toBe(0);
    await database.dataSource.query('UPDATE outbox SET published_at = now() WHERE job_id = $1', [jobId]);
    expect(await ledger.sweep({ undeliveredSeconds: 60 })).toBe(0);
    expect(await ledger.sweep({ undeliveredSeconds: -1 })).toBe(1);
    expect(await owed()).toBe(2);
    await ledger.requestCancel(jobId);
  });
});

describe('fencedTransaction', () => {
  it('commits what the current attempt did', async () => {
    const lease = await take();
    const useCase = await buildUseCase(workspace);
    await fencedTransaction(database.dataSource, lease, (manager) => manager.update(UseCase, { id: useCase.id }, { status: 'BUILDING' }));
    expect(await database.dataSource.manager.findOneByOrFail(UseCase, { id: useCase.id })).toMatchObject({ status: 'BUILDING' });
  });

  it('does not begin for an attempt that was overtaken', async () => {
    const old = await take('worker-1', -1);
    await take('worker-2');
    let begun = false;
    const stale = fencedTransaction(database.dataSource, old, async () => {
      begun = true;
    });
    await expect(stale).rejects.toMatchObject({ code: 'STALE_ATTEMPT' });
    expect(begun).toBe(false);
  });

  it('keeps the next attempt out until it has committed, while the log goes on', async () => {
    const lease = await take('worker-1', -1);
    const order: string[] = [];
    let next: Promise<unknown> = Promise.resolve();
    await fencedTransaction(database.dataSource, lease, async () => {
      next = ledger.lease(jobId, 'worker-2', 30).then(() => order.push('next attempt'));
      await ledger.appendLog(lease, [{ at: new Date(), level: 'INFO', message: 'loading', fields: {} }]);
      expect(await ledger.sweep()).toBe(0);
      order.push('committing');
    });
    await next;
    expect(order).toEqual(['committing', 'next attempt']);
  });
});

it('the log keeps its lines in order, with the attempt that wrote them', async () => {
  const lease = await take();
  const at = new Date('2026-01-01T00:00:00Z');
  await ledger.appendLog(lease, [
    { at, level: 'INFO', message: 'one \u0000', fields: { rows: 1 } },
    { at, level: 'WARN', message: 'two', fields: {} },
  ]);
  await ledger.appendLog(lease, []);
  const lines = await database.dataSource.manager.find(JobLogLine, { where: { jobId }, order: { id: 'ASC' } });
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
    await ledger.fail(await take(), new MillraceError('SOURCE_CORRUPT', 'bad', { fields: awkward }).toJSON(), 0);
    expect(await job()).toMatchObject({ status: 'QUEUED', error: { code: 'SOURCE_CORRUPT', fields: kept } });
    await ledger.succeed(await take(), { ...awkward, rows: 12n });
    expect(await job()).toMatchObject({ status: 'SUCCEEDED', result: { ...kept, rows: '12' } });
  });

  it('does not cost the log its lines', async () => {
    await ledger.appendLog(await take(), [{ at: new Date(), level: 'INFO', message: awkward.backslash, fields: awkward }]);
    expect(await database.dataSource.manager.findBy(JobLogLine, { jobId })).toMatchObject([{ message: kept.backslash, fields: kept }]);
  });
});

describe('every move of the ledger', () => {
  const moves: Record<string, { from: JobStatus; to: JobStatus; move: () => Promise<unknown> }> = {
    lease: { from: 'QUEUED', to: 'RUNNING', move: () => take() },
    takeover: { from: 'RUNNING', to: 'RUNNING', move: () => take('worker-2') },
    retry: { from: 'RUNNING', to: 'QUEUED', move: async () => ledger.fail(await take('worker-2'), boom, 0) },
    fail: { from: 'RUNNING', to: 'FAILED', move: async () => ledger.fail(await take('worker-2'), boom, undefined) },
    succeed: { from: 'RUNNING', to: 'SUCCEEDED', move: async () => ledger.succeed(await take('worker-2'), {}) },
    cancel: { from: 'RUNNING', to: 'CANCELLED', move: async () => ledger.cancel(await take('worker-2')) },
    'cancel before it begins': { from: 'QUEUED', to: 'CANCELLED', move: () => ledger.requestCancel(jobId) },
    'run again what failed': { from: 'FAILED', to: 'QUEUED', move: () => ledger.retry(jobId) },
    'run again what was cancelled': { from: 'CANCELLED', to: 'QUEUED', move: () => ledger.retry(jobId) },
  };
  it.each(Object.entries(moves))('%s is one that the domain allows', async (_name, { from, to, move }) => {
    if (from === 'RUNNING') await take('worker-1', -1);
    if (from === 'FAILED') await ledger.fail(await take(), boom, undefined);
    if (from === 'CANCELLED') await ledger.requestCancel(jobId);
    expect((await job()).status).toBe(from);
    await move();
    expect((await job()).status).toBe(to);
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
