import { DatasetVersion, IdempotencyRecord, Job, JobLogLine, ScoringRun } from '@millrace/db';
import { scoringTaskSchema, type ScoringTask, type Signature } from '@millrace/contracts';
import {
  buildDataset,
  buildDatasetVersion,
  buildEnvironment,
  buildJob,
  buildModelVersion,
  buildPipeline,
  samplePipelineDefinition,
  sampleSignature,
} from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientOf, startTestControlPlane, type TestClient, type TestControlPlane } from '../../fixtures/control-plane.fixture.ts';

let plane: TestControlPlane;
let team: TestClient;
let scorer: TestClient;
beforeAll(async () => {
  plane = await startTestControlPlane();
  team = await plane.workspace(['read', 'ops:write']);
  scorer = await clientOf(plane.url, team.workspace, ['node']);
});
afterAll(() => plane.close());

const CREATE =
  'mutation ($input: CreateScoringRunInput!) { createScoringRun(input: $input) { id outputDataset outputDatasetId outputDatasetVersionId keyColumns rows job { id queue status } } }';
const RUN = 'query ($id: ID!) { scoringRun(id: $id) { outputDatasetVersionId rows rejected job { status result progress note } } }';
const TASK = 'query ($id: ID!) { scoringTask(scoringRunId: $id) }';
const LEASE = 'mutation ($input: LeaseJobInput!) { leaseJob(input: $input) { jobId attempt holder workspaceId name payload } }';
const RENEW = 'mutation ($input: RenewJobInput!) { renewJob(input: $input) }';
const SUCCEED = 'mutation ($input: SucceedJobInput!) { succeedJob(input: $input) }';
const FAIL = 'mutation ($input: FailJobInput!) { failJob(input: $input) }';
const CANCEL_LEASED = 'mutation ($input: LeaseInput!) { cancelLeasedJob(input: $input) }';
const LOG = 'mutation ($input: AppendJobLogInput!) { appendJobLog(input: $input) }';
const RECORD = 'mutation ($input: RecordScoringOutputInput!) { recordScoringOutput(input: $input) { id dataset deltaVersion rows lineage } }';

interface Created {
  createScoringRun: { id: string; outputDataset: string; outputDatasetId: string; job: { id: string } };
}
interface Lease {
  jobId: string;
  attempt: number;
  holder: string;
}

const SCHEMA = [
  { name: 'flight_id', type: 'string' as const, nullable: false },
  { name: 'distance', type: 'integer' as const, nullable: true },
];
const OUTPUT = {
  deltaVersion: 0,
  rows: 1000,
  rejected: 3,
  tableRows: 1000,
  tableBytes: 9000,
  schema: [{ name: 'probability', type: 'float', nullable: true }],
};

async function inputOf(more: object = {}): Promise<{ modelVersionId: string; datasetVersionId: string; outputDataset: string }> {
  const { id: modelVersionId } = await buildModelVersion(team.workspace);
  const { id: datasetVersionId } = await buildDatasetVersion(team.workspace, { schema: SCHEMA });
  return { modelVersionId, datasetVersionId, outputDataset: `scores_${modelVersionId}`, ...more };
}
const create = async (more: object = {}): Promise<Created['createScoringRun']> =>
  (await team.send<Created>(CREATE, { input: await inputOf(more) })).createScoringRun;

async function leased(jobId: string, holder = 'scorer-1'): Promise<Lease> {
  const { leaseJob } = await scorer.send<{ leaseJob: Lease }>(LEASE, { input: { jobId, holder, leaseSeconds: 30 } });
  return { jobId, attempt: leaseJob.attempt, holder };
}
const statusOf = async (id: string): Promise<string> => (await plane.dataSource.manager.findOneByOrFail(Job, { id })).status;

/** One input for two features. */
const wide = (shape: number[], datatype: 'FP32' | 'FP16' = 'FP32'): Signature => ({
  inputs: [{ name: 'x', datatype, shape }],
  outputs: sampleSignature.outputs,
  features: ['distance', 'weekday'].map((name) => ({ name, type: 'double', nullable: false })),
});

describe('a scoring run', () => {
  it('is a job, and makes the dataset of its predictions when there is none', async () => {
    const first = await create({ keyColumns: ['flight_id'], outputDataset: 'flight_scores' });
    expect(first).toMatchObject({
      outputDataset: 'flight_scores',
      outputDatasetVersionId: null,
      rows: null,
      keyColumns: ['flight_id'],
      job: { queue: 'scoring', status: 'QUEUED' },
    });
    const second = await create({ outputDataset: 'flight_scores' });
    expect(second.outputDatasetId).toBe(first.outputDatasetId);
    expect(second.job.id).not.toBe(first.job.id);
  });

  it.each([
    ['columns that are not there', [{ name: 'flight_id', type: 'string' as const, nullable: false }], {}, 'input.datasetVersionId'],
    ['a column whose type does not fit', [{ name: 'distance', type: 'timestamp' as const, nullable: false }], {}, 'input.datasetVersionId'],
    ['key columns that are not there', SCHEMA, { keyColumns: ['flight_id', 'tail_number'] }, 'input.keyColumns.1'],
    ['key columns that are there twice', SCHEMA, { keyColumns: ['flight_id', 'flight_id'] }, 'input.keyColumns.1'],
    [
      'key columns named as predictions',
      [...SCHEMA, { name: 'probability', type: 'float' as const, nullable: true }],
      { keyColumns: ['probability'] },
      'input.keyColumns.0',
    ],
    ['a name that is none', SCHEMA, { outputDataset: '../scores' }, 'input.outputDataset'],
  ])('over %s is refused', async (_what, schema, more, path) => {
    const { id: datasetVersionId } = await buildDatasetVersion(team.workspace, { schema });
    expect(await team.refusal(CREATE, { input: await inputOf({ datasetVersionId, ...more }) })).toMatchObject({ code: 'BAD_INPUT', fields: { path } });
  });

  it('names every column that is missing', async () => {
    const inputs = ['origin', 'distance', 'weekday'].map((name) => ({ name, datatype: 'FP32' as const, shape: [-1, 1] }));
    const { id: modelVersionId } = await buildModelVersion(team.workspace, { signature: { ...sampleSignature, inputs } });
    expect(await team.refusal(CREATE, { input: await inputOf({ modelVersionId }) })).toMatchObject({
      code: 'BAD_INPUT',
      fields: { missing: ['origin', 'weekday'] },
    });
  });

  it('of a model with one input for all features takes those as columns; one whose tensors cannot be columns is refused', async () => {
    const schema = [...SCHEMA, { name: 'weekday', type: 'byte' as const, nullable: false }];
    const { id: datasetVersionId } = await buildDatasetVersion(team.workspace, { schema });
    const { id: modelVersionId } = await buildModelVersion(team.workspace, { signature: wide([-1, 2]) });
    await create({ datasetVersionId, modelVersionId });
    for (const signature of [wide([-1, -1]), wide([-1, 3]), wide([-1, 2], 'FP16')]) {
      const { id } = await buildModelVersion(team.workspace, { signature });
      expect(await team.refusal(CREATE, { input: await inputOf({ datasetVersionId, modelVersionId: id }) })).toMatchObject({
        code: 'BAD_INPUT',
        fields: { path: 'input.modelVersionId' },
      });
    }
  });

  it('writes neither into what it reads nor into what a pipeline loads', async () => {
    const dataset = await buildDataset(team.workspace);
    const { id: datasetVersionId } = await buildDatasetVersion(team.workspace, { datasetId: dataset.id, schema: SCHEMA });
    expect(await team.refusal(CREATE, { input: await inputOf({ datasetVersionId, outputDataset: dataset.name }) })).toMatchObject({
      code: 'BAD_INPUT',
      fields: { path: 'input.outputDataset' },
    });
    await buildPipeline(team.workspace, { definition: { ...samplePipelineDefinition('src_1'), dataset: 'departures' } });
    expect(await team.refusal(CREATE, { input: await inputOf({ outputDataset: 'departures' }) })).toMatchObject({ code: 'CONFLICT' });
  });

  it('is cancelled by its job', async () => {
    const run = await create();
    expect(await team.send('mutation ($id: ID!) { cancelJob(id: $id) { status } }', { id: run.job.id })).toEqual({ cancelJob: { status: 'CANCELLED' } });
    expect(await scorer.send(LEASE, { input: { jobId: run.job.id, holder: 'scorer-1', leaseSeconds: 30 } })).toEqual({ leaseJob: null });
  });
});

describe('the process that scores', () => {
  it('is told everything it needs', async () => {
    const { name } = await buildEnvironment(team.workspace);
    const run = await create({ keyColumns: ['flight_id'], environment: name });
    const { scoringTask } = await scorer.send<{ scoringTask: ScoringTask }>(TASK, { id: run.id });
    expect(scoringTaskSchema.parse(scoringTask)).toEqual(scoringTask);
    expect(scoringTask).toMatchObject({
      scoringRunId: run.id,
      workspaceId: team.workspace.id,
      environment: name,
      version: { signature: sampleSignature, artifactDigest: expect.stringMatching(/^sha256:/), serving: { providers: [] } },
      input: { deltaVersion: 0, rows: 1000, schema: SCHEMA, location: expect.stringContaining(`${team.workspace.id}/`) },
      output: { dataset: run.outputDataset, location: `${team.workspace.id}/${run.outputDataset}` },
      keyColumns: ['flight_id'],
    });
  });

  it('takes a job that nobody has, keeps it, and says what it does', async () => {
    const run = await create();
    const input = { jobId: run.job.id, holder: 'scorer-1', leaseSeconds: 30 };
    const first = await scorer.send<{ leaseJob: object }>(LEASE, { input }, { 'idempotency-key': run.id });
    expect(first.leaseJob).toEqual({
      ...input,
      leaseSeconds: undefined,
      attempt: 1,
      workspaceId: team.workspace.id,
      name: 'run-scoring',
      payload: { scoringRunId: run.id },
    });
    expect(await scorer.send(LEASE, { input }, { 'idempotency-key': run.id })).toEqual(first);
    expect(await scorer.send(LEASE, { input: { ...input, holder: 'scorer-2' } })).toEqual({ leaseJob: null });
    const lease = { jobId: run.job.id, attempt: 1, holder: 'scorer-1' };
    expect(await scorer.send(RENEW, { input: { lease, leaseSeconds: 30, progress: 0.5, note: 'half' } })).toEqual({ renewJob: 'HELD' });
    expect(await scorer.send(RENEW, { input: { lease: { ...lease, holder: 'scorer-2' }, leaseSeconds: 30, progress: 1 } })).toEqual({ renewJob: 'LOST' });
    await scorer.send(LOG, { input: { lease, lines: [{ at: '2001-04-01T00:00:00Z', level: 'WARN', message: 'slow', fields: { rows: 3 } }] } });
    expect(await team.send(RUN, { id: run.id })).toMatchObject({ scoringRun: { job: { status: 'RUNNING', progress: 0.5, note: 'half' } } });
    expect(await plane.dataSource.manager.findBy(JobLogLine, { jobId: run.job.id })).toMatchObject([{ message: 'slow', attempt: 1, fields: { rows: 3 } }]);
    await team.send('mutation ($id: ID!) { cancelJob(id: $id) { status } }', { id: run.job.id });
    expect(await scorer.send(RENEW, { input: { lease, leaseSeconds: 30, progress: 0.5 } })).toEqual({ renewJob: 'CANCEL_REQUESTED' });
    await scorer.send(CANCEL_LEASED, { input: lease });
    expect(await statusOf(run.job.id)).toBe('CANCELLED');
    expect(await plane.dataSource.manager.countBy(IdempotencyRecord, { workspaceId: team.workspace.id, key: run.id })).toBe(1);
  });

  it('of another environment does not get the job', async () => {
    const [{ name: gpu }, { name: other }] = [await buildEnvironment(team.workspace), await buildEnvironment(team.workspace)];
    const run = await create({ environment: gpu });
    const lease = (environment?: string): Promise<object> =>
      scorer.send(LEASE, { input: { jobId: run.job.id, holder: 'scorer-1', leaseSeconds: 30, environment } });
    expect(await lease()).toEqual({ leaseJob: null });
    expect(await lease(other)).toEqual({ leaseJob: null });
    expect(await lease(gpu)).toMatchObject({ leaseJob: { attempt: 1 } });
  });

  it('gives back what failed, as long as there are attempts', async () => {
    const run = await create();
    const lease = await leased(run.job.id);
    const error = { code: 'UNAVAILABLE', message: 'the disk is away', retryable: true, fields: {} };
    await scorer.send(FAIL, { input: { lease, error, retryInSeconds: 0 } });
    expect(await statusOf(run.job.id)).toBe('QUEUED');
    const second = await leased(run.job.id, 'scorer-2');
    expect(second.attempt).toBe(2);
    expect(await scorer.refusal(SUCCEED, { input: { lease, result: {} } })).toMatchObject({ code: 'STALE_ATTEMPT' });
    await scorer.send(FAIL, { input: { lease: second, error } });
    expect(await plane.dataSource.manager.findOneBy(Job, { id: run.job.id })).toMatchObject({ status: 'FAILED', error });
  });

  it('works on no job of another queue, and lets nothing be written without its token', async () => {
    const { id: jobId } = await buildJob(team.workspace);
    expect(await scorer.refusal(LEASE, { input: { jobId, holder: 'scorer-1', leaseSeconds: 30 } })).toMatchObject({
      code: 'FORBIDDEN',
      fields: { queue: 'etl' },
    });
    const run = await create();
    expect(await team.refusal(LEASE, { input: { jobId: run.job.id, holder: 'team', leaseSeconds: 30 } })).toMatchObject({ code: 'FORBIDDEN' });
    const stranger = await plane.workspace(['node']);
    expect(await stranger.refusal(TASK, { id: run.id })).toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('the output of a scoring run', () => {
  it('is a dataset version with its lineage, there together with the success of the job', async () => {
    const run = await create();
    const lease = await leased(run.job.id);
    const { recordScoringOutput } = await scorer.send<{ recordScoringOutput: { id: string; lineage: object } }>(RECORD, { input: { lease, ...OUTPUT } });
    const { modelVersionId, datasetVersionId } = await plane.dataSource.manager.findOneByOrFail(ScoringRun, { id: run.id });
    expect(recordScoringOutput).toMatchObject({
      dataset: run.outputDataset,
      deltaVersion: 0,
      rows: 1000,
      lineage: { scoringRunId: run.id, modelVersionId, datasetVersionId },
    });
    const result = { datasetVersionId: recordScoringOutput.id, rows: 1000 };
    expect(await team.send(RUN, { id: run.id })).toMatchObject({
      scoringRun: { outputDatasetVersionId: recordScoringOutput.id, rows: 1000, rejected: 3, job: { status: 'SUCCEEDED', result } },
    });
    expect(await team.send('query ($name: String!) { dataset(name: $name) { schema latestVersion { id } } }', { name: run.outputDataset })).toEqual({
      dataset: { schema: OUTPUT.schema, latestVersion: { id: recordScoringOutput.id } },
    });
    // The worker of the queue says so too, when the handler returns.
    expect(await scorer.send(RENEW, { input: { lease, leaseSeconds: 30, progress: 1 } })).toEqual({ renewJob: 'HELD' });
    expect(await scorer.send(SUCCEED, { input: { lease, result } })).toEqual({ succeedJob: true });
  });

  it('is recorded once, and never by an attempt that was overtaken', async () => {
    const run = await create();
    const stale = await leased(run.job.id);
    await plane.dataSource.manager.update(Job, { id: run.job.id }, { leaseExpiresAt: new Date(0) });
    const lease = await leased(run.job.id, 'scorer-2');
    expect(await scorer.refusal(RECORD, { input: { lease: stale, ...OUTPUT } })).toMatchObject({ code: 'STALE_ATTEMPT' });
    const first = await scorer.send(RECORD, { input: { lease, ...OUTPUT } }, { 'idempotency-key': run.id });
    expect(await scorer.send(RECORD, { input: { lease, ...OUTPUT } }, { 'idempotency-key': run.id })).toEqual(first);
    expect(await scorer.refusal(RECORD, { input: { lease, ...OUTPUT, deltaVersion: 1 } })).toMatchObject({ code: 'STALE_ATTEMPT' });
    expect(await plane.dataSource.manager.countBy(DatasetVersion, { datasetId: run.outputDatasetId })).toBe(1);
  });

  it('that cannot be recorded leaves the job as it is', async () => {
    const [first, second] = [await create({ outputDataset: 'shared_scores' }), await create({ outputDataset: 'shared_scores' })];
    await scorer.send(RECORD, { input: { lease: await leased(first.job.id), ...OUTPUT } });
    const lease = await leased(second.job.id);
    expect(await scorer.refusal(RECORD, { input: { lease, ...OUTPUT } })).toMatchObject({ code: 'CONFLICT' });
    expect(await statusOf(second.job.id)).toBe('RUNNING');
    expect(await scorer.refusal(RECORD, { input: { lease, ...OUTPUT, schema: [{ name: 'x', type: 'varchar' }] } })).toMatchObject({
      code: 'BAD_INPUT',
      fields: { path: expect.stringMatching(/^input\.schema\.0\./) },
    });
  });
});
