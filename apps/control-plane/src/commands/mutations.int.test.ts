import { randomUUID } from 'node:crypto';
import { AuditEvent, Job, OutboxRow, UseCase } from '@millrace/db';
import { buildDataRequirement, buildDataSource } from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientOf, EVERY_SCOPE, startTestControlPlane, type TestClient, type TestControlPlane } from '../fixtures/control-plane.fixture.ts';

let plane: TestControlPlane;
let team: TestClient;
beforeAll(async () => {
  plane = await startTestControlPlane();
  team = await plane.workspace();
});
afterAll(() => plane.close());

const CREATE = 'mutation ($input: CreateUseCaseInput!) { createUseCase(input: $input) { id name createdAt metrics { id } } }';
const useCase = (name: string): object => ({ input: { name, problem: 'A problem.' } });
const withKey = (key: string): Record<string, string> => ({ 'idempotency-key': key });
const countOf = (name: string): Promise<number> => plane.dataSource.manager.countBy(UseCase, { workspaceId: team.workspace.id, name });

describe('an idempotency key', () => {
  it('makes a repeated mutation answer as it did first, and change nothing', async () => {
    const key = randomUUID();
    const first = await team.send(CREATE, useCase('once'), withKey(key));
    expect(await team.send(CREATE, useCase('once'), withKey(key))).toEqual(first);
    expect(await countOf('once')).toBe(1);
    expect(await plane.dataSource.manager.countBy(AuditEvent, { workspaceId: team.workspace.id, action: 'createUseCase' })).toBe(1);
  });

  it('refuses another request under the same key', async () => {
    const key = randomUUID();
    await team.send(CREATE, useCase('the one'), withKey(key));
    expect(await team.refusal(CREATE, useCase('the other'), withKey(key))).toMatchObject({ code: 'CONFLICT', retryable: false, fields: { key } });
  });

  it('belongs to its token: another token may use the same', async () => {
    const key = randomUUID();
    const other = await clientOf(plane.url, team.workspace, EVERY_SCOPE);
    await team.send(CREATE, useCase('mine'), withKey(key));
    await other.send(CREATE, useCase('yours'), withKey(key));
    expect(await countOf('yours')).toBe(1);
  });

  it('sent many times at once does its work once; who comes too early is told to try again', async () => {
    const key = randomUUID();
    const sent = await Promise.allSettled(Array.from({ length: 8 }, () => team.send(CREATE, useCase('crowd'), withKey(key))));
    const refused = sent.filter((one) => one.status === 'rejected').map(({ reason }) => reason as unknown);
    for (const reason of refused) expect(reason).toMatchObject({ code: 'CONFLICT' });
    expect(sent.length - refused.length).toBeGreaterThan(0);
    expect(await countOf('crowd')).toBe(1);
  });

  it('is free again after a mutation that failed', async () => {
    const key = randomUUID();
    const missing = { input: { useCaseId: 'uc_missing', name: 'm', source: 'LIVE', unit: '', direction: 'INCREASE' } };
    const METRIC = 'mutation ($input: CreateMetricInput!) { createMetric(input: $input) { id } }';
    expect(await team.refusal(METRIC, missing, withKey(key))).toMatchObject({ code: 'NOT_FOUND' });
    await team.send(CREATE, useCase('after a failure'), withKey(key));
  });

  it('stands for each mutation of a document, also where a fragment holds them', async () => {
    const TWO = `mutation ($a: CreateUseCaseInput!, $b: CreateUseCaseInput!) { ...Two }
      fragment Two on Mutation { a: createUseCase(input: $a) { name } b: createUseCase(input: $b) { name } }`;
    const variables = { a: { name: 'first of two', problem: 'A.' }, b: { name: 'second of two', problem: 'B.' } };
    const key = randomUUID();
    const first = await team.send(TWO, variables, withKey(key));
    expect(first).toEqual({ a: { name: 'first of two' }, b: { name: 'second of two' } });
    expect(await team.send(TWO, variables, withKey(key))).toEqual(first);
  });

  it('that is no key is refused', async () => {
    expect(await team.refusal(CREATE, useCase('x'), withKey('a b'))).toMatchObject({ code: 'BAD_INPUT', fields: { path: 'Idempotency-Key' } });
  });

  it('never keeps a secret: a repeated createToken answers without one', async () => {
    const admin = await plane.workspace(['admin']);
    const key = randomUUID();
    const TOKEN = 'mutation ($input: CreateTokenInput!) { createToken(input: $input) { secret token { id } } }';
    const input = { input: { name: 'ci', kind: 'SERVICE', scopes: ['read'] } };
    const { createToken } = await admin.send<{ createToken: { secret: string } }>(TOKEN, input, withKey(key));
    expect(await admin.refusal(TOKEN, input, withKey(key))).toMatchObject({ code: 'CONFLICT' });
    const kept = await plane.dataSource.query<unknown[]>('SELECT response FROM idempotency_record WHERE workspace_id = $1', [admin.workspace.id]);
    expect(JSON.stringify(kept)).not.toContain(createToken.secret);
  });
});

describe('a mutation', () => {
  it('leaves an audit event that says who did what to which', async () => {
    const admin = await clientOf(plane.url, team.workspace, ['admin']);
    const { createUseCase } = await team.send<{ createUseCase: { id: string } }>(CREATE, useCase('audited'));
    const { auditEvents } = await admin.send<{ auditEvents: { nodes: object[] } }>('{ auditEvents(first: 200) { nodes { action subjectId actorTokenId } } }');
    expect(auditEvents.nodes).toContainEqual({ action: 'createUseCase', subjectId: createUseCase.id, actorTokenId: expect.stringMatching(/^tok_/) });
  });

  it('that fails leaves nothing behind: no row, no job, no audit event', async () => {
    const lone = await plane.workspace();
    const { id: dataRequirementId } = await buildDataRequirement(lone.workspace);
    const ASSESS = 'mutation ($input: AssessAvailabilityInput!) { assessAvailability(input: $input) { id } }';
    expect(await lone.refusal(ASSESS, { input: { dataRequirementId, dataSourceId: 'src_missing' } })).toMatchObject({ code: 'NOT_FOUND' });
    const where = { workspaceId: lone.workspace.id };
    expect(await Promise.all([Job, AuditEvent].map((rows) => plane.dataSource.manager.countBy(rows, where)))).toEqual([0, 0]);
  });

  it('that starts work writes the job and its delivery together, and the relay takes it to the queue at once', async () => {
    const { id: dataRequirementId } = await buildDataRequirement(team.workspace);
    const { id: dataSourceId } = await buildDataSource(team.workspace);
    const ASSESS = 'mutation ($input: AssessAvailabilityInput!) { assessAvailability(input: $input) { job { id status queue } verdict findings { met } } }';
    const { assessAvailability } = await team.send<{ assessAvailability: { job: { id: string } } }>(ASSESS, { input: { dataRequirementId, dataSourceId } });
    expect(assessAvailability).toMatchObject({ job: { status: 'QUEUED', queue: 'etl' }, verdict: null, findings: [] });
    await expect
      .poll(async () => (await plane.dataSource.manager.findOneBy(OutboxRow, { jobId: assessAvailability.job.id }))?.publishedAt)
      .toBeInstanceOf(Date);
  });

  it('under a name that is taken is refused with what has it', async () => {
    await team.send(CREATE, useCase('taken'));
    expect(await team.refusal(CREATE, useCase('taken'))).toMatchObject({ code: 'CONFLICT', fields: { name: 'taken', id: expect.stringMatching(/^uc_/) } });
  });
});
