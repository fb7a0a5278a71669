import { Environment, EnvironmentAssessment, IdempotencyRecord, Node, PredictionSegment, Token } from '@millrace/db';
import { buildEndpoint, buildEnvironment, buildEnvironmentAssessment, buildModelVersion, buildNode } from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientOf, startTestControlPlane, type TestClient, type TestControlPlane } from '../../fixtures/control-plane.fixture.ts';

let plane: TestControlPlane;
let team: TestClient;
/** A node, and who speaks for it. */
let node: Node;
let edge: TestClient;
beforeAll(async () => {
  plane = await startTestControlPlane();
  team = await plane.workspace();
  node = await buildNode(team.workspace);
  edge = await speakerFor(node);
});
afterAll(() => plane.close());

const REGISTER = 'mutation ($input: RegisterNodeInput!) { registerNode(input: $input) { nodeId name assignment } }';
const HEARTBEAT = 'mutation ($input: HeartbeatInput!) { heartbeat(input: $input) { assignment } }';
const SEGMENT = 'mutation ($input: RecordPredictionSegmentInput!) { recordPredictionSegment(input: $input) { id rows job { id status queue } } }';
const MEASURE = 'mutation ($input: RecordMeasurementInput!) { recordMeasurement(input: $input) }';
const AT = '2001-04-01T00:00:00Z';

interface Registered {
  registerNode: { nodeId: string; assignment: { generation: number; endpoints: object[] } };
}
interface Heartbeat {
  heartbeat: { assignment: { generation: number; endpoints: { name: string }[] } | null };
}

const described = (environment: string, name: string): object => ({
  name,
  environment,
  url: 'http://127.0.0.1:8080/',
  executionProviders: ['cpu'],
  hardware: { cpus: 2 },
  nodeClass: 'cpu-2',
});
const beat = (nodeId: string, servedGeneration: number, more: object = {}): object => ({
  input: { nodeId, servedGeneration, versionStates: [], stats: {}, ...more },
});

const speakerFor = ({ id }: Node): Promise<TestClient> => clientOf(plane.url, team.workspace, ['node'], { kind: 'NODE', nodeId: id });
const newcomer = (): Promise<TestClient> => clientOf(plane.url, team.workspace, ['node'], { kind: 'NODE' });

const tokenOf = async ({ send }: TestClient): Promise<string> => (await send<{ viewer: { tokenId: string } }>('{ viewer { tokenId } }')).viewer.tokenId;
const answered = (sent: PromiseSettledResult<unknown>[]): number => sent.filter(({ status }) => status === 'fulfilled').length;

describe('a node', () => {
  it('registers, and keeps its id when it comes back', async () => {
    const { name } = await buildEnvironment(team.workspace);
    const fresh = await newcomer();
    const register = async (): Promise<string> => (await fresh.send<Registered>(REGISTER, { input: described(name, 'edge-1') })).registerNode.nodeId;
    expect(await register()).toBe(await register());
    const elsewhere = await buildEnvironment(team.workspace);
    expect(await fresh.refusal(REGISTER, { input: described(elsewhere.name, 'edge-1') })).toMatchObject({ code: 'CONFLICT' });
  });

  it.each([
    [{ url: 'ftp://127.0.0.1' }, 'input.url'],
    [{ url: 'http://somebody:secret@10.0.0.5' }, 'input.url'],
    [{ url: 'http://[::]:8080' }, 'input.url'],
    [{ executionProviders: ['quantum'] }, 'input.executionProviders.0'],
    [{ executionProviders: [] }, 'input.executionProviders'],
    [{ hardware: 'large' }, 'input.hardware'],
  ])('with %o is refused at %s', async (wrong, path) => {
    expect(await team.refusal(REGISTER, { input: { ...described('anywhere', 'edge-2'), ...wrong } })).toMatchObject({ code: 'BAD_INPUT', fields: { path } });
  });

  it('is told its assignment when its environment has changed, and nothing while it serves the newest', async () => {
    const environment = await buildEnvironment(team.workspace);
    const fresh = await newcomer();
    const {
      registerNode: { nodeId },
    } = await fresh.send<Registered>(REGISTER, { input: described(environment.name, 'edge-3') });
    expect((await fresh.send<Heartbeat>(HEARTBEAT, beat(nodeId, 0))).heartbeat.assignment).toBeNull();
    const { useCaseId } = await buildEndpoint(team.workspace);
    const ENDPOINT = 'mutation ($input: CreateEndpointInput!) { createEndpoint(input: $input) { urls traffic { weight } monitor { id } } }';
    const { createEndpoint } = await team.send<{ createEndpoint: object }>(ENDPOINT, { input: { name: 'late', environment: environment.name, useCaseId } });
    expect(createEndpoint).toEqual({ urls: ['http://127.0.0.1:8080/v2/models/late'], traffic: [], monitor: null });
    const { assignment } = (await fresh.send<Heartbeat>(HEARTBEAT, beat(nodeId, 0))).heartbeat;
    expect(assignment).toMatchObject({ generation: 1, endpoints: [{ name: 'late' }] });
    expect((await fresh.send<Heartbeat>(HEARTBEAT, beat(nodeId, 1))).heartbeat.assignment).toBeNull();
  });

  it('that drains or falls silent is not among the addresses of its endpoints', async () => {
    const { name } = await buildEndpoint(team.workspace, { environmentId: node.environmentId });
    const urls = async (): Promise<number> =>
      (await team.send<{ endpoint: { urls: string[] } }>('query ($name: String!) { endpoint(name: $name) { urls } }', { name })).endpoint.urls.length;
    expect(await urls()).toBe(1);
    await edge.send(HEARTBEAT, beat(node.id, 0, { draining: true }));
    expect(await urls()).toBe(0);
    await edge.send(HEARTBEAT, beat(node.id, 0));
    await plane.dataSource.manager.update(Node, { id: node.id }, { lastSeenAt: new Date(Date.now() - 60_000) });
    expect(await urls()).toBe(0);
    const { name: environment } = await plane.dataSource.manager.findOneByOrFail(Environment, { id: node.environmentId });
    expect(await team.send('query ($name: String!) { environment(name: $name) { nodes { status } } }', { name: environment })).toEqual({
      environment: { nodes: [{ status: 'LOST' }] },
    });
  });

  it('whose token is bound to it cannot speak for another', async () => {
    const [mine, other] = [await buildNode(team.workspace), await buildNode(team.workspace)];
    const bound = await clientOf(plane.url, team.workspace, ['node'], { kind: 'NODE', nodeId: mine.id });
    await bound.send(HEARTBEAT, beat(mine.id, 0));
    expect(await bound.refusal(HEARTBEAT, beat(other.id, 0))).toMatchObject({ code: 'FORBIDDEN' });
    const { name: environment } = await plane.dataSource.manager.findOneByOrFail(Environment, { id: other.environmentId });
    for (const name of [other.name, 'edge-unknown'])
      expect(await bound.refusal(REGISTER, { input: described(environment, name) })).toMatchObject({ code: 'FORBIDDEN' });
    const assessment = await buildEnvironmentAssessment(team.workspace, { environmentId: other.environmentId });
    const error = { code: 'MODEL_INVALID', message: 'not mine' };
    expect(await bound.refusal(MEASURE, { input: { environmentAssessmentId: assessment.id, error } })).toMatchObject({ code: 'FORBIDDEN' });
    const own = await buildEnvironmentAssessment(team.workspace, { environmentId: mine.environmentId, nodeClass: mine.nodeClass });
    await bound.send(MEASURE, { input: { environmentAssessmentId: own.id, error } });
  });

  it('keeps its name while a token that works is bound to it: no other token takes it, with its requests', async () => {
    const { name: environment } = await buildEnvironment(team.workspace);
    const [owner, thief] = [await newcomer(), await newcomer()];
    const { nodeId } = (await owner.send<Registered>(REGISTER, { input: described(environment, 'edge-5') })).registerNode;
    const theft = { input: { ...described(environment, 'edge-5'), url: 'http://10.6.6.6' } };
    const refusal = { code: 'FORBIDDEN', fields: { path: 'input.name', nodeId } };
    expect(await thief.refusal(REGISTER, theft)).toMatchObject(refusal);
    expect(await team.refusal(REGISTER, theft)).toMatchObject(refusal);
    // Nor while it is away.
    await plane.dataSource.manager.update(Node, { id: nodeId }, { lastSeenAt: new Date(0) });
    expect(await thief.refusal(REGISTER, theft)).toMatchObject(refusal);
    expect(await thief.refusal(HEARTBEAT, beat(nodeId, 0))).toMatchObject({ code: 'FORBIDDEN' });
    expect(await thief.refusal(SEGMENT, { input: { ...(await segment()), nodeId } })).toMatchObject({ code: 'FORBIDDEN' });
    expect(await plane.dataSource.manager.findOneByOrFail(Node, { id: nodeId })).toMatchObject({ url: 'http://127.0.0.1:8080' });
    await owner.send(REGISTER, { input: described(environment, 'edge-5') });
    expect(await owner.refusal(REGISTER, { input: described(environment, 'edge-6') })).toMatchObject({ code: 'FORBIDDEN', fields: { nodeId } });
  });

  it('goes to another token when an administrator unbinds its own, or revokes it, or it expires', async () => {
    const { name: environment } = await buildEnvironment(team.workspace);
    const admin = await clientOf(plane.url, team.workspace, ['admin']);
    const register = async (client: TestClient, name = 'edge-7'): Promise<string> =>
      (await client.send<Registered>(REGISTER, { input: described(environment, name) })).registerNode.nodeId;
    const ownId = async (change: (client: TestClient, tokenId: string) => Promise<unknown>): Promise<string> => {
      const owner = await newcomer();
      const nodeId = await register(owner);
      await change(owner, await tokenOf(owner));
      return nodeId;
    };
    const first = await ownId(async (owner, id) => {
      const UNBIND = 'mutation ($id: ID!) { unbindToken(id: $id) { nodeId } }';
      expect(await admin.send(UNBIND, { id })).toEqual({ unbindToken: { nodeId: null } });
      expect(await owner.refusal(HEARTBEAT, beat(node.id, 0))).toMatchObject({ code: 'FORBIDDEN' });
    });
    const second = await ownId((_, id) => admin.send('mutation ($id: ID!) { revokeToken(id: $id) { id } }', { id }));
    const third = await ownId((_, id) => plane.dataSource.manager.update(Token, { id }, { expiresAt: new Date(0) }));
    expect([second, third]).toEqual([first, first]);
  });

  it('that two tokens register at once belongs to one of them, and a token that registers two names at once has one', async () => {
    const { name: environment } = await buildEnvironment(team.workspace);
    const rivals = await Promise.all(Array.from({ length: 6 }, newcomer));
    expect(answered(await Promise.allSettled(rivals.map(({ send }) => send(REGISTER, { input: described(environment, 'edge-8') }))))).toBe(1);
    const greedy = await newcomer();
    const names = Array.from({ length: 6 }, (_, index) => `edge-9-${index}`);
    expect(answered(await Promise.allSettled(names.map((name) => greedy.send(REGISTER, { input: described(environment, name) }))))).toBe(1);
  });

  it('with a loopback address is refused where callers are on other machines', async () => {
    const open = await startTestControlPlane({ HOST: '0.0.0.0' });
    try {
      const url = open.url.replace('0.0.0.0', '127.0.0.1');
      const { workspace } = await open.workspace();
      const { name } = await buildEnvironment(workspace);
      const remote = await clientOf(url, workspace, ['node']);
      expect(await remote.refusal(REGISTER, { input: described(name, 'edge') })).toMatchObject({ code: 'BAD_INPUT', fields: { path: 'input.url' } });
      await remote.send(REGISTER, { input: { ...described(name, 'edge'), url: 'http://10.0.0.5:8080' } });
    } finally {
      await open.close();
    }
  });

  it('leaves nothing behind for each heartbeat, whatever key it sends', async () => {
    await edge.send(HEARTBEAT, beat(node.id, 0), { 'idempotency-key': 'beat' });
    await edge.send(HEARTBEAT, beat(node.id, 0, { draining: true }), { 'idempotency-key': 'beat' });
    expect(await plane.dataSource.manager.countBy(IdempotencyRecord, { workspaceId: team.workspace.id, key: 'beat' })).toBe(0);
  });
});

let sequence = 0;

async function segment(): Promise<Record<string, unknown>> {
  sequence += 1;
  const endpoint = await buildEndpoint(team.workspace, { environmentId: node.environmentId });
  const stored = await fetch(`${plane.url}/artifacts`, {
    method: 'PUT',
    body: `segment ${sequence}`,
    headers: { authorization: `Bearer ${team.secret}`, 'content-type': 'application/octet-stream' },
  });
  const { digest } = (await stored.json()) as { digest: string };
  return { nodeId: node.id, sequence, endpointId: endpoint.id, artifactDigest: digest, rows: 10, minEventTime: AT, maxEventTime: AT, summaries: [] };
}

/** Audit events of an action whose input has a text in it. */
async function auditsOf(action: string, text: string): Promise<number> {
  const events: object[] = await plane.dataSource.query('SELECT id FROM audit_event WHERE action = $1 AND input::text LIKE $2', [action, `%${text}%`]);
  return events.length;
}

describe('a prediction segment', () => {
  it('is taken once however often its node sends it, and starts one job', async () => {
    const input = await segment();
    const first = await edge.send<{ recordPredictionSegment: { job: object } }>(SEGMENT, { input });
    expect(await edge.send(SEGMENT, { input })).toEqual(first);
    expect(first.recordPredictionSegment.job).toMatchObject({ queue: 'monitoring', status: 'QUEUED' });
    expect(await auditsOf('recordPredictionSegment', String(input['artifactDigest']))).toBe(1);
  });

  it('that is sent several times at once is taken once, and told once', async () => {
    const input = await segment();
    const answers = await Promise.all(Array.from({ length: 6 }, () => edge.send(SEGMENT, { input })));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await auditsOf('recordPredictionSegment', String(input['artifactDigest']))).toBe(1);
    expect(await plane.dataSource.manager.countBy(PredictionSegment, { artifactDigest: String(input['artifactDigest']) })).toBe(1);
  });

  it('with a number that is known with other content is refused', async () => {
    const [input, other] = [await segment(), await segment()];
    await edge.send(SEGMENT, { input });
    expect(await edge.refusal(SEGMENT, { input: { ...input, artifactDigest: other['artifactDigest'] } })).toMatchObject({
      code: 'CONFLICT',
      fields: { path: 'input.sequence', lastSequence: input['sequence'] },
    });
  });

  it('cannot make the content of another workspace its own', async () => {
    const theirs = await plane.workspace();
    const stored = await fetch(`${plane.url}/artifacts`, {
      method: 'PUT',
      body: 'their rows',
      headers: { authorization: `Bearer ${theirs.secret}`, 'content-type': 'application/octet-stream' },
    });
    const { digest } = (await stored.json()) as { digest: string };
    expect(await edge.refusal(SEGMENT, { input: { ...(await segment()), artifactDigest: digest } })).toMatchObject({ code: 'ARTIFACT_MISSING' });
    const read = await fetch(`${plane.url}/artifacts/${digest}`, { headers: { authorization: `Bearer ${team.secret}` } });
    expect(read.status).toBe(404);
  });

  it('whose content nobody stored, whose times are reversed, or whose summaries make no sense is refused', async () => {
    const input = await segment();
    expect(await edge.refusal(SEGMENT, { input: { ...input, artifactDigest: `sha256:${'f'.repeat(64)}` } })).toMatchObject({ code: 'ARTIFACT_MISSING' });
    expect(await edge.refusal(SEGMENT, { input: { ...input, artifactDigest: 'md5:1' } })).toMatchObject({
      code: 'BAD_INPUT',
      fields: { path: 'input.artifactDigest' },
    });
    expect(await edge.refusal(SEGMENT, { input: { ...input, maxEventTime: '2000-01-01T00:00:00Z' } })).toMatchObject({
      code: 'BAD_INPUT',
      fields: { path: 'input.maxEventTime' },
    });
    expect(await edge.refusal(SEGMENT, { input: { ...input, rows: -1 } })).toMatchObject({ code: 'BAD_INPUT', fields: { path: 'input.rows' } });
    expect(await edge.refusal(SEGMENT, { input: { ...input, summaries: [{ rows: 1 }] } })).toMatchObject({
      code: 'BAD_INPUT',
      fields: { path: expect.stringMatching(/^input\.summaries\.0\./) },
    });
    const score = { kind: 'numeric', edges: [], counts: [1], nulls: 0, sum: 1, sumOfSquares: 1, min: 1, max: 1 };
    const unknown = { windowStart: AT, rows: 1, features: {}, score, modelVersionId: 'mv_missing' };
    expect(await edge.refusal(SEGMENT, { input: { ...input, summaries: [unknown] } })).toMatchObject({ code: 'NOT_FOUND', fields: { id: 'mv_missing' } });
    const known = { ...unknown, modelVersionId: (await buildModelVersion(team.workspace)).id };
    await edge.send(SEGMENT, { input: { ...input, summaries: [known] } });
  });
});

describe('a measurement', () => {
  const result = { p50: 1, p95: 2, p99: 3, rowsPerSecond: 1000, loadMilliseconds: 5, residentBytes: 1000 };

  it('is kept as it came first, and takes itself off what nodes have to do', async () => {
    const { id, environmentId } = await buildEnvironmentAssessment(team.workspace, { environmentId: node.environmentId, nodeClass: node.nodeClass });
    await edge.send(MEASURE, { input: { environmentAssessmentId: id, result } });
    await edge.send(MEASURE, { input: { environmentAssessmentId: id, error: { code: 'MODEL_INVALID', message: 'too late' } } });
    expect(await plane.dataSource.manager.findOneBy(EnvironmentAssessment, { id })).toMatchObject({ status: 'SUCCEEDED', result, error: null });
    expect(await auditsOf('recordMeasurement', id)).toBe(1);
    expect(await plane.dataSource.manager.findOneBy(Environment, { id: environmentId })).toMatchObject({ generation: 1 });
  });

  it('that failed says why; one that says both or neither is refused', async () => {
    const { id } = await buildEnvironmentAssessment(team.workspace, { environmentId: node.environmentId, nodeClass: node.nodeClass });
    const error = { code: 'MODEL_INVALID', message: 'The file is no ONNX model.', retryable: false, fields: {} };
    expect(await edge.refusal(MEASURE, { input: { environmentAssessmentId: id, result, error } })).toMatchObject({ code: 'BAD_INPUT' });
    expect(await edge.refusal(MEASURE, { input: { environmentAssessmentId: id } })).toMatchObject({ code: 'BAD_INPUT' });
    await edge.send(MEASURE, { input: { environmentAssessmentId: id, error } });
    expect(await plane.dataSource.manager.findOneBy(EnvironmentAssessment, { id })).toMatchObject({ status: 'FAILED', result: null, error });
  });
});
