import { servingOptionsSchema, type ServingOptionsInput } from '@millrace/contracts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sessionProcessIds } from '../engine/session/process-link.ts';
import { endlessModel } from '../fixtures/faulty-models.fixture.ts';
import type { MemoryControlPlane } from '../fixtures/memory-control-plane.fixture.ts';
import { askFlights, NodeFixture, numberedModel } from '../fixtures/node.fixture.ts';
import { FLIGHT_PROFILE } from '../fixtures/reference-profile.fixture.ts';
import type { FixtureModel } from '../fixtures/models.fixture.ts';

let nodes: NodeFixture;
let controlPlane: MemoryControlPlane;

beforeEach(async () => {
  nodes = await NodeFixture.make();
  ({ controlPlane } = nodes);
});
afterEach(async () => {
  await nodes.close();
  expect(sessionProcessIds()).toEqual([]);
});

const PATIENCE = { timeout: 10_000 };
const wide = { kind: 'numeric' as const, edges: [3000], counts: [1, 0], nulls: 0, sum: 3000, sumOfSquares: 9e6, min: 3000, max: 3000 };

/** Its first run takes for ever, for all that this test waits. */
function hangingModel(serving: ServingOptionsInput = { isolation: 'process' }): FixtureModel {
  return endlessModel({
    modelVersionId: 'mv_hangs',
    model: 'hangs',
    serving: servingOptionsSchema.parse(serving),
    referenceProfile: { ...FLIGHT_PROFILE, features: { width: wide } },
  });
}

const stateOf = (modelVersionId: string): string | undefined =>
  controlPlane.heartbeats.at(-1)?.versionStates.find((state) => state.modelVersionId === modelVersionId)?.state;

test('a load that never ends holds up no other model, no later assignment, and not its own withdrawal', async () => {
  const node = await nodes.start({ heartbeatMilliseconds: 20 });
  controlPlane.assign(hangingModel(), 'hangs');
  controlPlane.assign(numberedModel(1), 'flights');
  await expect.poll(async () => (await askFlights(node, 1)).status, PATIENCE).toBe(200);
  expect(await askFlights(node, 1, { endpoint: 'hangs' })).toMatchObject({ status: 503 });
  controlPlane.assign(numberedModel(2), 'flights');
  await expect.poll(async () => (await askFlights(node, 1)).body.model_version, PATIENCE).toBe('2');
  expect(stateOf('mv_hangs')).toBe('LOADING');
  const { assignment } = controlPlane;
  controlPlane.assignment = {
    ...assignment,
    generation: assignment.generation + 1,
    versions: assignment.versions.filter(({ modelVersionId }) => modelVersionId !== 'mv_hangs'),
    endpoints: assignment.endpoints.filter(({ name }) => name !== 'hangs'),
  };
  await expect.poll(() => sessionProcessIds(), PATIENCE).toEqual([]);
  await expect.poll(async () => (await askFlights(node, 1, { endpoint: 'hangs' })).status).toBe(404);
});

test('a load that takes too long is FAILED with its reason, and is tried again less and less often', async () => {
  const node = await nodes.start({ heartbeatMilliseconds: 20, loadTimeoutMilliseconds: 500 });
  controlPlane.assign(hangingModel(), 'hangs');
  await expect.poll(() => stateOf('mv_hangs'), PATIENCE).toBe('FAILED');
  const state = controlPlane.heartbeats.at(-1)?.versionStates[0];
  expect(state).toMatchObject({ error: { code: 'TIMEOUT', fields: { loadTimeoutMilliseconds: 500 } }, since: expect.any(String) as string });
  await expect.poll(() => stateOf('mv_hangs'), PATIENCE).toBe('FAILED');
  expect(controlPlane.heartbeats.at(-1)).toMatchObject({ servedGeneration: 1 });
  expect(node.agent.isReady).toBe(false);
});

test('a node stops while a model loads for ever and another runs for ever, with its predictions handed over', async () => {
  const node = await nodes.start({ heartbeatMilliseconds: 20, stopTimeoutMilliseconds: 2000 });
  const { version, bytes } = endlessModel({ modelVersionId: 'mv_runs', model: 'runs', serving: servingOptionsSchema.parse({ isolation: 'process' }) });
  controlPlane.assign({ bytes, version }, 'runs');
  controlPlane.assign(numberedModel(1), 'flights');
  await expect.poll(async () => (await askFlights(node, 1)).status, PATIENCE).toBe(200);
  controlPlane.assign(hangingModel(), 'hangs');
  await expect.poll(() => sessionProcessIds().length, PATIENCE).toBe(2);
  const running = fetch(`${node.url}/v2/models/runs/infer`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      inputs: [
        { name: 'x', datatype: 'FP32', shape: [1, 1], data: [1] },
        { name: 'width', datatype: 'INT64', shape: [1, 1], data: [3000] },
      ],
    }),
  }).then(
    ({ status }) => status,
    () => 'cut',
  );
  await nodes.stop(node);
  expect([503, 'cut']).toContain(await running);
  expect(controlPlane.rows()).not.toHaveLength(0);
  expect(controlPlane.heartbeats.at(-1)).toMatchObject({ draining: true });
});
