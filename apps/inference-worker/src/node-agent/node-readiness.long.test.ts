import { servingOptionsSchema } from '@millrace/contracts';
import { FilesystemStore } from '@millrace/storage';
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { join } from 'node:path';
import { InferenceEngine } from '../engine/inference-engine.ts';
import type { MemoryControlPlane } from '../fixtures/memory-control-plane.fixture.ts';
import type { FixtureModel } from '../fixtures/models.fixture.ts';
import { MORTAL_VALUE } from '../fixtures/mortal-session.fixture.ts';
import { askFlights, NodeFixture, numberedModel, readiness } from '../fixtures/node.fixture.ts';
import { recordingLogger } from '../fixtures/recording-logger.fixture.ts';
import { RouteTable } from '../serving/route-table.ts';
import { AssignmentApplier } from './assignment-applier.ts';

let nodes: NodeFixture;
let controlPlane: MemoryControlPlane;

beforeEach(async () => {
  nodes = await NodeFixture.make();
  ({ controlPlane } = nodes);
});
afterEach(() => nodes.close());

/** Assigned, but its artifact is not to be had. */
function assignLost(model: FixtureModel, endpoint: string, required = true): void {
  const serving = servingOptionsSchema.parse({ required, maximumBatchRows: 4 });
  controlPlane.assign({ ...model, version: { ...model.version, serving } }, endpoint);
  controlPlane.artifacts.delete(model.version.artifactDigest);
}

test('a node is ready when every required model with traffic can answer, and there is one', async () => {
  const node = await nodes.start();
  expect(await readiness(node)).toBe(503);
  controlPlane.assign(numberedModel(1), 'unreleased');
  const [endpoint] = controlPlane.assignment.endpoints;
  if (endpoint !== undefined) controlPlane.assignment = { ...controlPlane.assignment, endpoints: [{ ...endpoint, traffic: [] }] };
  assignLost(numberedModel(4), 'optional', false);
  await node.agent.beat();
  expect(await readiness(node)).toBe(503);
  controlPlane.assign(numberedModel(1), 'flights');
  await node.agent.beat();
  expect(await readiness(node)).toBe(200);
  assignLost(numberedModel(2), 'optional', false);
  await node.agent.beat();
  expect(await readiness(node)).toBe(200);
  assignLost(numberedModel(3), 'needed');
  await node.agent.beat();
  expect(await readiness(node)).toBe(503);
});

test('a load that failed for a passing reason is tried again, also while the control plane is away', async () => {
  const node = await nodes.start();
  controlPlane.assign(numberedModel(1), 'flights');
  const fetching = controlPlane.downloadArtifact.bind(controlPlane);
  controlPlane.downloadArtifact = async (digest) => {
    controlPlane.away = true;
    return fetching(digest);
  };
  await node.agent.beat();
  expect(await readiness(node)).toBe(503);
  controlPlane.downloadArtifact = async (digest) => controlPlane.artifacts.get(digest) ?? new Uint8Array();
  await node.agent.beat();
  expect(await readiness(node)).toBe(200);
  expect(await askFlights(node, 1)).toMatchObject({ status: 200 });
});

/** Downloads wait from now on until the returned function is called; `begun` resolves with the first. */
function holdDownloads(): { readonly begun: Promise<void>; readonly release: () => void } {
  const fetching = controlPlane.downloadArtifact.bind(controlPlane);
  const releases: (() => void)[] = [];
  const released = new Promise<void>((resolve) => {
    releases.push(resolve);
  });
  const begun = new Promise<void>((resolve) => {
    controlPlane.downloadArtifact = async (digest) => {
      resolve();
      await released;
      return fetching(digest);
    };
  });
  return {
    begun,
    release: () => {
      for (const release of releases) release();
    },
  };
}

test('a node stays ready while it loads models for the next assignment', async () => {
  const node = await nodes.start();
  controlPlane.assign(numberedModel(1), 'flights');
  await node.agent.beat();
  const { begun, release } = holdDownloads();
  controlPlane.assign(numberedModel(2), 'more');
  const beat = node.agent.beat();
  await begun;
  expect(await readiness(node)).toBe(200);
  expect(await askFlights(node, 1)).toMatchObject({ status: 200, body: { model_version: '1' } });
  release();
  await beat;
  expect(await readiness(node)).toBe(200);
});

test('a node that loads for a long time is not silent, and learns meanwhile that a token was revoked', async () => {
  controlPlane.assign(numberedModel(1), 'flights');
  const access = [{ tokenHash: createHash('sha256').update('s3cret').digest('hex'), endpoints: null, expiresAt: null }];
  controlPlane.assignment = { ...controlPlane.assignment, access };
  const node = await nodes.start({ access: 'token', heartbeatMilliseconds: 5 });
  expect(await askFlights(node, 1, { token: 's3cret' })).toMatchObject({ status: 200 });
  const { begun, release } = holdDownloads();
  controlPlane.assign(numberedModel(2), 'more');
  await begun;
  const heard = controlPlane.heartbeats.length;
  await expect.poll(() => controlPlane.heartbeats.length).toBeGreaterThan(heard + 3);
  controlPlane.assignment = { ...controlPlane.assignment, generation: controlPlane.assignment.generation + 1, access: [] };
  await expect.poll(async () => (await askFlights(node, 1, { token: 's3cret' })).status).toBe(401);
  release();
});

test('more models than memory are all served and reported, and the node is ready', async () => {
  const node = await nodes.start({ memoryBudgetBytes: process.memoryUsage.rss() + 60 * 2 ** 20 });
  const numbers = [1, 2, 3, 4, 5, 6, 7, 8];
  for (const number of numbers) controlPlane.assign(numberedModel(number), `flights-${number}`);
  await node.agent.beat();
  const isLoaded = async (): Promise<boolean> => {
    await node.agent.beat();
    return controlPlane.heartbeats.at(-1)?.versionStates.every(({ state }) => state === 'LOADED') === true;
  };
  // Loads that are late go on after the beat.
  await expect.poll(isLoaded, { timeout: 100_000 }).toBe(true);
  expect(await readiness(node)).toBe(200);
  const report = controlPlane.heartbeats.at(-1);
  expect(report).toMatchObject({ servedGeneration: 8, versionStates: numbers.map((number) => ({ modelVersionId: `mv_${number}`, state: 'LOADED' })) });
  expect(report?.stats.versions.map(({ residence }) => residence)).toContain('evicted');
  const answers = await Promise.all(numbers.map((number) => askFlights(node, 10, { endpoint: `flights-${number}` })));
  expect(answers.map(({ body }) => body.outputs?.[0]?.data[0])).toEqual(numbers.map((number) => 10 + number));
  expect(await readiness(node)).toBe(200);
}, 120_000);

test('a model that needs more than the budget fails alone, for a reason that may pass', async () => {
  const node = await nodes.start({ memoryBudgetBytes: process.memoryUsage.rss() + 60 * 2 ** 20 });
  controlPlane.assign(numberedModel(1), 'flights');
  const large = numberedModel(2);
  controlPlane.assign({ ...large, version: { ...large.version, artifactBytes: 100 * 2 ** 20 } });
  await node.agent.beat();
  await node.agent.beat();
  expect(controlPlane.heartbeats.at(-1)?.versionStates).toMatchObject([
    { modelVersionId: 'mv_1', state: 'LOADED' },
    { modelVersionId: 'mv_2', state: 'FAILED', error: { code: 'UNAVAILABLE', retryable: true, fields: { needBytes: 150 * 2 ** 20 } } },
  ]);
  expect(await askFlights(node, 1)).toMatchObject({ status: 200 });
});

test('a node that drains is not ready at once, and answers what still comes', async () => {
  controlPlane.assign(numberedModel(1), 'flights');
  const node = await nodes.start();
  node.agent.drain();
  expect(await readiness(node)).toBe(503);
  expect(await askFlights(node, 1)).toMatchObject({ status: 200 });
});

test('a node whose sessions died for good is not ready until they are opened again', async () => {
  const engine = new InferenceEngine({
    provider: 'cpu',
    limits: { maximumBatchRows: 4, maximumQueuedRows: 100 },
    sessionEntry: new URL('../fixtures/mortal-session.fixture.ts', import.meta.url),
    restarts: { attempts: 0, firstBackoffMilliseconds: 1 },
  });
  const applier = new AssignmentApplier({
    engine,
    routes: new RouteTable(),
    artifacts: new FilesystemStore(join(nodes.stateFolder, 'artifacts')),
    shadows: { keep: () => undefined },
    routed: { keep: () => undefined },
    client: controlPlane,
    logger: recordingLogger(),
  });
  controlPlane.assign(numberedModel(1), 'flights');
  await applier.apply(controlPlane.assignment);
  expect(applier).toMatchObject({ isReady: true, isWorthRetrying: false });
  const run = (distance: number) =>
    engine.infer('mv_1', {
      rows: 1,
      inputs: {
        distance: { datatype: 'FP32', shape: [1, 1], data: Float32Array.of(distance) },
        origin: { datatype: 'BYTES', shape: [1, 1], data: [''] },
        flight: { datatype: 'INT64', shape: [1, 1], data: BigInt64Array.of(1n) },
      },
    });
  await expect(run(MORTAL_VALUE)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(applier).toMatchObject({ isReady: false, isWorthRetrying: true });
  await applier.apply(controlPlane.assignment);
  expect(applier).toMatchObject({ isReady: true, isWorthRetrying: false });
  expect((await run(1))['score']?.data[0]).toBe(2);
  await engine.close();
});

test('a node that drains says so to its callers and to the control plane, and still answers until the drain is over', async () => {
  const node = await nodes.start({ drainMilliseconds: 400 });
  controlPlane.assign(numberedModel(1), 'flights');
  await node.agent.beat();
  const closed = nodes.stop(node);
  expect(await readiness(node)).toBe(503);
  expect(await askFlights(node, 1)).toMatchObject({ status: 200 });
  await closed;
  expect(controlPlane.heartbeats.filter(({ draining }) => draining).length).toBeGreaterThanOrEqual(2);
  await expect(readiness(node)).rejects.toThrow();
});
