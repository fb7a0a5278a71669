import { afterEach, expect, test } from 'vitest';
import { failed, jobState, startApiServer, type Answer, type ApiServer, type SeenRequest } from '../fixtures/api-server.fixture.ts';
import { Millrace } from '../index.ts';

const servers: ApiServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function plane(answer: (request: SeenRequest, index: number) => Answer): Promise<{ api: ApiServer; millrace: Millrace }> {
  const api = await startApiServer(answer);
  servers.push(api);
  return { api, millrace: new Millrace({ url: api.url, token: 'mlr_secret', webSocket: false, retries: { attempts: 1 } }) };
}

const lease = { jobId: 'job_1', attempt: 2, holder: 'scorer-1' };
const leased = { workspaceId: 'ws_1', name: 'run-scoring', payload: { scoringRunId: 'srun_1' }, retriedAfter: 0, tries: 2, settling: null };
const taken = { ...lease, ...leased };

test('a scoring run is followed by its job to what it left behind', async () => {
  const run = { id: 'srun_1', outputDataset: 'scores', rows: null, job: jobState({ status: 'QUEUED' }) };
  const { millrace } = await plane(({ body }) => {
    if (body.operationName === 'createScoringRun') return { body: { data: { createScoringRun: run } } };
    if (body.operationName === 'getJob') return { body: { data: { job: jobState({ status: 'SUCCEEDED' }) } } };
    return { body: { data: { scoringRun: { ...run, rows: 10, outputDatasetVersionId: 'dsv_2' } } } };
  });
  const handle = await millrace.scoring.create({ modelVersionId: 'mv_1', datasetVersionId: 'dsv_1', outputDataset: 'scores' });
  expect(await handle.wait()).toMatchObject({ rows: 10, outputDatasetVersionId: 'dsv_2' });
});

test('the ledger of a node takes a job of its workspace and environment, and leaves those of others', async () => {
  const answers = [
    { body: { data: { leaseJob: taken } } },
    { body: { data: { leaseJob: null } } },
    failed('NOT_FOUND', 'no job'),
    failed('FORBIDDEN', 'another queue'),
  ];
  const { api, millrace } = await plane((_request, index) => answers[index] ?? failed('INTERNAL', 'asked too often'));
  const ledger = millrace.nodes.ledger({ environment: 'gpu' });
  expect(await ledger.lease('job_1', 'scorer-1', 30)).toEqual({ lease, ...leased });
  expect(api.seen[0]?.body.variables).toEqual({ input: { jobId: 'job_1', holder: 'scorer-1', leaseSeconds: 30, environment: 'gpu' } });
  expect(await ledger.lease('job_1', 'scorer-1', 30)).toBeUndefined();
  expect(await ledger.lease('job_1', 'scorer-1', 30)).toBeUndefined();
  await expect(ledger.lease('job_1', 'scorer-1', 30)).rejects.toMatchObject({ code: 'FORBIDDEN' });
});

test('what is not known is left out: the note of a lease, and the time of a next attempt', async () => {
  const { api, millrace } = await plane(({ body }) => ({ body: { data: { [body.operationName ?? '']: body.operationName === 'renewJob' ? 'HELD' : true } } }));
  const ledger = millrace.nodes.ledger();
  expect(await ledger.renew(lease, 30, { progress: 0.5, note: undefined })).toBe('HELD');
  await ledger.fail(lease, { code: 'MODEL_INVALID', message: 'no ONNX', retryable: false, fields: {} }, undefined);
  expect(api.seen.map(({ body }) => Object.keys(body.variables?.['input'] as object))).toEqual([
    ['lease', 'leaseSeconds', 'progress'],
    ['lease', 'error'],
  ]);
});

test('a long log goes in parts', async () => {
  const { api, millrace } = await plane(() => ({ body: { data: { appendJobLog: true } } }));
  const line = { at: new Date(0), level: 'INFO' as const, message: 'file scored', fields: {} };
  await millrace.nodes.ledger().appendLog(
    lease,
    Array.from({ length: 501 }, () => line),
  );
  const parts = api.seen.map(({ body }) => (body.variables?.['input'] as { lines: object[] } | undefined)?.lines ?? []);
  expect(parts.map((lines) => lines.length)).toEqual([500, 1]);
  expect(parts[0]?.[0]).toEqual({ ...line, at: '1970-01-01T00:00:00.000Z' });
});
