// @boundaries-ignore the harness stands on this package, so this package cannot declare it
import { LedgerRoom } from '@millrace/testing';
import { JOB_CATALOG, MillraceError, type Lease, type LeasedJob } from '@millrace/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import { OutboxRow } from '../entities/outbox-row.entity.ts';
import { enqueueJob } from './enqueue-job.ts';
import { decidingTransaction } from './fenced-transaction.ts';

const boom = new MillraceError('UNAVAILABLE', 'boom').toJSON();
const ATTEMPTS = JOB_CATALOG['run-pipeline'].attempts;

const room = LedgerRoom.open();

async function beginCommit(seconds = 30): Promise<Lease> {
  const lease = await room.take('worker-1', seconds);
  await room.ledger.beginCommit(lease);
  return lease;
}
const settle = async (): Promise<LeasedJob> => {
  const leased = await room.ledger.lease(room.jobId, 'worker-2', 30);
  if (leased === undefined) throw new Error('the job is not given out');
  return leased;
};

const cancelled = async (lease: Lease): Promise<Lease> => {
  await room.ledger.requestCancel(room.jobId);
  return lease;
};
const cancelAnd = (then: (lease: Lease) => Promise<unknown>) => async (lease: Lease) => {
  await room.ledger.requestCancel(room.jobId);
  await then(lease);
};
describe('a job that has begun to commit', () => {
  const NOT_BEGUN = expect.objectContaining({ code: 'JOB_CANCELLED' }) as unknown;
  it('is settled less and less often while its commit cannot be looked for', async () => {
    let lease = await beginCommit();
    const delays: number[] = [];
    for (let tries = 1; tries <= ATTEMPTS + 12; tries++) {
      await room.ledger.fail(lease, boom, undefined);
      const [row] = await room.dataSource.query<{ seconds: number }[]>(
        'SELECT extract(epoch FROM available_at - updated_at)::float8 AS seconds FROM job WHERE id = $1',
        [room.jobId],
      );
      delays.push(row?.seconds ?? Number.NaN);
      lease = (await settle()).lease;
    }
    expect(delays.slice(0, ATTEMPTS + 3)).toEqual([...Array.from({ length: ATTEMPTS }, () => 5), 10, 20, 40]);
    expect(delays.at(-1)).toBe(900);
  });

  it('does not begin once somebody wanted it to stop, nor for an attempt that was overtaken', async () => {
    const lease = await room.take();
    await room.ledger.requestCancel(room.jobId);
    await expect(room.ledger.beginCommit(lease)).rejects.toEqual(NOT_BEGUN);
    await room.ledger.cancel(lease);
    expect(await room.job()).toMatchObject({ status: 'CANCELLED' });
    await expect(room.ledger.beginCommit(lease)).rejects.toMatchObject({ code: 'STALE_ATTEMPT' });
  });

  it.each([
    ['cancelled while it runs', cancelAnd((lease) => room.ledger.cancel(lease))],
    ['cancelled while it runs, and fails', cancelAnd((lease) => room.ledger.fail(lease, boom, undefined))],
    [
      'cancelled while it waits for another attempt',
      async (lease: Lease) => {
        await room.ledger.fail(lease, boom, 60);
        await room.ledger.requestCancel(room.jobId);
      },
    ],
  ])('and is %s is begun once more, to find out what became of the commit', async (_name, ending) => {
    await ending(await beginCommit());
    expect(await room.job()).toMatchObject({ status: 'QUEUED', finishedAt: null });
    const { lease, settling } = await settle();
    expect(settling).toMatchObject({ code: 'JOB_CANCELLED' });
    await room.ledger.abandonCommit(lease);
    await room.ledger.cancel(lease);
    expect(await room.job()).toMatchObject({ status: 'CANCELLED', commitBegunAt: null });
  });

  it('and lost its worker after it was cancelled is begun once more, and succeeds where the commit is found', async () => {
    await beginCommit(-1);
    await room.ledger.requestCancel(room.jobId);
    expect(await room.ledger.sweep()).toBe(1);
    const { lease, settling } = await settle();
    expect(settling).toMatchObject({ code: 'JOB_CANCELLED' });
    await room.ledger.succeed(lease, { rowsLoaded: 1 });
    expect(await room.job()).toMatchObject({ status: 'SUCCEEDED', commitBegunAt: null });
  });

  it('in its last attempt is begun once more, with the error that it is to end with', async () => {
    for (let attempt = 1; attempt < ATTEMPTS; attempt++) await room.ledger.fail(await room.take(), boom, 0);
    await room.ledger.fail(await beginCommit(), boom, undefined);
    expect(await room.job()).toMatchObject({ status: 'QUEUED', attempt: ATTEMPTS });
    const { lease, settling } = await settle();
    expect(settling).toEqual(boom);
    await room.ledger.abandonCommit(lease);
    await room.ledger.fail(lease, boom, undefined);
    expect(await room.job()).toMatchObject({ status: 'FAILED', attempt: ATTEMPTS + 1 });
  });

  it('and lost its worker in the last attempt, or while it found out, is begun again, each time later', async () => {
    for (let attempt = 1; attempt < ATTEMPTS; attempt++) await room.ledger.fail(await room.take(), boom, 0);
    await beginCommit(-1);
    await room.ledger.sweep();
    const first = await room.job();
    expect(first).toMatchObject({ status: 'QUEUED', error: { code: 'JOB_FAILED' } });
    await room.take('worker-2', -1);
    await room.ledger.sweep();
    const second = await room.job();
    expect(second.status).toBe('QUEUED');
    expect(second.availableAt.getTime()).toBeGreaterThan(first.availableAt.getTime());
  });

  it('with attempts left simply tries again', async () => {
    await room.ledger.fail(await beginCommit(), boom, 0);
    expect((await settle()).settling).toBeNull();
  });
});

describe('a job on what was accepted', () => {
  const { attempts } = JOB_CATALOG['ingest-segment'];
  beforeEach(async () => {
    await room.enqueue('ingest-segment', { predictionSegmentId: 'seg_1' });
  });

  it('has no last attempt: it is parked, and given out for ever', async () => {
    for (let attempt = 1; attempt < attempts; attempt++) await room.ledger.fail(await room.take(), boom, 0);
    expect(await room.job()).toMatchObject({ status: 'QUEUED', parkedAt: null });
    for (let more = 0; more < 3; more++) {
      await room.ledger.fail(await room.take(), boom, 60);
      expect(await room.job()).toMatchObject({ status: 'QUEUED', attempt: attempts + more, error: boom, parkedAt: expect.any(Date) as unknown });
    }
    await room.ledger.succeed(await room.take(), { rows: 1 });
    expect(await room.job()).toMatchObject({ status: 'SUCCEEDED', parkedAt: null });
  });

  it('is parked at once by an error that says that another try is in vain', async () => {
    await room.ledger.fail(await room.take(), { ...boom, code: 'SOURCE_CORRUPT', retryable: false }, 60);
    expect(await room.job()).toMatchObject({ status: 'QUEUED', attempt: 1, parkedAt: expect.any(Date) as unknown });
  });

  it('that goes on killing its worker is parked, and comes back less and less often', async () => {
    for (let attempt = 1; attempt < attempts; attempt++) await room.ledger.fail(await room.take(), boom, 0);
    const seconds: number[] = [];
    for (let more = 0; more < 7; more++) {
      await room.take('worker-1', -1);
      await room.ledger.sweep();
      const { status, parkedAt } = await room.job();
      expect({ status, parkedAt }).toEqual({ status: 'QUEUED', parkedAt: expect.any(Date) as unknown });
      const [newest] = await room.dataSource.manager.find(OutboxRow, { where: { jobId: room.jobId }, order: { id: 'DESC' }, take: 1 });
      seconds.push((newest?.delayMilliseconds ?? 0) / 1000);
    }
    expect(seconds).toEqual([30, 60, 120, 240, 480, 900, 900]);
  });

  it('cannot be cancelled before it is parked', async () => {
    await expect(room.ledger.requestCancel(room.jobId)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION', fields: { from: 'QUEUED', to: 'CANCELLED' } });
    const lease = await room.take();
    await expect(room.ledger.requestCancel(room.jobId)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' });
    for (let attempt = 1; attempt < attempts; attempt++) {
      await room.ledger.fail(attempt === 1 ? lease : await room.take(), boom, 0);
    }
    await room.ledger.fail(await room.take(), boom, 60);
    // Storage was away: the rows may be in the table.
    await expect(room.ledger.requestCancel(room.jobId)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' });
    await room.ledger.fail(await room.take(), { ...boom, code: 'SOURCE_CORRUPT', retryable: false }, 60);
    expect(await room.ledger.requestCancel(room.jobId)).toMatchObject({ status: 'CANCELLED', parkedAt: null });
  });
});

describe('a job whose worker is stopped', () => {
  it('outlives any number of roll-outs, and has all its attempts before it', async () => {
    for (let rollOut = 0; rollOut < 3 * ATTEMPTS; rollOut++) await room.ledger.giveBack(await room.take());
    expect(await room.job()).toMatchObject({ status: 'QUEUED', attempt: 3 * ATTEMPTS, givenBack: 3 * ATTEMPTS });
    expect(await settle()).toMatchObject({ lease: { attempt: 3 * ATTEMPTS + 1 }, tries: 1 });
  });

  it('on its last attempt is begun again, and fails when that fails', async () => {
    for (let attempt = 1; attempt < ATTEMPTS; attempt++) await room.ledger.fail(await room.take(), boom, 0);
    await room.ledger.giveBack(await room.take());
    expect(await room.job()).toMatchObject({ status: 'QUEUED' });
    await room.ledger.fail(await room.take(), boom, 0);
    expect(await room.job()).toMatchObject({ status: 'FAILED' });
    expect(await room.ledger.retry(room.jobId)).toMatchObject({ status: 'QUEUED', givenBack: 0 });
  });

  it('is delivered again, once', async () => {
    const before = await room.owed();
    await room.ledger.giveBack(await room.take());
    expect(await room.owed()).toBe(before + 1);
  });

  it('is cancelled where somebody wanted that', async () => {
    await room.ledger.giveBack(await cancelled(await room.take()));
    expect(await room.job()).toMatchObject({ status: 'CANCELLED' });
  });

  it('and has begun to commit is settled even where somebody wanted it cancelled', async () => {
    await room.ledger.giveBack(await cancelled(await beginCommit()));
    expect(await settle()).toMatchObject({ settling: { code: 'JOB_CANCELLED' } });
  });

  it('changes nothing once it was overtaken', async () => {
    const old = await room.take('worker-1', 0);
    await room.take('worker-2');
    await expect(room.ledger.giveBack(old)).rejects.toMatchObject({ code: 'STALE_ATTEMPT' });
  });
});

describe('running a job again by hand', () => {
  it('gives a failed job all its attempts again, and the fence goes on', async () => {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) await room.ledger.fail(await room.take(), boom, 0);
    expect(await room.ledger.retry(room.jobId)).toMatchObject({ status: 'QUEUED', attempt: ATTEMPTS, retriedAfter: ATTEMPTS, finishedAt: null });
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) await room.ledger.fail(await room.take(), boom, 0);
    expect(await room.job()).toMatchObject({ status: 'FAILED', attempt: 2 * ATTEMPTS });
  });

  it('takes a cancelled job up, one that was cancelled in the middle too', async () => {
    await room.ledger.requestCancel(room.jobId);
    await room.ledger.retry(room.jobId);
    const lease = await room.take();
    expect(await room.ledger.renew(lease, 30, { progress: 0, note: undefined })).toBe('HELD');
    await room.ledger.requestCancel(room.jobId);
    await room.ledger.cancel(lease);
    expect(await room.ledger.retry(room.jobId)).toMatchObject({ status: 'QUEUED', retriedAfter: 1, cancelRequestedAt: null });
  });

  it('twice is as once, also while it runs', async () => {
    await room.ledger.fail(await room.take(), boom, undefined);
    await room.ledger.retry(room.jobId);
    await room.ledger.retry(room.jobId);
    expect(await room.owed()).toBe(2);
    await room.take();
    expect(await room.ledger.retry(room.jobId)).toMatchObject({ status: 'RUNNING', attempt: 2 });
    expect(await room.owed()).toBe(2);
  });

  it('makes a parked job due at once, once', async () => {
    await room.enqueue('ingest-labels', { labelBatchId: 'lab_1' });
    await room.ledger.fail(await room.take(), { ...boom, retryable: false }, 600);
    const before = await room.owed();
    const { availableAt, parkedAt } = await room.ledger.retry(room.jobId);
    expect(parkedAt).toBeInstanceOf(Date);
    expect(availableAt.getTime()).toBeLessThan(Date.now() + 60_000);
    await room.ledger.retry(room.jobId);
    expect(await room.owed()).toBe(before + 1);
  });

  it('refuses a job that succeeded, and one that does not exist', async () => {
    await room.ledger.succeed(await room.take(), {});
    await expect(room.ledger.retry(room.jobId)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION', fields: { from: 'SUCCEEDED', to: 'QUEUED' } });
    await expect(room.ledger.retry('job_unknown')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('does not collide with another job that has its key meanwhile', async () => {
    const request = { workspaceId: room.workspace.id, name: 'evaluate-monitor' as const, payload: { monitorId: 'mon_1' }, dedupeKey: 'evaluate-monitor:mon_1' };
    const first = await enqueueJob(room.dataSource.manager, request);
    await room.ledger.requestCancel(first.id);
    const second = await enqueueJob(room.dataSource.manager, request);
    expect(await room.ledger.retry(first.id)).toMatchObject({ status: 'QUEUED', dedupeKey: null });
    expect(second.id).not.toBe(first.id);
  });
});

describe('decidingTransaction', () => {
  it('does nothing once the job was to be cancelled', async () => {
    const lease = await room.take();
    await room.ledger.requestCancel(room.jobId);
    let begun = false;
    const decided = decidingTransaction(room.dataSource, lease, async () => {
      begun = true;
    });
    await expect(decided).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
    expect(begun).toBe(false);
  });

  it('leaves no mark where it was rolled back', async () => {
    const decided = decidingTransaction(room.dataSource, await room.take(), async () => {
      throw new Error('no');
    });
    await expect(decided).rejects.toThrow('no');
    expect(await room.job()).toMatchObject({ commitBegunAt: null });
  });

  it('is an effect that outlives a cancel and the death of the worker: the job is begun again', async () => {
    await decidingTransaction(room.dataSource, await room.take('worker-1', -1), async () => undefined);
    await room.ledger.requestCancel(room.jobId);
    await room.ledger.sweep();
    expect(await room.job()).toMatchObject({ status: 'QUEUED' });
  });
});
