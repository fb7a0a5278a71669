// @boundaries-ignore the harness stands on this package, so this package cannot declare it
import { buildUseCase, deferred, seedWorkspace, startPostgres, type TestPostgres, type TestWorkspace } from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDataSource } from '../create-data-source.ts';
import type { Job } from '../entities/job.entity.ts';
import { UseCase } from '../entities/use-case.entity.ts';
import { enqueueJob } from '../jobs/enqueue-job.ts';
import { fencedTransaction } from '../jobs/fenced-transaction.ts';
import { JobLedger } from '../jobs/job-ledger.ts';
import { Outbox } from '../jobs/outbox.ts';
import { migrate } from '../migrate.ts';
import { ChangeFeed, type Change } from './change-feed.ts';

describe('PostgreSQL restarts in mid-run', () => {
  let server: TestPostgres;
  let dataSource: ReturnType<typeof createDataSource>;
  let workspace: TestWorkspace;
  beforeAll(async () => {
    server = await startPostgres();
    dataSource = await createDataSource({ url: server.url, poolSize: 4 }).initialize();
    await migrate(dataSource);
    workspace = await seedWorkspace(dataSource);
  });
  afterAll(async () => {
    await dataSource.destroy();
    await server.stop();
  });

  const enqueue = (): Promise<Job> => enqueueJob(dataSource.manager, { workspaceId: workspace.id, name: 'run-pipeline', payload: { pipelineRunId: 'prun_1' } });

  it('a transaction in flight fails as retryable, changes nothing, and succeeds when done again', async () => {
    const ledger = new JobLedger({ dataSource });
    const { id } = await enqueue();
    const leased = await ledger.lease(id, 'worker-1', 60);
    if (leased === undefined) throw new Error('no lease');
    const useCase = await buildUseCase(workspace);
    const build = (meanwhile: () => Promise<void>): Promise<void> =>
      fencedTransaction(dataSource, leased.lease, async (manager) => {
        await manager.update(UseCase, { id: useCase.id }, { status: 'BUILDING' });
        await meanwhile();
        await manager.update(UseCase, { id: useCase.id }, { problem: 'Another.' });
      });
    await expect(build(() => server.restart())).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable: true });
    expect(await dataSource.manager.findOneByOrFail(UseCase, { id: useCase.id })).toMatchObject({ status: 'PROPOSED' });
    await build(() => Promise.resolve());
    await ledger.succeed(leased.lease, {});
    expect(await dataSource.manager.findOneByOrFail(UseCase, { id: useCase.id })).toMatchObject({ status: 'BUILDING', problem: 'Another.' });
  });

  it('whoever listens listens again, and is told that something may have been missed', async () => {
    const back = deferred();
    const gap = deferred();
    const heard = deferred<Change>();
    const stop = await new Outbox({ dataSource }).onInsert(back.resolve);
    const feed = new ChangeFeed({ dataSource });
    await feed.start();
    feed.subscribe({ onChange: heard.resolve, onGap: gap.resolve });
    await server.restart();
    await Promise.all([back.promise, gap.promise]);
    const useCase = await buildUseCase(workspace);
    expect(await heard.promise).toEqual({ table: 'use_case', id: useCase.id, workspaceId: workspace.id, useCaseId: useCase.id });
    await feed.close();
    await stop();
  });
});
