import { JobLedger, type JobLogEntry } from '@millrace/db';
import { buildJob } from '@millrace/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
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
