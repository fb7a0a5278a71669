import { writeFile } from 'node:fs/promises';
import { environmentPolicySchema, JOB_CATALOG, MillraceError, type EnvironmentPolicyInput } from '@millrace/contracts';
import {
  AssignedVersion,
  Endpoint,
  enqueueJob,
  Environment,
  EnvironmentAssessment,
  Evaluation,
  JobLedger,
  ModelAlias,
  Release,
  ReleaseStep,
  UseCase,
  type Lease,
  type ModelVersion,
} from '@millrace/db';
import type { JobContext } from '@millrace/queue';
import { FilesystemStore } from '@millrace/storage';
import {
  attemptOf,
  buildEndpoint,
  buildEnvironment,
  buildEvaluation,
  buildModel,
  buildModelVersion,
  buildNode,
  buildRelease,
  buildUseCase,
  createTestDatabase,
  seedWorkspace,
  temporaryFolder,
  type TemporaryFolder,
  type TestDatabase,
  type TestWorkspace,
} from '@millrace/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MODEL_SIGNATURE, modelBytes } from '../fixtures/onnx-model.fixture.ts';
import { SimulatedNode, type NodeBehaviour } from '../fixtures/simulated-node.fixture.ts';
import type { DeployServices } from '../steps/release-context.ts';
import { advanceRelease } from './advance-release.processor.ts';

let database: TestDatabase;
let folder: TemporaryFolder;
let storage: FilesystemStore;
let workspace: TestWorkspace;
let digest: string;
const nodes: SimulatedNode[] = [];

beforeAll(async () => {
  [database, folder] = await Promise.all([createTestDatabase({ poolSize: 10 }), temporaryFolder()]);
  storage = new FilesystemStore(folder.path);
  ({ digest } = await storage.put(modelBytes()));
});
beforeEach(async () => {
  workspace = await seedWorkspace(database.dataSource);
});
afterEach(async () => {
  await Promise.all(nodes.splice(0).map((node) => node.stop()));
});
afterAll(() => Promise.all([database.drop(), folder.remove()]));

interface Scene {
  readonly release: Release;
  readonly candidate: ModelVersion;
  readonly live: ModelVersion | undefined;
  readonly endpointId: string;
  readonly environmentId: string;
}

interface SceneOptions {
  readonly policy?: EnvironmentPolicyInput;
  readonly candidate?: Partial<ModelVersion>;
  readonly metrics?: Record<string, number>;
  readonly live?: boolean;
  readonly node?: NodeBehaviour | ((candidate: ModelVersion) => NodeBehaviour) | 'none';
}

const QUICK = { canarySteps: [{ weight: 10, minimumRequests: 5, holdSeconds: 0, maximumErrorRate: 0.05 }] };

async function sceneOf({
  policy = QUICK,
  candidate: overrides = {},
  metrics = { auc: 0.7 },
  live: hasLive = true,
  node = { perBeat: { requests: 1, errors: 0 } },
}: SceneOptions = {}): Promise<Scene> {
  const { id: useCaseId } = await buildUseCase(workspace, { status: 'BUILDING' });
  const { id: modelId } = await buildModel(workspace, { useCaseId });
  const artifact = { modelId, artifactDigest: digest, signature: MODEL_SIGNATURE };
  const live = hasLive ? await buildModelVersion(workspace, { ...artifact, version: 1 }) : undefined;
  const candidate = await buildModelVersion(workspace, { ...artifact, version: 2, ...overrides });
  await buildEvaluation(workspace, { modelVersionId: candidate.id, metrics, baselineMetrics: { auc: 0.5 } });
  const environment = await buildEnvironment(workspace, { policy: environmentPolicySchema.parse(policy) });
  const endpoint = await buildEndpoint(workspace, {
    environmentId: environment.id,
    useCaseId,
    traffic: live === undefined ? [] : [{ modelVersionId: live.id, weight: 100 }],
  });
  const job = await enqueueJob(database.dataSource.manager, { workspaceId: workspace.id, name: 'advance-release', payload: { releaseId: 'rel_unknown' } });
  const release = await buildRelease(workspace, {
    endpointId: endpoint.id,
    environmentId: environment.id,
    modelVersionId: candidate.id,
    jobId: job.id,
    previousTraffic: endpoint.traffic,
  });
  if (node !== 'none') {
    const { id } = await buildNode(workspace, { environmentId: environment.id });
    nodes.push(SimulatedNode.start(database.dataSource, id, typeof node === 'function' ? node(candidate) : node));
  }
  return { release, candidate, live, endpointId: endpoint.id, environmentId: environment.id };
}

async function leaseOf({ release }: Scene, holder = 'worker-1', seconds = 30): Promise<Lease> {
  const leased = await new JobLedger(database).lease(release.jobId, holder, seconds);
  if (leased === undefined) throw new Error('the job could not be leased');
  return leased.lease;
}

const ignore = (): void => undefined;

function contextOf(lease: Lease, release: Release, signal = new AbortController().signal): JobContext<'advance-release'> {
  return {
    ...attemptOf(database.dataSource, lease),
    workspaceId: workspace.id,
    payload: { releaseId: release.id },
    signal,
    progress: ignore,
    log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
  };
}

function services(overrides: Partial<DeployServices['timing']> = {}): DeployServices {
  return {
    dataSource: database.dataSource,
    storage,
    timing: { pollMilliseconds: 5, nodeTimeoutSeconds: 20, measurementTimeoutSeconds: 20, nodeLostSeconds: 15, ...overrides },
  };
}

async function advance(scene: Scene, overrides: Partial<DeployServices['timing']> = {}): Promise<string> {
  return (await advanceRelease(services(overrides))(contextOf(await leaseOf(scene), scene.release))).status;
}

const stepsOf = async ({ release }: Scene): Promise<ReleaseStep[]> =>
  database.dataSource.manager.find(ReleaseStep, { where: { releaseId: release.id }, order: { sequence: 'ASC' } });
const kindsOf = async (scene: Scene): Promise<string[]> => (await stepsOf(scene)).map(({ kind, status }) => `${kind} ${status}`);
const trafficOf = async ({ endpointId }: Scene): Promise<unknown> => (await database.dataSource.manager.findOneByOrFail(Endpoint, { id: endpointId })).traffic;
const reload = ({ release }: Scene): Promise<Release> => database.dataSource.manager.findOneByOrFail(Release, { id: release.id });
const CHECKED = ['artifact-loads PASSED', 'signature-compatible PASSED', 'offline-metric PASSED', 'latency PASSED'];

describe('a good release', () => {
  it('passes its checks and its canary and is promoted, each step with its evidence', async () => {
    const scene = await sceneOf();
    expect(await advance(scene)).toBe('PROMOTED');
    expect(await kindsOf(scene)).toEqual([...CHECKED, 'canary PASSED', 'promote PASSED']);
    const [artifact, , offline, latency, canary] = await stepsOf(scene);
    expect(artifact?.evidence).toMatchObject({ digest, bytes: modelBytes().length });
    expect(offline?.evidence).toMatchObject({ metric: 'auc', value: 0.7, baseline: 0.5 });
    expect(latency?.evidence).toMatchObject({ objectiveMilliseconds: 50, measurements: [{ nodeClass: 'cpu-2', result: { p95: 1 } }] });
    expect(canary?.evidence).toMatchObject({
      weight: 10,
      incumbent: scene.live?.id,
      errors: 0,
      traffic: [
        { modelVersionId: scene.candidate.id, weight: 10 },
        { modelVersionId: scene.live?.id, weight: 90 },
      ],
    });
    expect(await trafficOf(scene)).toEqual([{ modelVersionId: scene.candidate.id, weight: 100 }]);
  });

  it('makes its version the champion and its use case live, takes it out of the shadow, and leaves nothing assigned', async () => {
    const scene = await sceneOf();
    const { manager } = database.dataSource;
    await manager.update(Endpoint, { id: scene.endpointId }, { shadow: { modelVersionId: scene.candidate.id, share: 10 } });
    await advance(scene);
    expect(await manager.findOneByOrFail(ModelAlias, { modelId: scene.candidate.modelId, name: 'champion' })).toMatchObject({
      modelVersionId: scene.candidate.id,
    });
    const { useCaseId, shadow } = await manager.findOneByOrFail(Endpoint, { id: scene.endpointId });
    expect(shadow).toBeNull();
    expect(await manager.findOneByOrFail(UseCase, { id: useCaseId })).toMatchObject({ status: 'LIVE' });
    expect(await manager.countBy(AssignedVersion, { environmentId: scene.environmentId })).toBe(0);
  });

  it('is a canary where nothing was live, too: its share first, then all of the traffic', async () => {
    const scene = await sceneOf({ live: false });
    expect(await advance(scene)).toBe('PROMOTED');
    const canary = (await stepsOf(scene))[4];
    expect(canary).toMatchObject({ kind: 'canary', status: 'PASSED' });
    expect(canary?.evidence).toMatchObject({ weight: 10, incumbent: null, errors: 0, traffic: [{ modelVersionId: scene.candidate.id, weight: 10 }] });
    expect(canary?.evidence['reason']).toMatch(/^0 of \d+ requests failed in [\d.]+ s at 10 %$/);
    expect(await trafficOf(scene)).toEqual([{ modelVersionId: scene.candidate.id, weight: 100 }]);
  });

  it.each([true, false])('goes through several canary steps (beside a live version: %s)', async (live) => {
    const step = { minimumRequests: 1, holdSeconds: 0, maximumErrorRate: 0 };
    const scene = await sceneOf({
      live,
      policy: {
        canarySteps: [
          { ...step, weight: 10 },
          { ...step, weight: 50 },
        ],
      },
    });
    expect(await advance(scene)).toBe('PROMOTED');
    const steps = await stepsOf(scene);
    expect(steps.map(({ evidence }) => evidence['weight'])).toEqual([undefined, undefined, undefined, undefined, 10, 50, undefined]);
    expect(steps[5]?.evidence['traffic']).toEqual([
      { modelVersionId: scene.candidate.id, weight: 50 },
      ...(live ? [{ modelVersionId: scene.live?.id, weight: 50 }] : []),
    ]);
  });
});

const textDigest = async (): Promise<string> => (await storage.put(new TextEncoder().encode('not a model'))).digest;

describe('a failed check', () => {
  const other = { ...MODEL_SIGNATURE, inputs: [{ name: 'distance', datatype: 'FP64' as const, shape: [-1] }] };
  const cases: [string, () => Promise<SceneOptions>, string, object][] = [
    ['a missing artifact', async () => ({ candidate: { artifactDigest: `sha256:${'1'.repeat(64)}` } }), 'artifact-loads', { code: 'ARTIFACT_MISSING' }],
    ['a corrupt ONNX file', async () => ({ candidate: { artifactDigest: await textDigest() } }), 'artifact-loads', { code: 'MODEL_INVALID' }],
    [
      'another signature than the artifact',
      async () => ({ candidate: { signature: other } }),
      'artifact-loads',
      { code: 'SIGNATURE_MISMATCH', tensor: 'distance', expected: 'FP64 [-1]', given: 'FP32 [-1]' },
    ],
    ['a metric that is not better than the baseline', async () => ({ metrics: { auc: 0.5 } }), 'offline-metric', { value: 0.5, baseline: 0.5 }],
    ['an evaluation without the metric', async () => ({ metrics: { logLoss: 0.2 } }), 'offline-metric', { metric: 'auc' }],
    ['a latency above the objective', async () => ({ node: { p95: 51 } }), 'latency', { objectiveMilliseconds: 50 }],
  ];
  it.each(cases)('%s rejects the release and leaves the traffic alone', async (_name, options, kind, evidence) => {
    const scene = await sceneOf(await options());
    expect(await advance(scene)).toBe('REJECTED');
    const last = (await stepsOf(scene)).at(-1);
    expect(last).toMatchObject({ kind, status: 'FAILED', evidence });
    expect(await reload(scene)).toMatchObject({ status: 'REJECTED', reason: `${kind}: ${String(last?.evidence['reason'])}` });
    expect(await trafficOf(scene)).toEqual([{ modelVersionId: scene.live?.id, weight: 100 }]);
    expect(await database.dataSource.manager.countBy(AssignedVersion, { environmentId: scene.environmentId })).toBe(0);
  });

  it('a damaged artifact rejects the release', async () => {
    const elsewhere = await temporaryFolder();
    const damaged = new FilesystemStore(elsewhere.path);
    const stored = await damaged.put(modelBytes());
    await writeFile(damaged.path(stored.digest), 'damaged');
    const scene = await sceneOf();
    const { status } = await advanceRelease({ ...services(), storage: damaged })(contextOf(await leaseOf(scene), scene.release));
    expect(status).toBe('REJECTED');
    expect((await stepsOf(scene))[0]).toMatchObject({ status: 'FAILED', evidence: { code: 'ARTIFACT_CORRUPT' } });
    await elsewhere.remove();
  });

  it('another signature than the live version rejects the release', async () => {
    const scene = await sceneOf();
    const signature = { ...MODEL_SIGNATURE, inputs: [...MODEL_SIGNATURE.inputs, { name: 'origin', datatype: 'BYTES' as const, shape: [-1] }] };
    await database.dataSource.query('UPDATE model_version SET signature = $2 WHERE id = $1', [scene.live?.id, JSON.stringify(signature)]);
    expect(await advance(scene)).toBe('REJECTED');
    expect((await stepsOf(scene)).at(-1)).toMatchObject({
      kind: 'signature-compatible',
      status: 'FAILED',
      evidence: { side: 'input', tensor: 'origin', expected: 'BYTES [-1]', given: 'nothing' },
    });
  });

  it('a champion that was better on the same rows rejects the release', async () => {
    const scene = await sceneOf();
    const { datasetVersionId } = await database.dataSource.manager.findOneByOrFail(Evaluation, { modelVersionId: scene.candidate.id });
    await buildEvaluation(workspace, { modelVersionId: scene.live?.id ?? '', datasetVersionId, metrics: { auc: 0.8 } });
    expect(await advance(scene)).toBe('REJECTED');
    expect((await stepsOf(scene)).at(-1)).toMatchObject({ kind: 'offline-metric', evidence: { value: 0.7, liveValue: 0.8 } });
  });

  it('without a node the release is rejected and says what to do', async () => {
    const scene = await sceneOf({ node: 'none' });
    expect(await advance(scene, { nodeTimeoutSeconds: 0 })).toBe('REJECTED');
    expect((await reload(scene)).reason).toMatch(/^latency: No node of environment .* start an inference worker$/);
  });

  it('a release beside another one of the same endpoint is rejected', async () => {
    const scene = await sceneOf();
    const first = await buildRelease(workspace, { endpointId: scene.endpointId, environmentId: scene.environmentId, status: 'CANARY' });
    expect(await advance(scene)).toBe('REJECTED');
    expect((await reload(scene)).reason).toBe(`Release ${first.id} of the same endpoint is under way; start this one when it is decided`);
  });
});

describe('a canary', () => {
  it('that fails too often is rolled back and the traffic restored', async () => {
    const scene = await sceneOf({ node: { perBeat: { requests: 2, errors: 1 } } });
    expect(await advance(scene)).toBe('ROLLED_BACK');
    expect(await kindsOf(scene)).toEqual([...CHECKED, 'canary FAILED', 'roll-back PASSED']);
    expect(await trafficOf(scene)).toEqual([{ modelVersionId: scene.live?.id, weight: 100 }]);
    expect((await reload(scene)).reason).toMatch(/^canary: \d+ of \d+ requests failed; at most 5 % may$/);
    expect(await database.dataSource.manager.countBy(ModelAlias, { modelId: scene.candidate.modelId })).toBe(0);
  });

  it('of a first release that fails too often leaves the endpoint without traffic, as it was', async () => {
    const scene = await sceneOf({ live: false, node: { perBeat: { requests: 2, errors: 1 } } });
    expect(await advance(scene)).toBe('ROLLED_BACK');
    expect((await stepsOf(scene)).slice(4)).toMatchObject([
      { status: 'FAILED', evidence: { weight: 10, incumbent: null } },
      { kind: 'roll-back', evidence: { traffic: [] } },
    ]);
    expect(await trafficOf(scene)).toEqual([]);
  });

  it('outlives a node that cannot load for a passing reason', async () => {
    const scene = await sceneOf({ node: (candidate) => ({ stumblesOver: candidate.id, perBeat: { requests: 1, errors: 0 } }) });
    expect(await advance(scene)).toBe('PROMOTED');
  });

  it('that a node cannot load is rolled back with the reason of the node', async () => {
    const scene = await sceneOf({ node: (candidate) => ({ refuses: candidate.id }) });
    expect(await advance(scene)).toBe('ROLLED_BACK');
    expect((await reload(scene)).reason).toMatch(/^canary: Node .* cannot serve the model version: no such operator$/);
    expect(await trafficOf(scene)).toEqual([{ modelVersionId: scene.live?.id, weight: 100 }]);
  });

  it('whose sessions die is rolled back, though without traffic it has no errors any more', async () => {
    const scene = await sceneOf({
      policy: { canarySteps: [{ weight: 10, minimumRequests: 1_000_000, holdSeconds: 0, maximumErrorRate: 0.05 }] },
      node: (candidate) => ({ perBeat: { requests: 1, errors: 0 }, losesAfter: { modelVersionId: candidate.id, requests: 3 } }),
    });
    expect(await advance(scene)).toBe('ROLLED_BACK');
    // Told by the canary, or by the wait for the nodes before it where the sessions died sooner than that.
    expect((await reload(scene)).reason).toMatch(/^canary: .*its sessions end again and again/);
    expect(await trafficOf(scene)).toEqual([{ modelVersionId: scene.live?.id, weight: 100 }]);
  });
});

describe('delivery', () => {
  it('a release that was decided before its worker died stays so, and its job succeeds, also when somebody cancels it then', async () => {
    const scene = await sceneOf();
    await advanceRelease(services())(contextOf(await leaseOf(scene, 'worker-1', 0), scene.release));
    await new JobLedger(database).requestCancel(scene.release.jobId).then(() => new JobLedger(database).sweep());
    expect(await advance(scene)).toBe('PROMOTED');
  });

  it('two deliveries of one release advance it once', async () => {
    const scene = await sceneOf();
    const lease = await leaseOf(scene);
    expect(await new JobLedger(database).lease(scene.release.jobId, 'worker-2', 30)).toBeUndefined();
    const handler = advanceRelease(services());
    await handler(contextOf(lease, scene.release));
    const before = await database.dataSource.manager.findOneByOrFail(Environment, { id: scene.environmentId });
    expect(await handler(contextOf(lease, scene.release))).toEqual({ status: 'PROMOTED' });
    expect(await database.dataSource.manager.findOneByOrFail(Environment, { id: scene.environmentId })).toMatchObject({ generation: before.generation });
    expect(await kindsOf(scene)).toHaveLength(6);
  });

  it('a release that was killed in its canary is finished by the next attempt, and nothing is done twice', async () => {
    const endless = { canarySteps: [{ weight: 10, minimumRequests: 1_000_000, holdSeconds: 0, maximumErrorRate: 0.05 }] };
    const scene = await sceneOf({ policy: endless });
    const lost = await leaseOf(scene, 'worker-1', 0);
    const killed = new AbortController();
    const first = advanceRelease(services())(contextOf(lost, scene.release, killed.signal)).catch((error: unknown) => error);
    while ((await kindsOf(scene)).at(-1) !== 'canary RUNNING' || (await reload(scene)).status !== 'CANARY');
    const lease = await leaseOf(scene, 'worker-2');
    await database.dataSource.manager.update(Environment, { id: scene.environmentId }, { policy: environmentPolicySchema.parse(QUICK) });

    expect(await advanceRelease(services())(contextOf(lease, scene.release))).toEqual({ status: 'PROMOTED' });
    killed.abort();
    await first;
    expect(await kindsOf(scene)).toEqual([...CHECKED, 'canary PASSED', 'promote PASSED']);
    expect(await database.dataSource.manager.countBy(EnvironmentAssessment, { environmentId: scene.environmentId })).toBe(1);
    // Measurement, canary, promotion, and letting go of the assigned version.
    expect(await database.dataSource.manager.findOneByOrFail(Environment, { id: scene.environmentId })).toMatchObject({ generation: 4 });
  });

  it('an attempt that was overtaken cannot move traffic', async () => {
    const scene = await sceneOf();
    const stale = await leaseOf(scene, 'worker-1', 0);
    await leaseOf(scene, 'worker-2');
    await expect(advanceRelease(services())(contextOf(stale, scene.release))).rejects.toMatchObject({ code: 'STALE_ATTEMPT' });
    expect(await reload(scene)).toMatchObject({ status: 'PENDING' });
    expect(await kindsOf(scene)).toEqual([]);
  });

  it.each([
    ['is cancelled gives the traffic back', 'JOB_CANCELLED', 'ROLLED_BACK'],
    ['meets a passing fault after its job was run again by hand is not given up', 'UNAVAILABLE', 'CANARY'],
  ] as const)('a release that in its canary %s', async (_what, code, status) => {
    const scene = await sceneOf({ policy: { canarySteps: [{ weight: 10, minimumRequests: 1_000_000, holdSeconds: 0, maximumErrorRate: 1 }] } });
    const [stop, { attempts }] = [new AbortController(), JOB_CATALOG['advance-release']];
    const context = { ...contextOf(await leaseOf(scene), scene.release, stop.signal), attempt: attempts + 1, retriedAfter: attempts };
    const run = advanceRelease(services())(context).catch((error: unknown) => error);
    while ((await reload(scene)).status !== 'CANARY');
    stop.abort(new MillraceError(code, 'Job was cancelled.'));
    expect(await run).toMatchObject({ code });
    const gaveUp = status === 'ROLLED_BACK';
    expect(await reload(scene)).toMatchObject({ status, reason: gaveUp ? 'The release could not be carried on: Job was cancelled.' : null });
    const before = [{ modelVersionId: scene.live?.id, weight: 100 }];
    expect(await trafficOf(scene)).toEqual(gaveUp ? before : expect.arrayContaining([{ modelVersionId: scene.candidate.id, weight: 10 }]));
  });
});
