// @boundaries-ignore the harness stands on this package, so this package cannot declare it
import { createTestDatabase, seedWorkspace, type TestDatabase, type TestWorkspace } from '@millrace/testing';
import { JOB_CATALOG, MillraceError, type Lease, type LeasedJob } from '@millrace/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Job } from '../entities/job.entity.ts';
import { OutboxRow } from '../entities/outbox-row.entity.ts';
import { enqueueJob } from './enqueue-job.ts';
import { decidingTransaction } from './fenced-transaction.ts';
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

async function beginCommit(seconds = 30): Promise<Lease> {
  const lease = await take('worker-1', seconds);
  await ledger.beginCommit(lease);
  return lease;
}
const settle = async (): Promise<LeasedJob> => {
  const leased = await ledger.lease(jobId, 'worker-2', 30);
  if (leased === undefined) throw new Error('the job is not given out');
  return leased;
};

const cancelAnd = (then: (lease: Lease) => Promise<unknown>) => async (lease: Lease) => {
  await ledger.requestCancel(jobId);
  await then(lease);
};
describe('a job that has begun to commit', () => {
  const NOT_BEGUN = expect.objectContaining({ code: 'JOB_CANCELLED' }) as unknown;
  it('is settled less and less often while its commit cannot be looked for', async () => {
    let lease = await beginCommit();
    const delays: number[] = [];
    for (let tries = 1; tries <= ATTEMPTS + 12; tries++) {
      await ledger.fail(lease, boom, undefined);
      const [row] = await database.dataSource.query<{ seconds: number }[]>(
        'SELECT extract(epoch FROM available_at - updated_at)::float8 AS seconds FROM job WHERE id = $1',
        [jobId],
      );
      delays.push(row?.seconds ?? Number.NaN);
      lease = (await settle()).lease;
    }
    expect(delays.slice(0, ATTEMPTS + 3)).toEqual([...Array.from({ length: ATTEMPTS }, () => 5), 10, 20, 40]);
    expect(delays.at(-1)).toBe(900);
  });

  it('does not begin once somebody wanted it to stop, nor for an attempt that was overtaken', async () => {
    const lease = await take();
    await ledger.requestCancel(jobId);
    await expect(ledger.beginCommit(lease)).rejects.toEqual(NOT_BEGUN);
    await ledger.cancel(lease);
    expect(await job()).toMatchObject({ status: 'CANCELLED' });
    await expect(ledger.beginCommit(lease)).rejects.toMatchObject({ code: 'STALE_ATTEMPT' });
  });

  it.each([
    ['cancelled while it runs', cancelAnd((lease) => ledger.cancel(lease))],
    ['cancelled while it runs, and fails', cancelAnd((lease) => ledger.fail(lease, boom, undefined))],
    [
      'cancelled while it waits for another attempt',
      async (lease: Lease) => {
        await ledger.fail(lease, boom, 60);
        await ledger.requestCancel(jobId);
      },
    ],
  ])('and is %s is begun once more, to find out what became of the commit', async (_name, ending) => {
    await ending(await beginCommit());
    expect(await job()).toMatchObject({ status: 'QUEUED', finishedAt: null });
    const { lease, settling } = await settle();
    expect(settling).toMatchObject({ code: 'JOB_CANCELLED' });
    await ledger.abandonCommit(lease);
    await ledger.cancel(lease);
    expect(await job()).toMatchObject({ status: 'CANCELLED', commitBegunAt: null });
  });

  it('and lost its worker after it was cancelled is begun once more, and succeeds where the commit is found', async () => {
    await beginCommit(-1);
    await ledger.requestCancel(jobId);
    expect(await ledger.sweep()).toBe(1);
    const { lease, settling } = await settle();
    expect(settling).toMatchObject({ code: 'JOB_CANCELLED' });
    await ledger.succeed(lease, { rowsLoaded: 1 });
    expect(await job()).toMatchObject({ status: 'SUCCEEDED', commitBegunAt: null });
  });

  it('in its last attempt is begun once more, with the error that it is to end with', async () => {
    for (let attempt = 1; attempt < ATTEMPTS; attempt++) await ledger.fail(await take(), boom, 0);
    await ledger.fail(await beginCommit(), boom, undefined);
    expect(await job()).toMatchObject({ status: 'QUEUED', attempt: ATTEMPTS });
    const { lease, settling } = await settle();
    expect(settling).toEqual(boom);
    await ledger.abandonCommit(lease);
    await ledger.fail(lease, boom, undefined);
    expect(await job()).toMatchObject({ status: 'FAILED', attempt: ATTEMPTS + 1 });
  });

  it('and lost its worker in the last attempt, or while it found out, is begun again, each time later', async () => {
    for (let attempt = 1; attempt < ATTEMPTS; attempt++) await ledger.fail(await take(), boom, 0);
    await beginCommit(-1);
    await ledger.sweep();
    const first = await job();
    expect(first).toMatchObject({ status: 'QUEUED', error: { code: 'JOB_FAILED' } });
    await take('worker-2', -1);
    await ledger.sweep();
    const second = await job();
    expect(second.status).toBe('QUEUED');
    expect(second.availableAt.getTime()).toBeGreaterThan(first.availableAt.getTime());
  });

  it('with attempts left simply tries again', async () => {
    await ledger.fail(await beginCommit(), boom, 0);
    expect((await settle()).settling).toBeNull();
  });
});

describe('a job on what was accepted', () => {
  const { attempts } = JOB_CATALOG['ingest-segment'];
  beforeEach(async () => {
    jobId = (await enqueueJob(database.dataSource.manager, { workspaceId: workspace.id, name: 'ingest-segment', payload: { predictionSegmentId: 'seg_1' } }))
      .id;
  });

  it('has no last attempt: it is parked, and given out for ever', async () => {
    for (let attempt = 1; attempt < attempts; attempt++) await ledger.fail(await take(), boom, 0);
    expect(await job()).toMatchObject({ status: 'QUEUED', parkedAt: null });
    for (let more = 0; more < 3; more++) {
      await ledger.fail(await take(), boom, 60);
      expect(await job()).toMatchObject({ status: 'QUEUED', attempt: attempts + more, error: boom, parkedAt: expect.any(Date) as unknown });
    }
    await ledger.succeed(await take(), { rows: 1 });
    expect(await job()).toMatchObject({ status: 'SUCCEEDED', parkedAt: null });
  });

  it('is parked at once by an error that says that another try is in vain', async () => {
    await ledger.fail(await take(), { ...boom, code: 'SOURCE_CORRUPT', retryable: false }, 60);
    expect(await job()).toMatchObject({ status: 'QUEUED', attempt: 1, parkedAt: expect.any(Date) as unknown });
  });

  it('that goes on killing its worker is parked, and comes back less and less often', async () => {
    for (let attempt = 1; attempt < attempts; attempt++) await ledger.fail(await take(), boom, 0);
    const seconds: number[] = [];
    for (let more = 0; more < 7; more++) {
      await take('worker-1', -1);
      await ledger.sweep();
      const { status, parkedAt } = await job();
      expect({ status, parkedAt }).toEqual({ status: 'QUEUED', parkedAt: expect.any(Date) as unknown });
      const [newest] = await database.dataSource.manager.find(OutboxRow, { where: { jobId }, order: { id: 'DESC' }, take: 1 });
      seconds.push((newest?.delayMilliseconds ?? 0) / 1000);
    }
    expect(seconds).toEqual([30, 60, 120, 240, 480, 900, 900]);
  });

  it('cannot be cancelled before it is parked', async () => {
    await expect(ledger.requestCancel(jobId)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION', fields: { from: 'QUEUED', to: 'CANCELLED' } });
    const lease = await take();
    await expect(ledger.requestCancel(jobId)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' });
    for (let attempt = 1; attempt < attempts; attempt++) {
      await ledger.fail(attempt === 1 ? lease : await take(), boom, 0);
    }
    await ledger.fail(await take(), boom, 60);
    // Storage was away: the rows may be in the table.
    await expect(ledger.requestCancel(jobId)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' });
    await ledger.fail(await take(), { ...boom, code: 'SOURCE_CORRUPT', retryable: false }, 60);
    expect(await ledger.requestCancel(jobId)).toMatchObject({ status: 'CANCELLED', parkedAt: null });
  });
});

describe('running a job again by hand', () => {
  it('gives a failed job all its attempts again, and the fence goes on', async () => {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) await ledger.fail(await take(), boom, 0);
    expect(await ledger.retry(jobId)).toMatchObject({ status: 'QUEUED', attempt: ATTEMPTS, retriedAfter: ATTEMPTS, finishedAt: null });
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) await ledger.fail(await take(), boom, 0);
    expect(await job()).toMatchObject({ status: 'FAILED', attempt: 2 * ATTEMPTS });
  });

  it('takes a cancelled job up, one that was cancelled in the middle too', async () => {
    await ledger.requestCancel(jobId);
    await ledger.retry(jobId);
    const lease = await take();
    expect(await ledger.renew(lease, 30, { progress: 0, note: undefined })).toBe('HELD');
    await ledger.requestCancel(jobId);
    await ledger.cancel(lease);
    expect(await ledger.retry(jobId)).toMatchObject({ status: 'QUEUED', retriedAfter: 1, cancelRequestedAt: null });
  });

  it('twice is as once, also while it runs', async () => {
    await ledger.fail(await take(), boom, undefined);
    await ledger.retry(jobId);
    await ledger.retry(jobId);
    expect(await owed()).toBe(2);
    await take();
    expect(await ledger.retry(jobId)).toMatchObject({ status: 'RUNNING', attempt: 2 });
    expect(await owed()).toBe(2);
  });

  it('makes a parked job due at once, once', async () => {
    jobId = (await enqueueJob(database.dataSource.manager, { workspaceId: workspace.id, name: 'ingest-labels', payload: { labelBatchId: 'lab_1' } })).id;
    await ledger.fail(await take(), { ...boom, retryable: false }, 600);
    const before = await owed();
    const { availableAt, parkedAt } = await ledger.retry(jobId);
    expect(parkedAt).toBeInstanceOf(Date);
    expect(availableAt.getTime()).toBeLessThan(Date.now() + 60_000);
    await ledger.retry(jobId);
    expect(await owed()).toBe(before + 1);
  });

  it('refuses a job that succeeded, and one that does not exist', async () => {
    await ledger.succeed(await take(), {});
    await expect(ledger.retry(jobId)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION', fields: { from: 'SUCCEEDED', to: 'QUEUED' } });
    await expect(ledger.retry('job_unknown')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('does not collide with another job that has its key meanwhile', async () => {
    const request = { workspaceId: workspace.id, name: 'evaluate-monitor' as const, payload: { monitorId: 'mon_1' }, dedupeKey: 'evaluate-monitor:mon_1' };
    const first = await enqueueJob(database.dataSource.manager, request);
    await ledger.requestCancel(first.id);
    const second = await enqueueJob(database.dataSource.manager, request);
    expect(await ledger.retry(first.id)).toMatchObject({ status: 'QUEUED', dedupeKey: null });
    expect(second.id).not.toBe(first.id);
  });
});

describe('decidingTransaction', () => {
  it('does nothing once the job was to be cancelled', async () => {
    const lease = await take();
    await ledger.requestCancel(jobId);
    let begun = false;
    const decided = decidingTransaction(database.dataSource, lease, async () => {
      begun = true;
    });
    await expect(decided).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
    expect(begun).toBe(false);
  });

  it('leaves no mark where it was rolled back', async () => {
    const decided = decidingTransaction(database.dataSource, await take(), async () => {
      throw new Error('no');
    });
    await expect(decided).rejects.toThrow('no');
    expect(await job()).toMatchObject({ commitBegunAt: null });
  });

  it('is an effect that outlives a cancel and the death of the worker: the job is begun again', async () => {
    await decidingTransaction(database.dataSource, await take('worker-1', -1), async () => undefined);
    await ledger.requestCancel(jobId);
    await ledger.sweep();
    expect(await job()).toMatchObject({ status: 'QUEUED' });
  });
});
