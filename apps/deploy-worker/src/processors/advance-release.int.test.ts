import { writeFile } from 'node:fs/promises';
import { environmentPolicySchema, JOB_CATALOG, MillraceError } from '@millrace/contracts';
import { AssignedVersion, Endpoint, Environment, EnvironmentAssessment, Evaluation, JobLedger, ModelAlias, UseCase } from '@millrace/db';
import { FilesystemStore } from '@millrace/storage';
import { buildEvaluation, buildRelease, temporaryFolder } from '@millrace/testing';
import { WorkerStopped } from '@millrace/queue';
import { describe, expect, it } from 'vitest';
import { MODEL_SIGNATURE, modelBytes } from '../fixtures/onnx-model.fixture.ts';
import { releaseScenes, CHECKED, QUICK, type SceneOptions } from '../fixtures/release-scenes.fixture.ts';
import { advanceRelease } from './advance-release.processor.ts';

const LAST = JOB_CATALOG['advance-release'].attempts;
const scenes = releaseScenes();
const { sceneOf, leaseOf, contextOf, services, advance, stepsOf, kindsOf, trafficOf, reload } = scenes;

describe('a good release', () => {
  it('passes its checks and its canary and is promoted, each step with its evidence', async () => {
    const scene = await sceneOf();
    expect(await advance(scene)).toBe('PROMOTED');
    expect(await kindsOf(scene)).toEqual([...CHECKED, 'canary PASSED', 'promote PASSED']);
    const [artifact, , offline, latency, canary] = await stepsOf(scene);
    expect(artifact?.evidence).toMatchObject({ digest: scenes.digest(), bytes: modelBytes().length });
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
    const { manager } = scenes.database().dataSource;
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
    expect(canary?.evidence['reason']).toMatch(/^0 of \d+ requests failed in [\d.]+ s at 10 %; with 95 % confidence its error rate is below 5 %$/);
    expect(await trafficOf(scene)).toEqual([{ modelVersionId: scene.candidate.id, weight: 100 }]);
  });

  it.each([true, false])('goes through several canary steps (beside a live version: %s)', async (live) => {
    const step = { minimumRequests: 1, holdSeconds: 0, maximumErrorRate: 0.01 };
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

const textDigest = async (): Promise<string> => (await scenes.storage().put(new TextEncoder().encode('not a model'))).digest;

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
    expect(await scenes.database().dataSource.manager.countBy(AssignedVersion, { environmentId: scene.environmentId })).toBe(0);
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
    await scenes.database().dataSource.query('UPDATE model_version SET signature = $2 WHERE id = $1', [scene.live?.id, JSON.stringify(signature)]);
    expect(await advance(scene)).toBe('REJECTED');
    expect((await stepsOf(scene)).at(-1)).toMatchObject({
      kind: 'signature-compatible',
      status: 'FAILED',
      evidence: { side: 'input', tensor: 'origin', expected: 'BYTES [-1]', given: 'nothing' },
    });
  });

  it('a champion that was better on the same rows rejects the release', async () => {
    const scene = await sceneOf();
    const { datasetVersionId } = await scenes.database().dataSource.manager.findOneByOrFail(Evaluation, { modelVersionId: scene.candidate.id });
    await buildEvaluation(scenes.workspace(), { modelVersionId: scene.live?.id ?? '', datasetVersionId, metrics: { auc: 0.8 } });
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
    const first = await buildRelease(scenes.workspace(), { endpointId: scene.endpointId, environmentId: scene.environmentId, status: 'CANARY' });
    expect(await advance(scene)).toBe('REJECTED');
    expect((await reload(scene)).reason).toBe(`Release ${first.id} of the same endpoint is under way; start this one when it is decided`);
  });
});

describe('delivery', () => {
  it('a release that was decided before its worker died stays so, and its job succeeds, also when somebody cancels it then', async () => {
    const scene = await sceneOf();
    await advanceRelease(services())(contextOf(await leaseOf(scene, 'worker-1', 0), scene.release));
    await new JobLedger(scenes.database()).requestCancel(scene.release.jobId).then(() => new JobLedger(scenes.database()).sweep());
    expect(await advance(scene)).toBe('PROMOTED');
  });

  it('two deliveries of one release advance it once', async () => {
    const scene = await sceneOf();
    const lease = await leaseOf(scene);
    expect(await new JobLedger(scenes.database()).lease(scene.release.jobId, 'worker-2', 30)).toBeUndefined();
    const handler = advanceRelease(services());
    await handler(contextOf(lease, scene.release));
    const before = await scenes.database().dataSource.manager.findOneByOrFail(Environment, { id: scene.environmentId });
    expect(await handler(contextOf(lease, scene.release))).toEqual({ status: 'PROMOTED' });
    expect(await scenes.database().dataSource.manager.findOneByOrFail(Environment, { id: scene.environmentId })).toMatchObject({
      generation: before.generation,
    });
    expect(await kindsOf(scene)).toHaveLength(6);
  });

  it('a release that was killed in its canary is finished by the next attempt, and nothing is done twice', async () => {
    const endless = { canarySteps: [{ weight: 10, minimumRequests: 1_000_000_000, holdSeconds: 0, maximumErrorRate: 0.05 }] };
    const scene = await sceneOf({ policy: endless });
    const lost = await leaseOf(scene, 'worker-1', 0);
    const killed = new AbortController();
    const first = advanceRelease(services())(contextOf(lost, scene.release, killed.signal)).catch((error: unknown) => error);
    while ((await kindsOf(scene)).at(-1) !== 'canary RUNNING' || (await reload(scene)).status !== 'CANARY');
    const lease = await leaseOf(scene, 'worker-2');
    await scenes.database().dataSource.manager.update(Environment, { id: scene.environmentId }, { policy: environmentPolicySchema.parse(QUICK) });

    expect(await advanceRelease(services())(contextOf(lease, scene.release))).toEqual({ status: 'PROMOTED' });
    killed.abort();
    await first;
    expect(await kindsOf(scene)).toEqual([...CHECKED, 'canary PASSED', 'promote PASSED']);
    expect(await scenes.database().dataSource.manager.countBy(EnvironmentAssessment, { environmentId: scene.environmentId })).toBe(1);
    // Measurement, canary, promotion, and letting go of the assigned version.
    expect(await scenes.database().dataSource.manager.findOneByOrFail(Environment, { id: scene.environmentId })).toMatchObject({ generation: 4 });
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
    ['is cancelled gives the traffic back', new MillraceError('JOB_CANCELLED', 'Job was cancelled.'), 1, 'ROLLED_BACK'],
    ['meets a passing fault for the last time gives the traffic back', new MillraceError('UNAVAILABLE', 'Job was cancelled.'), LAST, 'ROLLED_BACK'],
    ['meets a passing fault is not given up', new MillraceError('UNAVAILABLE', 'Job was cancelled.'), LAST - 1, 'CANARY'],
    ['has its worker stopped, for the last time of many, is not given up', new WorkerStopped(), LAST, 'CANARY'],
  ] as const)('a release that in its canary %s', async (_what, fault, tries, status) => {
    const scene = await sceneOf({ policy: { canarySteps: [{ weight: 10, minimumRequests: 1_000_000, holdSeconds: 0, maximumErrorRate: 0.5 }] } });
    const stop = new AbortController();
    const run = advanceRelease(services())({ ...contextOf(await leaseOf(scene), scene.release, stop.signal), tries }).catch((error: unknown) => error);
    while ((await reload(scene)).status !== 'CANARY');
    stop.abort(fault);
    expect(await run).toBe(fault);
    const gaveUp = status === 'ROLLED_BACK';
    expect(await reload(scene)).toMatchObject({ status, reason: gaveUp ? 'The release could not be carried on: Job was cancelled.' : null });
    const before = [{ modelVersionId: scene.live?.id, weight: 100 }];
    expect(await trafficOf(scene)).toEqual(gaveUp ? before : expect.arrayContaining([{ modelVersionId: scene.candidate.id, weight: 10 }]));
  });
});
