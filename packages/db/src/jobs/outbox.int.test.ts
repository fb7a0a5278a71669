// @boundaries-ignore the harness stands on this package, so this package cannot declare it
import { createTestDatabase, deferred, seedWorkspace, type TestDatabase, type TestWorkspace } from '@millrace/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Job } from '../entities/job.entity.ts';
import { enqueueJob } from './enqueue-job.ts';
import { Outbox, type OutboxMessage } from './outbox.ts';

describe('the outbox', () => {
  let database: TestDatabase;
  let workspace: TestWorkspace;
  let outbox: Outbox;
  beforeEach(async () => {
    database = await createTestDatabase();
    workspace = await seedWorkspace(database.dataSource);
    outbox = new Outbox(database);
  });
  afterEach(() => database.drop());

  const enqueue = (): Promise<Job> =>
    enqueueJob(database.dataSource.manager, { workspaceId: workspace.id, name: 'run-training', payload: { trainingRunId: 'trun_1' } });

  it('hands out each delivery once, oldest first', async () => {
    const jobs = [await enqueue(), await enqueue(), await enqueue()];
    const published: OutboxMessage[] = [];
    const publish = async (messages: OutboxMessage[]): Promise<void> => {
      published.push(...messages);
    };
    expect(await outbox.take(2, publish)).toBe(2);
    expect(await outbox.take(2, publish)).toBe(1);
    expect(await outbox.take(2, publish)).toBe(0);
    expect(published.map(({ jobId }) => jobId)).toEqual(jobs.map(({ id }) => id));
    expect(published[0]).toMatchObject({ queue: 'training', name: 'run-training', workspaceId: workspace.id, delayMilliseconds: 0 });
  });

  it('keeps what could not be published', async () => {
    await enqueue();
    await expect(outbox.take(10, () => Promise.reject(new Error('queue is down')))).rejects.toThrow('queue is down');
    expect(await outbox.take(10, () => Promise.resolve())).toBe(1);
  });

  it('is shared by two relays without a delivery going to both', async () => {
    await Promise.all([enqueue(), enqueue(), enqueue(), enqueue()]);
    const seen: string[] = [];
    const bothHold = deferred();
    let holding = 0;
    const publish = async (messages: OutboxMessage[]): Promise<void> => {
      seen.push(...messages.map(({ id }) => id));
      holding += 1;
      if (holding === 2) bothHold.resolve();
      await bothHold.promise;
    };
    await Promise.all([outbox.take(2, publish), outbox.take(2, publish)]);
    expect(new Set(seen).size).toBe(4);
  });

  it('calls the listener after the commit', async () => {
    const nudged = deferred();
    const stop = await outbox.onInsert(nudged.resolve);
    await enqueue();
    await nudged.promise;
    await stop();
  });
});
