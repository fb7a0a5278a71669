import { Job, JobLedger, OutboxRow, type JobLogEntry } from '@millrace/db';
import { buildJob, buildRelease } from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientOf, startTestControlPlane, type TestClient, type TestControlPlane } from '../../fixtures/control-plane.fixture.ts';

let plane: TestControlPlane;
let team: TestClient;
beforeAll(async () => {
  plane = await startTestControlPlane();
  team = await plane.workspace();
});
afterAll(() => plane.close());

const lineOf = (message: string): JobLogEntry => ({ at: new Date(), level: 'INFO', message, fields: { step: message } });
const CANCEL = 'mutation ($id: ID!) { cancelJob(id: $id) { status finishedAt } }';

it('shows a job with its log, page by page, and its error', async () => {
  const ledger = new JobLedger({ dataSource: plane.dataSource });
  const { id } = await buildJob(team.workspace);
  const leased = await ledger.lease(id, 'worker', 30);
  const lease = leased?.lease ?? { jobId: id, attempt: 1, holder: 'worker' };
  await ledger.appendLog(lease, ['one', 'two', 'three'].map(lineOf));
  await ledger.fail(lease, { code: 'SQL_INVALID', message: 'line 3, column 7', retryable: false, fields: { line: 3 } }, undefined);
  const LOG =
    'query ($id: ID!, $after: String) { job(id: $id) { status error { code message fields } log(first: 2, after: $after) { nodes { message level fields attempt } pageInfo { hasNextPage endCursor } } } }';
  interface Logged {
    job: { log: { nodes: { message: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } } };
  }
  const { job } = await team.send<Logged>(LOG, { id });
  expect(job).toMatchObject({
    status: 'FAILED',
    error: { code: 'SQL_INVALID', fields: { line: 3 } },
    log: { nodes: [{ message: 'one', level: 'INFO', attempt: 1 }, { message: 'two' }], pageInfo: { hasNextPage: true } },
  });
  const rest = await team.send<Logged>(LOG, { id, after: job.log.pageInfo.endCursor });
  expect(rest.job.log).toMatchObject({ nodes: [{ message: 'three', fields: { step: 'three' } }], pageInfo: { hasNextPage: false } });
});

it('lists jobs by queue and status', async () => {
  const lone = await plane.workspace();
  await buildJob(lone.workspace, { queue: 'training', name: 'run-training' });
  await buildJob(lone.workspace, { status: 'FAILED' });
  expect(await lone.send('{ jobs(queue: null, status: null) { nodes { queue } } }')).toEqual({ jobs: { nodes: [{ queue: 'training' }, { queue: 'etl' }] } });
  expect(await lone.send('{ jobs(queue: training, status: QUEUED) { nodes { queue status } } }')).toEqual({
    jobs: { nodes: [{ queue: 'training', status: 'QUEUED' }] },
  });
});

it('is cancelled by whoever may start its like, and by nobody else', async () => {
  const [data, science, ops] = [
    await clientOf(plane.url, team.workspace, ['data:write']),
    await clientOf(plane.url, team.workspace, ['science:write']),
    await clientOf(plane.url, team.workspace, ['ops:write']),
  ];
  const release = await buildJob(team.workspace, { queue: 'deploy', name: 'advance-release' });
  for (const client of [data, science])
    expect(await client.refusal(CANCEL, { id: release.id })).toMatchObject({ code: 'FORBIDDEN', fields: { needed: ['ops:write'] } });
  await ops.send(CANCEL, { id: release.id });
  const training = await buildJob(team.workspace, { queue: 'training', name: 'run-training' });
  expect(await data.refusal(CANCEL, { id: training.id })).toMatchObject({ code: 'FORBIDDEN' });
  await science.send(CANCEL, { id: training.id });
  await data.send(CANCEL, { id: (await buildJob(team.workspace)).id });
});

it('cancels a queued job at once, asks a running one to stop, and refuses for one that has ended', async () => {
  const queued = await buildJob(team.workspace);
  expect(await team.send(CANCEL, { id: queued.id })).toMatchObject({ cancelJob: { status: 'CANCELLED' } });
  expect(await team.refusal(CANCEL, { id: queued.id })).toMatchObject({ code: 'ILLEGAL_TRANSITION', fields: { from: 'CANCELLED' } });
  const running = await buildJob(team.workspace, { status: 'RUNNING', attempt: 1, leaseHolder: 'worker', leaseExpiresAt: new Date(Date.now() + 60_000) });
  expect(await team.send(CANCEL, { id: running.id })).toMatchObject({ cancelJob: { status: 'RUNNING', finishedAt: null } });
  const ledger = new JobLedger({ dataSource: plane.dataSource });
  expect(await ledger.renew({ jobId: running.id, attempt: 1, holder: 'worker' }, 30, { progress: 0.1, note: undefined })).toBe('CANCEL_REQUESTED');
});

describe('running a job again by hand', () => {
  const RETRY = 'mutation ($id: ID!) { retryJob(id: $id) { status attempt parkedAt finishedAt } }';
  const failed = { status: 'FAILED', attempt: 3, error: { code: 'UNAVAILABLE', message: 'away', retryable: true, fields: {} } } as const;

  it('queues a failed job and a cancelled one, once, and says who did it', async () => {
    const admin = await clientOf(plane.url, team.workspace, ['admin']);
    for (const status of ['FAILED', 'CANCELLED'] as const) {
      const { id } = await buildJob(team.workspace, { ...failed, status });
      expect(await team.send(RETRY, { id })).toMatchObject({ retryJob: { status: 'QUEUED', attempt: 3, finishedAt: null } });
      expect(await team.send(RETRY, { id })).toMatchObject({ retryJob: { status: 'QUEUED' } });
      expect(await plane.dataSource.manager.countBy(OutboxRow, { jobId: id })).toBe(1);
      const { auditEvents } = await admin.send<{ auditEvents: { nodes: { action: string; subjectId: string }[] } }>(
        '{ auditEvents(first: 200) { nodes { action subjectId } } }',
      );
      expect(auditEvents.nodes).toContainEqual({ action: 'retryJob', subjectId: id });
    }
  });

  it('is for whoever may start its like, in the workspace, and refused for a job that succeeded', async () => {
    const data = await clientOf(plane.url, team.workspace, ['data:write']);
    const training = await buildJob(team.workspace, { ...failed, queue: 'training', name: 'run-training' });
    expect(await data.refusal(RETRY, { id: training.id })).toMatchObject({ code: 'FORBIDDEN', fields: { needed: ['science:write'] } });
    const other = await plane.workspace();
    expect(await other.refusal(RETRY, { id: training.id })).toMatchObject({ code: 'NOT_FOUND' });
    const { id } = await buildJob(team.workspace, { status: 'SUCCEEDED', attempt: 1 });
    expect(await team.refusal(RETRY, { id })).toMatchObject({ code: 'ILLEGAL_TRANSITION', fields: { from: 'SUCCEEDED', to: 'QUEUED' } });
  });

  it('does not take up a release that was decided', async () => {
    const release = await buildRelease(team.workspace, { status: 'REJECTED' });
    await plane.dataSource.manager.update(Job, { id: release.jobId }, { status: 'CANCELLED', queue: 'deploy', name: 'advance-release' });
    expect(await team.refusal(RETRY, { id: release.jobId })).toMatchObject({ code: 'ILLEGAL_TRANSITION', fields: { releaseId: release.id } });
  });

  it('makes a parked job due at once; parked jobs are listed, and can be given up', async () => {
    const lone = await plane.workspace();
    const { id } = await buildJob(lone.workspace, {
      ...failed,
      status: 'QUEUED',
      queue: 'monitoring',
      name: 'ingest-labels',
      parkedAt: new Date(),
      availableAt: new Date(Date.now() + 600_000),
      error: { code: 'SOURCE_CORRUPT', message: 'no labels', retryable: false, fields: {} },
    });
    await buildJob(lone.workspace, { queue: 'monitoring', name: 'ingest-labels' });
    expect(await lone.send('{ jobs(parked: true) { nodes { id error { code } } } }')).toEqual({ jobs: { nodes: [{ id, error: { code: 'SOURCE_CORRUPT' } }] } });
    expect(await lone.send(RETRY, { id })).toMatchObject({ retryJob: { status: 'QUEUED', parkedAt: expect.any(String) } });
    expect((await plane.dataSource.manager.findOneByOrFail(Job, { id })).availableAt.getTime()).toBeLessThan(Date.now() + 60_000);
    expect(await lone.send(CANCEL, { id })).toMatchObject({ cancelJob: { status: 'CANCELLED' } });
  });

  it('what was accepted cannot be cancelled before it is parked', async () => {
    const { id } = await buildJob(team.workspace, { queue: 'monitoring', name: 'ingest-segment' });
    expect(await team.refusal(CANCEL, { id })).toMatchObject({ code: 'ILLEGAL_TRANSITION', fields: { from: 'QUEUED' } });
  });
});
