// @boundaries-ignore the harness stands on this package, so this package cannot declare it
import {
  buildAlert,
  buildEndpoint,
  buildJob,
  buildMetric,
  buildMonitor,
  buildMonitorWindow,
  buildObservation,
  buildRelease,
  buildUseCase,
  createTestDatabase,
  deferred,
  seedWorkspace,
  type TestDatabase,
  type TestWorkspace,
} from '@millrace/testing';
import { newId } from '@millrace/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { UseCase } from '../entities/use-case.entity.ts';
import { JobLedger } from '../jobs/job-ledger.ts';
import { ChangeFeed, type Change } from './change-feed.ts';

describe('the change feed', () => {
  let database: TestDatabase;
  let workspace: TestWorkspace;
  let feed: ChangeFeed;
  beforeAll(async () => {
    database = await createTestDatabase();
    feed = new ChangeFeed(database);
    await feed.start();
  });
  beforeEach(async () => {
    workspace = await seedWorkspace(database.dataSource);
  });
  afterAll(async () => {
    await feed.close();
    await database.drop();
  });

  /** Everything committed before this was announced before it resolves: announcements come in the order of commits. */
  async function settle(): Promise<void> {
    const announced = deferred();
    const marker = newId('useCase');
    const unsubscribe = feed.subscribe({ onChange: ({ id }) => (id === marker ? announced.resolve() : undefined), onGap: () => {} });
    await buildUseCase(workspace, { id: marker });
    await announced.promise;
    unsubscribe();
  }

  /** What was announced of this workspace because of the work. */
  async function changesDuring(work: () => Promise<unknown>): Promise<Change[]> {
    await settle();
    const changes: Change[] = [];
    const unsubscribe = feed.subscribe({ onChange: (change) => changes.push(change), onGap: () => {} });
    await work();
    await settle();
    unsubscribe();
    return changes.filter(({ workspaceId, table }) => workspaceId === workspace.id && table !== 'use_case');
  }

  it('announces jobs when their state or progress changes, not when a lease is only renewed', async () => {
    const ledger = new JobLedger(database);
    const { id } = await buildJob(workspace);
    const changes = await changesDuring(async () => {
      const leased = await ledger.lease(id, 'worker-1', 30);
      if (leased === undefined) throw new Error('no lease');
      await ledger.renew(leased.lease, 30, { progress: 0, note: undefined });
      await ledger.renew(leased.lease, 30, { progress: 0.5, note: undefined });
      await ledger.succeed(leased.lease, {});
    });
    expect(changes).toEqual([1, 2, 3].map(() => ({ table: 'job', id, workspaceId: workspace.id })));
  });

  it('names the use case of everything that belongs to one', async () => {
    const useCaseId = (await buildUseCase(workspace)).id;
    const metric = await buildMetric(workspace, { useCaseId });
    const endpoint = await buildEndpoint(workspace, { useCaseId });
    const monitor = await buildMonitor(workspace, { endpointId: endpoint.id });
    const releaseOf = { endpointId: endpoint.id, environmentId: endpoint.environmentId };
    const made: { table: string; id: string }[] = [];
    const window = await buildMonitorWindow(workspace);
    const version = { modelVersionId: window.modelVersionId };
    const { id: jobId } = await buildJob(workspace, { queue: 'deploy', name: 'advance-release' });
    const changes = await changesDuring(async () => {
      made.push({ table: 'observation', id: (await buildObservation(workspace, { metricId: metric.id })).id });
      made.push({ table: 'release', id: (await buildRelease(workspace, { ...releaseOf, ...version, jobId })).id });
      made.push({ table: 'monitor_window', id: (await buildMonitorWindow(workspace, { monitorId: monitor.id, ...version })).id });
      made.push({ table: 'alert', id: (await buildAlert(workspace, { monitorId: monitor.id })).id });
    });
    expect(changes).toEqual(made.map((row) => ({ ...row, workspaceId: workspace.id, useCaseId })));
  });

  it('shows no change before its commit, and none that was rolled back', async () => {
    const { id } = await buildUseCase(workspace);
    await settle();
    const seen: string[] = [];
    const committed = deferred();
    const unsubscribe = feed.subscribe({
      onChange: (change) => {
        if (change.id !== id) return;
        seen.push('announced');
        committed.resolve();
      },
      onGap: () => {},
    });
    const update = (fail: boolean): Promise<void> =>
      database.dataSource.transaction(async (manager) => {
        await manager.update(UseCase, { id }, { problem: fail ? 'never' : 'another' });
        if (fail) throw new Error('rolled back');
        seen.push('committing');
      });
    await expect(update(true)).rejects.toThrow('rolled back');
    await update(false);
    await committed.promise;
    unsubscribe();
    expect(seen).toEqual(['committing', 'announced']);
  });
});
