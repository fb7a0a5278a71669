import { nodeStatisticsSchema } from '@millrace/contracts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { MemoryControlPlane } from '../fixtures/memory-control-plane.fixture.ts';
import { askFlights, NodeFixture, numberedModel, readiness } from '../fixtures/node.fixture.ts';
import type { FixtureModel } from '../fixtures/models.fixture.ts';
import type { RunningNode } from '../composition.ts';
import { workingTraffic } from './working-traffic.ts';

let nodes: NodeFixture;
let controlPlane: MemoryControlPlane;

beforeEach(async () => {
  nodes = await NodeFixture.make();
  ({ controlPlane } = nodes);
});
afterEach(() => nodes.close());

/** It does not have the output that its signature names. */
function brokenModel(number: number): FixtureModel {
  const { bytes, version } = numberedModel(number);
  return { bytes, version: { ...version, signature: { ...version.signature, outputs: version.signature.outputs.slice(1) } } };
}

function split(...weights: readonly (readonly [string, number])[]): void {
  const { assignment } = controlPlane;
  const endpoints = assignment.endpoints.map((endpoint) => ({ ...endpoint, traffic: weights.map(([modelVersionId, weight]) => ({ modelVersionId, weight })) }));
  controlPlane.assignment = { ...assignment, generation: assignment.generation + 1, endpoints };
}

/** No node can read it: a newer control plane may allow what this one does not know. */
function unreadableModel(number: number): FixtureModel {
  const { bytes, version } = numberedModel(number);
  return { bytes, version: { ...version, signature: { ...version.signature, inputs: [] } } };
}

async function versionsAsked(node: RunningNode): Promise<readonly unknown[]> {
  const answers = await Promise.all(Array.from({ length: 60 }, (_, i) => askFlights(node, 1, { id: `key-${i}` })));
  return [...new Set(answers.map(({ status, body }) => (status === 200 ? body.model_version : status)))];
}

test('a canary that cannot be loaded takes no traffic, also after the node has started again, and without the control plane', async () => {
  controlPlane.assign(numberedModel(1), 'flights');
  controlPlane.assign(brokenModel(2));
  split(['mv_2', 30], ['mv_1', 70]);
  const node = await nodes.start();
  expect(await versionsAsked(node)).toEqual(['1']);
  expect(await readiness(node)).toBe(200);
  await nodes.stop(node);
  controlPlane.away = true;
  const again = await nodes.start();
  expect(await versionsAsked(again)).toEqual(['1']);
  expect(await readiness(again)).toBe(200);
});

test('a canary that the node cannot read is told as failed and holds up no other version', async () => {
  controlPlane.assign(numberedModel(1), 'flights');
  const node = await nodes.start();
  controlPlane.assign(unreadableModel(2));
  controlPlane.assign(numberedModel(3), 'others');
  split(['mv_2', 30], ['mv_1', 70]);
  await node.agent.beat();
  expect(await versionsAsked(node)).toEqual(['1']);
  await node.agent.beat();
  const report = controlPlane.heartbeats.at(-1);
  expect(report?.servedGeneration).toBe(controlPlane.assignment.generation);
  expect(report?.versionStates.map(({ modelVersionId, state }) => `${modelVersionId} ${state}`)).toEqual(['mv_1 LOADED', 'mv_3 LOADED', 'mv_2 FAILED']);
  expect(report?.versionStates.at(-1)?.error).toMatchObject({ code: 'PAYLOAD_INVALID', message: expect.stringContaining('signature.inputs') });
});

test('a version that was promoted but cannot be loaded leaves the one before in place, also after the node has started again', async () => {
  controlPlane.assign(numberedModel(1), 'flights');
  const node = await nodes.start();
  controlPlane.assignment = { ...controlPlane.assignment, versions: [] };
  controlPlane.assign(brokenModel(2), 'flights');
  await node.agent.beat();
  expect(await versionsAsked(node)).toEqual(['1']);
  await node.agent.beat();
  await nodes.stop(node);
  const again = await nodes.start();
  expect(await versionsAsked(again)).toEqual(['1']);
  expect(controlPlane.heartbeats.at(-1)?.versionStates).toMatchObject([{ modelVersionId: 'mv_2', state: 'FAILED', error: { code: 'SIGNATURE_MISMATCH' } }]);
  controlPlane.assignment = { ...controlPlane.assignment, versions: [] };
  controlPlane.assign(numberedModel(3), 'flights');
  await again.agent.beat();
  expect(await versionsAsked(again)).toEqual(['3']);
});

const sharesOf = (pairs: readonly (readonly [string, number])[]) => pairs.map(([modelVersionId, weight]) => ({ modelVersionId, weight }));

test.each([
  [
    [
      ['a', 10],
      ['b', 90],
    ],
    ['b'],
    [['b', 100]],
  ],
  [
    [
      ['a', 10],
      ['b', 90],
    ],
    ['a'],
    [
      ['a', 10],
      ['b', 90],
    ],
  ],
  [
    [
      ['a', 10],
      ['b', 45],
      ['c', 45],
    ],
    ['b', 'c'],
    [
      ['b', 50],
      ['c', 50],
    ],
  ],
  [
    [
      ['a', 5],
      ['b', 30],
      ['c', 65],
    ],
    ['b', 'c'],
    [
      ['b', 31],
      ['c', 69],
    ],
  ],
  [[['a', 10]], [], [['a', 10]]],
  [
    [
      ['a', 10],
      ['b', 20],
    ],
    ['b'],
    [['b', 30]],
  ],
] as const)('traffic %o where only %o can answer becomes %o', (traffic, able, expected) => {
  expect(workingTraffic(sharesOf(traffic), (id) => (able as readonly string[]).includes(id))).toEqual(sharesOf(expected));
});

test('what a node reports of its versions is what releases are judged by', async () => {
  controlPlane.assign(numberedModel(1), 'flights');
  const node = await nodes.start();
  for (let i = 0; i < 3; i++) await askFlights(node, 1, { id: `key-${i}` });
  await node.agent.beat();
  const { versions, routed } = nodeStatisticsSchema.parse(structuredClone(controlPlane.heartbeats.at(-1)?.stats));
  expect(routed).toMatchObject([{ modelVersionId: 'mv_1', answered: 3, errors: 0 }]);
  expect(versions).toMatchObject([{ modelVersionId: 'mv_1' }]);
  expect(versions[0]?.latency.reduce((sum, count) => sum + count, 0)).toBe(3);
});
