import { createHash } from 'node:crypto';
import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FilesystemStore } from '@millrace/storage';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { MemoryControlPlane } from '../fixtures/memory-control-plane.fixture.ts';
import { askFlights, NodeFixture, numberedModel, readiness } from '../fixtures/node.fixture.ts';

let nodes: NodeFixture;
let controlPlane: MemoryControlPlane;

beforeEach(async () => {
  nodes = await NodeFixture.make();
  ({ controlPlane } = nodes);
});
afterEach(() => nodes.close());

const tokenHash = (token: string): string => createHash('sha256').update(token).digest('hex');

/** Lets these tokens predict, and nobody else. */
function allow(...tokens: string[]): void {
  const { assignment } = controlPlane;
  const access = tokens.map((token) => ({ tokenHash: tokenHash(token), endpoints: null, expiresAt: null }));
  controlPlane.assignment = { ...assignment, generation: assignment.generation + 1, access };
}

test('the control plane may be away for as long as it likes, over a restart too: the node serves, and knows its callers', async () => {
  controlPlane.assign(numberedModel(1), 'flights');
  allow('good');
  await nodes.stop(await nodes.start({ access: 'token' }));
  controlPlane.away = true;
  const node = await nodes.start({ access: 'token' });
  for (let beats = 0; beats < 100; beats++) await node.agent.beat();
  expect(await readiness(node)).toBe(200);
  expect(await askFlights(node, 1, { token: 'good' })).toMatchObject({ status: 200, body: { model_version: '1' } });
  expect(await askFlights(node, 1, { token: 'bad' })).toMatchObject({ status: 401 });
  expect(await askFlights(node, 1)).toMatchObject({ status: 401 });
  expect(nodes.messages.filter((message) => message.startsWith('no word with the control plane'))).toHaveLength(1);
});

test('a token that was revoked is refused from the next exchange on', async () => {
  controlPlane.assign(numberedModel(1), 'flights');
  allow('old', 'new');
  const node = await nodes.start({ access: 'token' });
  expect(await askFlights(node, 1, { token: 'old' })).toMatchObject({ status: 200 });
  allow('new');
  await node.agent.beat();
  expect(await askFlights(node, 1, { token: 'old' })).toMatchObject({ status: 401 });
  expect(await askFlights(node, 1, { token: 'new' })).toMatchObject({ status: 200 });
});

test('the state of an older release, without serving options, shadows and access, is served', async () => {
  const { bytes, version } = numberedModel(1);
  await new FilesystemStore(join(nodes.stateFolder, 'artifacts')).put(bytes);
  const { serving: _serving, ...old } = version;
  const assignment = {
    generation: 7,
    versions: [old],
    endpoints: [{ endpointId: 'ep_1', name: 'flights', traffic: [{ modelVersionId: 'mv_1', weight: 100 }], monitor: { windowSeconds: 86_400 } }],
    measurements: [],
  };
  await writeState(JSON.stringify({ nodeId: 'node_a', assignment, profiles: {} }));
  controlPlane.away = true;
  const node = await nodes.start();
  expect(await readiness(node)).toBe(200);
  expect(await askFlights(node, 1)).toMatchObject({ status: 200, body: { model_version: '1' } });
});

test('a state file that was damaged is a first start', async () => {
  await writeState('{"nodeId": "node_a", "assi');
  controlPlane.assign(numberedModel(1), 'flights');
  expect(await askFlights(await nodes.start(), 1)).toMatchObject({ status: 200 });
});

test('a disk that is full keeps nobody from being served, now or after a restart, and the assignment is remembered when there is room', async () => {
  controlPlane.assign(numberedModel(1), 'flights');
  await nodes.stop(await nodes.start());
  const obstacle = join(nodes.stateFolder, 'node.json.temporary');
  await mkdir(obstacle);
  const node = await nodes.start();
  expect(await askFlights(node, 1)).toMatchObject({ status: 200, body: { model_version: '1' } });
  controlPlane.assign(numberedModel(2), 'flights');
  await node.agent.beat();
  expect(await askFlights(node, 1)).toMatchObject({ status: 200, body: { model_version: '2' } });
  expect(nodes.messages).toContain('assignment could not be remembered; a restart without the control plane would serve the one before');
  expect(nodes.messages.filter((message) => message.startsWith('no word'))).toEqual([]);
  await rmdir(obstacle);
  await node.agent.beat();
  expect(JSON.parse(await readFile(join(nodes.stateFolder, 'node.json'), 'utf8'))).toMatchObject({ assignment: { generation: 2 } });
});

test('an assignment that cannot be read changes nothing, and is not remembered', async () => {
  controlPlane.assign(numberedModel(1), 'flights');
  const node = await nodes.start();
  const good = controlPlane.assignment;
  controlPlane.assignment = { ...good, generation: good.generation + 1, endpoints: 'none' as never };
  await node.agent.beat();
  expect(await readiness(node)).toBe(200);
  expect(JSON.parse(await readFile(join(nodes.stateFolder, 'node.json'), 'utf8'))).toMatchObject({ assignment: { generation: good.generation } });
  controlPlane.assignment = { ...good, generation: good.generation + 2, endpoints: [] };
  await node.agent.beat();
  expect(await askFlights(node, 1)).toMatchObject({ status: 404 });
});

test('generations that jump and endpoints that share a version never unload what is still needed', async () => {
  controlPlane.assign(numberedModel(1), 'flights');
  controlPlane.assign(numberedModel(1), 'late-flights');
  const node = await nodes.start();
  const { assignment } = controlPlane;
  for (const generation of [assignment.generation, 900, 3, 901]) {
    controlPlane.assignment = { ...assignment, generation, endpoints: generation === 901 ? assignment.endpoints.slice(1) : assignment.endpoints };
    await node.agent.beat();
    expect(await askFlights(node, 1, { endpoint: 'late-flights' })).toMatchObject({ status: 200 });
  }
  await node.agent.beat();
  // Counts start again with every load: they show that there was one.
  expect(controlPlane.heartbeats.at(-1)).toMatchObject({ servedGeneration: 901, stats: { versions: [{ modelVersionId: 'mv_1', requests: 4 }] } });
  expect(await askFlights(node, 1)).toMatchObject({ status: 404 });
});

test('serving options that change take effect without a failed request', async () => {
  controlPlane.assign(numberedModel(1), 'flights');
  const node = await nodes.start();
  const answers = Array.from({ length: 20 }, (_, i) => askFlights(node, i));
  const { version, bytes } = numberedModel(1);
  controlPlane.assign({ bytes, version: { ...version, serving: { ...version.serving, maximumBatchRows: 3, pinned: true } } }, 'flights');
  await node.agent.beat();
  await node.agent.beat();
  expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(answers.map(() => 200));
  expect(controlPlane.heartbeats.at(-1)?.stats.versions).toMatchObject([{ modelVersionId: 'mv_1', maximumBatchRows: 3, provider: 'cpu', residence: 'loaded' }]);
});

async function writeState(text: string): Promise<void> {
  const path = join(nodes.stateFolder, 'node.json');
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

test('of versions that went, a node remembers the profiles of the newest only', async () => {
  const node = await nodes.start();
  const model = numberedModel(1);
  for (let number = 1; number <= 50; number++) {
    const version = { ...model.version, modelVersionId: `mv_${number}` };
    const { assignment } = controlPlane;
    controlPlane.assignment = { ...assignment, generation: assignment.generation + 1, versions: [version] };
    await node.agent.beat();
  }
  const { profiles } = JSON.parse(await readFile(join(nodes.stateFolder, 'node.json'), 'utf8')) as { profiles: object };
  expect(Object.keys(profiles)).toEqual(Array.from({ length: 33 }, (_, i) => `mv_${i + 18}`));
});
