import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FilesystemStore } from '@millrace/storage';
import type { MemoryControlPlane } from '../fixtures/memory-control-plane.fixture.ts';
import { askFlights, NodeFixture, numberedModel } from '../fixtures/node.fixture.ts';

let nodes: NodeFixture;
let controlPlane: MemoryControlPlane;

beforeEach(async () => {
  nodes = await NodeFixture.make();
  ({ controlPlane } = nodes);
});
afterEach(() => nodes.close());

test('a node registers, serves what it is assigned and reports it', async () => {
  const node = await nodes.start();
  expect(controlPlane.registrations).toMatchObject([{ name: 'a', environment: 'production', url: node.url, executionProviders: ['cpu'] }]);
  expect((await askFlights(node, 1)).status).toBe(404);
  expect((await fetch(`${node.url}/v2/health/ready`)).status).toBe(503);

  controlPlane.assign(numberedModel(1), 'flights');
  await node.agent.beat();
  expect(await askFlights(node, 1)).toMatchObject({ status: 200, body: { model_version: '1', outputs: [{ data: [2] }, {}, {}] } });
  expect((await fetch(`${node.url}/v2/health/ready`)).status).toBe(200);
  await node.agent.beat();
  expect(controlPlane.heartbeats.at(-1)).toMatchObject({
    nodeId: 'node_a',
    servedGeneration: 1,
    draining: false,
    versionStates: [{ modelVersionId: 'mv_1', state: 'LOADED' }],
    stats: { versions: [{ modelVersionId: 'mv_1', requests: 1, errors: 0, rows: 1 }] },
  });
});

test('twenty swaps under load fail no request, and every answer is that of the version it names', async () => {
  const node = await nodes.start();
  controlPlane.assign(numberedModel(1), 'flights');
  await node.agent.beat();
  const failures: unknown[] = [];
  const seen = new Set<string | undefined>();
  const load = { on: true };
  let requests = 0;
  const clients = Array.from({ length: 4 }, async () => {
    while (load.on) {
      const answer = await askFlights(node, 10);
      requests++;
      if (answer.status === 200 && answer.body.outputs?.[0]?.data[0] === 10 + Number(answer.body.model_version)) seen.add(answer.body.model_version);
      else failures.push(answer);
    }
  });
  for (let version = 2; version <= 21; version++) {
    controlPlane.assignment = { ...controlPlane.assignment, versions: [] };
    controlPlane.assign(numberedModel(version), 'flights');
    await node.agent.beat();
    // The new version answers before the next swap begins.
    while (!seen.has(String(version)) && failures.length === 0)
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
  }
  load.on = false;
  await Promise.all(clients);
  expect(failures).toEqual([]);
  expect(seen.size).toBe(21);
  expect(requests).toBeGreaterThan(100);
  await node.agent.beat();
  expect(controlPlane.heartbeats.at(-1)).toMatchObject({ servedGeneration: 21, versionStates: [{ modelVersionId: 'mv_21', state: 'LOADED' }] });
}, 60_000);

test('a version that cannot be loaded takes no traffic and is reported with its reason', async () => {
  const node = await nodes.start();
  controlPlane.assign(numberedModel(1), 'flights');
  await node.agent.beat();
  const broken = numberedModel(2);
  controlPlane.assign(
    { ...broken, version: { ...broken.version, signature: { ...broken.version.signature, outputs: broken.version.signature.outputs.slice(1) } } },
    'flights',
  );
  await node.agent.beat();
  expect(await askFlights(node, 1)).toMatchObject({ status: 200, body: { model_version: '1' } });
  await node.agent.beat();
  expect(controlPlane.heartbeats.at(-1)).toMatchObject({
    servedGeneration: 2,
    versionStates: [
      { modelVersionId: 'mv_1', state: 'LOADED' },
      {
        modelVersionId: 'mv_2',
        state: 'FAILED',
        error: { code: 'SIGNATURE_MISMATCH', message: 'output "score": the signature has nothing, the model has FP32 [-1,1]' },
      },
    ],
  });
});

test('an artifact that arrives damaged is refused', async () => {
  const node = await nodes.start();
  const model = numberedModel(1);
  controlPlane.assign(model, 'flights');
  controlPlane.artifacts.set(model.version.artifactDigest, model.bytes.slice(1));
  await node.agent.beat();
  await node.agent.beat();
  expect(controlPlane.heartbeats.at(-1)?.versionStates).toMatchObject([{ modelVersionId: 'mv_1', state: 'FAILED', error: { code: 'ARTIFACT_CORRUPT' } }]);
});

test('after a restart a node serves without the control plane, and its predictions reach it later', async () => {
  controlPlane.assign(numberedModel(1), 'flights');
  await nodes.stop(await nodes.start());
  controlPlane.away = true;
  const node = await nodes.start();
  expect(await askFlights(node, 5, { id: 'r' })).toMatchObject({ status: 200, body: { model_version: '1' } });
  await node.log.closeSegments();
  expect(controlPlane.segments.size).toBe(0);
  controlPlane.away = false;
  await nodes.stop(node);
  expect(controlPlane.rows()).toMatchObject([{ event_id: 'r/0', endpoint: 'flights', model_version_id: 'mv_1', distance: 5, score: 6 }]);
});

test('a local copy that was damaged is fetched again', async () => {
  const model = numberedModel(1);
  controlPlane.assign(model, 'flights');
  await nodes.stop(await nodes.start());
  await writeFile(new FilesystemStore(join(nodes.stateFolder, 'artifacts')).path(model.version.artifactDigest), 'damaged');
  expect(await askFlights(await nodes.start(), 1)).toMatchObject({ status: 200 });
});

test('a node measures the version it is asked to measure, once', async () => {
  controlPlane.assign(numberedModel(1));
  controlPlane.assignment = { ...controlPlane.assignment, measurements: [{ environmentAssessmentId: 'eas_1', modelVersionId: 'mv_1' }] };
  const node = await nodes.start();
  await node.agent.measurementsDone();
  await node.agent.beat();
  await node.agent.measurementsDone();
  expect(controlPlane.measurements).toHaveLength(1);
  const [report] = controlPlane.measurements;
  if (report?.outcome.kind !== 'measured') throw new Error(`not measured: ${JSON.stringify(report)}`);
  const { p50, p95, p99, rowsPerSecond, loadMilliseconds, residentBytes } = report.outcome.result;
  expect([0, p50, p95, p99].toSorted((a, b) => a - b)).toEqual([0, p50, p95, p99]);
  expect(rowsPerSecond).toBeGreaterThan(0);
  expect(loadMilliseconds).toBeGreaterThan(0);
  expect(residentBytes).toBeGreaterThanOrEqual(0);
});

test('a node that stops drains, hands its predictions over and says so', async () => {
  controlPlane.assign(numberedModel(1), 'flights');
  const node = await nodes.start();
  const answers = Array.from({ length: 20 }, (_, i) => askFlights(node, i));
  await answers[0];
  const settled = Promise.allSettled(answers);
  await nodes.stop(node);
  const answered = (await settled).filter((answer) => answer.status === 'fulfilled' && answer.value.status === 200);
  expect(controlPlane.rows()).toHaveLength(answered.length);
  expect(controlPlane.heartbeats.at(-1)).toMatchObject({ draining: true });
});
