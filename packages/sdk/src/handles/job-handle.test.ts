import { buildSchema } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { afterEach, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { jobState, startApiServer, type ApiServer } from '../fixtures/api-server.fixture.ts';
import { Millrace, type Job } from '../index.ts';

let api: ApiServer;
let sockets: WebSocketServer | undefined;
afterEach(async () => {
  for (const socket of sockets?.clients ?? []) socket.terminate();
  sockets?.close();
  sockets = undefined;
  await api.close();
});

const run = {
  id: 'prun_1',
  pipelineId: 'pip_1',
  intervalStart: '',
  intervalEnd: '',
  datasetVersionId: 'dsv_1',
  rowsLoaded: 5,
  rowsQuarantined: 1,
  expectations: null,
  job: jobState(),
};

/** Answers `getJob` with one state after the other, staying at the last. */
async function serve(...states: Record<string, unknown>[]): Promise<void> {
  let next = 0;
  api = await startApiServer(({ body }) => {
    if (body.operationName === 'getJob') return { body: { data: { job: states[Math.min(next++, states.length - 1)] } } };
    if (body.operationName === 'startPipelineRuns') return { body: { data: { startPipelineRuns: [run] } } };
    return { body: { data: { pipelineRun: { ...run, job: states.at(-1) } } } };
  });
}

function client(webSocket?: false): Millrace {
  return new Millrace({ url: api.url, token: 'mlr_secret', retries: { attempts: 2, baseMilliseconds: 1 }, ...(webSocket !== undefined && { webSocket }) });
}

const runOne = async (millrace: Millrace) => (await millrace.pipelines.run('pip_1', [{ start: new Date(0), end: new Date(1) }]))[0];

test('waiting under a signal that has aborted already ends at once', async () => {
  await serve(jobState({ progress: 0.1 }));
  const handle = await runOne(client(false));
  await expect(handle?.wait({ signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
});

test('without a socket progress is polled, and wait gives the thing that the job worked on', async () => {
  await serve(jobState({ progress: 0.1 }), jobState({ progress: 0.6, note: 'load' }), jobState({ status: 'SUCCEEDED', progress: 1 }));
  const told: [number, string][] = [];
  const handle = await runOne(client(false));
  const done = await handle?.wait({ timeoutSeconds: 30, onProgress: ({ progress, status }) => told.push([progress, status]) });
  expect(done).toMatchObject({ id: 'prun_1', rowsLoaded: 5, rowsQuarantined: 1 });
  expect(told).toEqual([
    [0.1, 'RUNNING'],
    [0.6, 'RUNNING'],
    [1, 'SUCCEEDED'],
  ]);
});

test('a failed job throws the error it failed with, and says which job', async () => {
  await serve(jobState({ status: 'FAILED', error: { code: 'SOURCE_MISSING', message: 'no file at /x', retryable: false, fields: { uri: '/x' } } }));
  await expect((await runOne(client(false)))?.wait()).rejects.toMatchObject({
    code: 'SOURCE_MISSING',
    message: 'no file at /x',
    fields: { uri: '/x', jobId: 'job_1' },
  });
});

test('a cancelled job is JOB_CANCELLED, and one that takes too long is TIMEOUT', async () => {
  await serve(jobState({ status: 'CANCELLED' }));
  await expect((await runOne(client(false)))?.wait()).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
  await api.close();
  await serve(jobState({ progress: 0.5 }));
  await expect((await runOne(client(false)))?.wait({ timeoutSeconds: 0.3 })).rejects.toMatchObject({
    code: 'TIMEOUT',
    message: 'job job_1 did not finish within 0.3 seconds; it is RUNNING at 50 %',
  });
});

function openSocket(events: () => AsyncGenerator<{ jobProgress: unknown }>, onConnect: (token: unknown) => boolean = () => true): void {
  const schema = buildSchema(`
    scalar JSON scalar DateTime type Query { ok: Boolean } type JobError { code: String message: String retryable: Boolean fields: JSON }
    type Job { id: ID queue: String name: String status: String progress: Float note: String attempt: Int result: JSON error: JobError parkedAt: DateTime availableAt: DateTime createdAt: DateTime startedAt: DateTime finishedAt: DateTime }
    type Subscription { jobProgress(id: ID!): Job }`);
  sockets = new WebSocketServer({ server: api.server, path: '/graphql' });
  useServer(
    { schema, roots: { subscription: { jobProgress: events } }, onConnect: ({ connectionParams }) => onConnect(connectionParams?.['authorization']) },
    sockets,
  );
}

test('events of the socket are told in order, with the token, and end the wait', async () => {
  await serve(jobState({ status: 'QUEUED' }), jobState({ status: 'RUNNING' }));
  let token: unknown;
  openSocket(
    async function* () {
      for (const progress of [0.2, 0.4, 0.8]) yield { jobProgress: jobState({ progress }) };
      yield { jobProgress: jobState({ status: 'SUCCEEDED', progress: 1 }) };
    },
    (given) => {
      token = given;
      return true;
    },
  );
  const millrace = client();
  const seen: Job[] = [];
  for await (const job of millrace.jobs.handle('job_1').progress()) seen.push(job);
  expect(token).toBe('Bearer mlr_secret');
  expect(seen.map(({ progress }) => progress).filter((progress) => progress > 0)).toEqual([0.2, 0.4, 0.8, 1]);
  await millrace.close();
});

test('a socket that is refused changes nothing but the pace', async () => {
  await serve(jobState({ progress: 0.5 }), jobState({ status: 'SUCCEEDED', progress: 1 }));
  openSocket(
    async function* () {
      yield { jobProgress: jobState() };
    },
    () => false,
  );
  const millrace = client();
  expect((await (await runOne(millrace))?.wait({ timeoutSeconds: 30 }))?.rowsLoaded).toBe(5);
  await millrace.close();
});
