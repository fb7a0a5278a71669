// @boundaries-ignore the harness stands on this package, so this package cannot declare it
import { createTestDatabase, seedWorkspace, type TestDatabase, type TestWorkspace } from '@millrace/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Job } from '../entities/job.entity.ts';
import { OutboxRow } from '../entities/outbox-row.entity.ts';
import { enqueueJob } from './enqueue-job.ts';
import { JobLedger } from './job-ledger.ts';

describe('enqueueJob', () => {
  let database: TestDatabase;
  let workspace: TestWorkspace;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  beforeEach(async () => {
    workspace = await seedWorkspace(database.dataSource);
  });
  afterAll(() => database.drop());

  const evaluate = (dedupeKey?: string) => ({
    workspaceId: workspace.id,
    name: 'evaluate-monitor' as const,
    payload: { monitorId: 'mon_1' },
    ...(dedupeKey === undefined ? {} : { dedupeKey }),
  });
  async function untilSomebodyWaits(): Promise<void> {
    for (;;) {
      const waiting = await database.dataSource.query(`SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`);
      if (waiting.length > 0) return;
    }
  }
  const jobs = (): Promise<Job[]> => database.dataSource.manager.findBy(Job, { workspaceId: workspace.id });

  it('writes the job on the queue of its catalog entry, and one delivery for it', async () => {
    const job = await enqueueJob(database.dataSource.manager, { ...evaluate(), delaySeconds: 2 });
    expect(job).toMatchObject({ queue: 'monitoring', status: 'QUEUED', attempt: 0, progress: 0, payload: { monitorId: 'mon_1' } });
    const deliveries = await database.dataSource.manager.findBy(OutboxRow, { jobId: job.id });
    expect(deliveries).toMatchObject([{ queue: 'monitoring', name: 'evaluate-monitor', delayMilliseconds: 2000, publishedAt: null }]);
  });

  it('a rejected transaction leaves no job behind', async () => {
    const rejected = database.dataSource.transaction(async (manager) => {
      await enqueueJob(manager, evaluate());
      throw new Error('changed my mind');
    });
    await expect(rejected).rejects.toThrow('changed my mind');
    expect(await jobs()).toEqual([]);
  });

  it('refuses a payload that the catalog does not know, naming the path', async () => {
    const request = { workspaceId: workspace.id, name: 'evaluate-monitor' as const, payload: { monitorId: 7 as unknown as string } };
    await expect(enqueueJob(database.dataSource.manager, request)).rejects.toMatchObject({
      code: 'PAYLOAD_INVALID',
      fields: { issues: [{ path: 'monitorId' }] },
    });
    expect(await jobs()).toEqual([]);
  });

  it('makes one queued job per dedupe key, however many ask at once', async () => {
    const made = await Promise.all(Array.from({ length: 8 }, () => enqueueJob(database.dataSource.manager, evaluate('monitor-1'))));
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    expect(await database.dataSource.manager.countBy(OutboxRow, { jobId: made[0]?.id ?? '' })).toBe(1);
  });

  it('makes a new job when the one with the key has begun', async () => {
    const first = await enqueueJob(database.dataSource.manager, evaluate('monitor-1'));
    await new JobLedger(database).lease(first.id, 'worker-1', 30);
    const second = await enqueueJob(database.dataSource.manager, evaluate('monitor-1'));
    expect(second.id).not.toBe(first.id);
  });

  it('a job found by its key does not begin before the caller has committed', async () => {
    const ledger = new JobLedger(database);
    const first = await enqueueJob(database.dataSource.manager, evaluate('monitor-1'));
    const order: string[] = [];
    let leased: Promise<unknown> = Promise.resolve();
    await database.dataSource.transaction(async (manager) => {
      await enqueueJob(manager, evaluate('monitor-1'));
      leased = ledger.lease(first.id, 'worker-1', 30).then(() => order.push('leased'));
      await untilSomebodyWaits();
      order.push('committing');
    });
    await leased;
    expect(order).toEqual(['committing', 'leased']);
  });
});
