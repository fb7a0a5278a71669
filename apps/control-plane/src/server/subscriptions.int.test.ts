import { once } from 'node:events';
import { JobLedger, UseCase } from '@millrace/db';
import { buildJob, buildMetric, buildMilestone, buildUseCase } from '@millrace/testing';
import type { Client } from 'graphql-ws';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { clientOf, EVERY_SCOPE, startTestControlPlane, type TestClient, type TestControlPlane } from '../fixtures/control-plane.fixture.ts';
import { listen, socketTo } from '../fixtures/subscribe.fixture.ts';

let plane: TestControlPlane;
let team: TestClient;
beforeAll(async () => {
  plane = await startTestControlPlane();
  team = await plane.workspace();
});
afterAll(() => plane.close());

const JOB = 'subscription ($id: ID!) { jobProgress(id: $id) { status progress log { nodes { message } } } }';
const USE_CASE = 'subscription ($id: ID!) { useCaseChanged(id: $id) { status milestones { status } } }';
interface JobSeen {
  jobProgress: { status: string; progress: number };
}
interface UseCaseSeen {
  useCaseChanged: { status: string; milestones: { status: string }[] };
}

it('follows a job from its state now to its last, and then ends', async () => {
  const { id } = await buildJob(team.workspace);
  const ledger = new JobLedger({ dataSource: plane.dataSource });
  const socket = socketTo(plane.url, team.secret);
  const seen: string[] = [];
  for await (const { data } of listen<JobSeen>(socket, JOB, { id })) {
    const { status = '', progress = 0 } = data?.jobProgress ?? {};
    seen.push(`${status} ${progress}`);
    if (status === 'QUEUED') await ledger.lease(id, 'worker', 30);
    else if (status === 'RUNNING' && progress === 0) await ledger.renew({ jobId: id, attempt: 1, holder: 'worker' }, 30, { progress: 0.5, note: 'half' });
    else if (status === 'RUNNING') await ledger.succeed({ jobId: id, attempt: 1, holder: 'worker' }, {});
  }
  await socket.dispose();
  expect(seen).toEqual(['QUEUED 0', 'RUNNING 0', 'RUNNING 0.5', 'SUCCEEDED 1']);
});

it('of a job that has ended says so once, and ends', async () => {
  const { id } = await buildJob(team.workspace, { status: 'SUCCEEDED', progress: 1 });
  const socket = socketTo(plane.url, team.secret);
  const events = [];
  for await (const event of listen<JobSeen>(socket, JOB, { id })) events.push(event.data?.jobProgress.status);
  await socket.dispose();
  expect(events).toEqual(['SUCCEEDED']);
});

it('follows a use case through changes of what belongs to it', async () => {
  const metric = await buildMetric(team.workspace);
  await buildMilestone(team.workspace, { metricId: metric.id, useCaseId: metric.useCaseId, comparator: 'GTE', threshold: 1, dueAt: new Date('2199-01-01') });
  const socket = socketTo(plane.url, team.secret);
  const OBSERVE = 'mutation ($input: RecordObservationInput!) { recordObservation(input: $input) { id } }';
  const states: (string | undefined)[] = [];
  for await (const { data } of listen<UseCaseSeen>(socket, USE_CASE, { id: metric.useCaseId })) {
    states.push(data?.useCaseChanged.milestones[0]?.status);
    if (states.at(-1) === 'PENDING') await team.send(OBSERVE, { input: { metricId: metric.id, observedAt: '2001-01-01T00:00:00Z', value: 2 } });
    if (states.at(-1) === 'MET') break;
  }
  await socket.dispose();
  expect(states.at(0)).toBe('PENDING');
  expect(states.at(-1)).toBe('MET');
});

it('tells nothing more once its token is revoked', async () => {
  const { id } = await buildUseCase(team.workspace);
  const leaving = await clientOf(plane.url, team.workspace, EVERY_SCOPE);
  const socket = socketTo(plane.url, leaving.secret);
  const codes: (string | undefined)[] = [];
  for await (const { error } of listen<UseCaseSeen>(socket, USE_CASE, { id })) {
    codes.push(error?.extensions.code);
    if (codes.length > 1) break;
    await plane.dataSource.query('UPDATE token SET revoked_at = now() WHERE scopes = $1 AND workspace_id = $2 AND revoked_at IS NULL', [
      [...EVERY_SCOPE],
      team.workspace.id,
    ]);
    await plane.dataSource.manager.update(UseCase, { id }, { problem: 'changed' });
  }
  await socket.dispose();
  expect(codes).toEqual([undefined, 'UNAUTHENTICATED']);
  team = await plane.workspace();
});

it('takes subscriptions only, and only valid ones', async () => {
  const socket = socketTo(plane.url, team.secret);
  const codeOf = async (query: string): Promise<string | undefined> => {
    for await (const { error } of listen(socket, query, {})) return error?.extensions.code;
    return undefined;
  };
  expect(await codeOf('{ viewer { kind } }')).toBe('BAD_INPUT');
  expect(await codeOf('subscription { nothing }')).toBe('GRAPHQL_VALIDATION_FAILED');
  expect(await codeOf('subscription {')).toBe('GRAPHQL_PARSE_FAILED');
  await socket.dispose();
});

const codes = async (socket: Client, query: string, variables: Record<string, unknown> = {}): Promise<string | undefined> => {
  for await (const { error } of listen(socket, query, variables)) return error?.extensions.code;
  return undefined;
};

it('conditions at the root of a subscription are refused, also in fragments, and so are variables that it does not declare', async () => {
  const { id } = await buildJob(team.workspace, { status: 'SUCCEEDED', progress: 1 });
  const socket = socketTo(plane.url, team.secret);
  for (const root of ['jobProgress(id: $id) @skip(if: true) { id }', '... @include(if: false) { jobProgress(id: $id) { id } }', '...F @skip(if: $skipped)']) {
    const fragment = root.startsWith('...F') ? 'fragment F on Subscription { jobProgress(id: $id) { id } }' : '';
    const declared = root.includes('$skipped') ? '($id: ID!, $skipped: Boolean = true)' : '($id: ID!)';
    expect(await codes(socket, `subscription ${declared} { ${root} } ${fragment}`, { id }), root).toBe('BAD_INPUT');
  }
  expect(await codes(socket, 'subscription ($id: ID!) { jobProgress(id: $id) { id } }', {})).toBe('BAD_INPUT');
  await socket.dispose();
});

it('a socket that does not say who it is, or is nobody, is closed', async () => {
  const address = `${plane.url.replace('http', 'ws')}/graphql`;
  const silent = new WebSocket(address, 'graphql-transport-ws');
  expect(await once(silent, 'close')).toEqual([4408, expect.anything()]);
  const nobody = new WebSocket(address, 'graphql-transport-ws');
  nobody.once('open', () => nobody.send(JSON.stringify({ type: 'connection_init', payload: { authorization: 'Bearer mlr_no' } })));
  const [code, reason] = (await once(nobody, 'close')) as [number, Buffer];
  expect(`${code} ${reason.toString()}`).toMatch(/^4401 UNAUTHENTICATED: /);
});

it.each([
  ['more bytes', '"' + 'x'.repeat(20_000) + '"'],
  ['more memory', `[${'[],'.repeat(2000)}[]]`],
])('a message that takes %s than any subscription needs closes its socket, before anything is kept of it', async (_what, junk) => {
  const socket = new WebSocket(`${plane.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${team.secret}` } }));
  await once(socket, 'message');
  socket.send(`{"type":"subscribe","id":"1","payload":{"query":"subscription { jobProgress(id: \\"a\\") { id } }","variables":{"junk":${junk}}}}`);
  expect(await once(socket, 'close')).toEqual([1009, expect.anything()]);
});

it('whoever subscribes too often on one socket is told so, and others go on', async () => {
  const { id } = await buildJob(team.workspace);
  const socket = socketTo(plane.url, team.secret);
  const stop = new AbortController();
  const seen = Promise.all(
    Array.from({ length: 400 }, async () => {
      const events = socket.iterate({ query: JOB, variables: { id } });
      stop.signal.addEventListener('abort', () => void events.return?.());
      const first = await events.next().catch((errors: { extensions: { code: string } }[]) => errors[0]?.extensions.code);
      return typeof first === 'string' ? first : 'followed';
    }),
  );
  const other = await plane.workspace();
  expect(await other.send('{ viewer { kind } }')).toBeDefined();
  const counts = Map.groupBy(await seen, (one) => one);
  expect([...counts.keys()].toSorted()).toEqual(['TOO_MANY_REQUESTS', 'followed']);
  expect(counts.get('followed')?.length).toBe(250);
  stop.abort();
  await socket.dispose();
});

it('many who follow the same see every change, and it is read once for all of them', async () => {
  const { id } = await buildJob(team.workspace);
  const ledger = new JobLedger({ dataSource: plane.dataSource });
  const lease = (await ledger.lease(id, 'worker', 30))?.lease;
  if (lease === undefined) throw new Error('The job could not be leased.');
  const sockets = Array.from({ length: 4 }, () => socketTo(plane.url, team.secret));
  const ready = { count: 0 };
  const followers = sockets.flatMap((socket) =>
    Array.from({ length: 50 }, async () => {
      let seen = 0;
      for await (const { data } of listen<JobSeen>(socket, JOB, { id })) {
        if (seen === 0) ready.count += 1;
        seen = data?.jobProgress.progress ?? 0;
      }
      return seen;
    }),
  );
  await expect.poll(() => ready.count, { timeout: 20_000 }).toBe(200);
  for (let change = 1; change < 20; change++) await ledger.renew(lease, 30, { progress: change / 20, note: undefined });
  await ledger.succeed(lease, {});
  expect(new Set(await Promise.all(followers))).toEqual(new Set([1]));
  for (const socket of sockets) await socket.dispose();
});
