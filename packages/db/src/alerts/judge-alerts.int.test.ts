// @boundaries-ignore the harness stands on this package, so this package cannot declare it
import {
  buildEndpoint,
  buildEnvironment,
  buildMonitor,
  buildNode,
  seedWorkspace,
  createTestDatabase,
  type TestDatabase,
  type TestWorkspace,
} from '@millrace/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Alert } from '../entities/alert.entity.ts';
import type { Node } from '../entities/node.entity.ts';
import { judgeAlerts } from './judge-alerts.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const moved = (): Promise<number> => database.dataSource.transaction((manager) => judgeAlerts(manager));

const HEALTHY = { droppedRows: 0, lostRows: 0, waitingRows: 0, unsentSegments: 2, setAsideSegments: 0, freeBytes: 5e9, fault: null };

describe('the prediction log of a node in trouble', () => {
  let workspace: TestWorkspace;
  let node: Node;
  let monitorId: string;

  beforeEach(async () => {
    workspace = await seedWorkspace(database.dataSource);
    const environmentId = (await buildEnvironment(workspace)).id;
    node = await buildNode(workspace, { environmentId });
    monitorId = (await buildMonitor(workspace, { endpointId: (await buildEndpoint(workspace, { environmentId })).id })).id;
    // Of another environment: nothing is told there.
    await buildMonitor(workspace);
  });

  const report = async (predictionLog: unknown, status: Node['status'] = 'READY'): Promise<void> => {
    await database.dataSource.query('UPDATE node SET stats = $1, status = $2 WHERE id = $3', [JSON.stringify({ predictionLog }), status, node.id]);
  };
  const alerts = (): Promise<Alert[]> => database.dataSource.manager.findBy(Alert, { workspaceId: workspace.id });

  it.each([
    [{ setAsideSegments: 3 }, '3 segments cannot be handed over and were set aside'],
    [{ fault: 'less than 1 GiB is free' }, 'less than 1 GiB is free'],
    [{ unsentSegments: 400 }, '400 segments wait to be handed over'],
  ])('opens one alert for %j, which resolves with the trouble', async (trouble, said) => {
    await report(HEALTHY);
    expect(await moved()).toBe(0);
    await report({ ...HEALTHY, ...trouble });
    expect(await moved()).toBe(1);
    expect(await moved()).toBe(0);
    expect(await alerts()).toMatchObject([
      { monitorId, status: 'OPEN', title: `The prediction log of node ${node.name} is in trouble: ${said}`, detail: { nodeId: node.id, ...trouble } },
    ]);
    await report({ ...HEALTHY, setAsideSegments: 7 });
    expect(await moved()).toBe(0);
    expect(await alerts()).toMatchObject([{ status: 'OPEN', title: expect.stringContaining('7 segments cannot') }]);
    await report(HEALTHY);
    expect(await moved()).toBe(1);
    expect(await alerts()).toMatchObject([{ status: 'RESOLVED' }]);
  });

  it('is no longer told of a node that is lost', async () => {
    await report({ ...HEALTHY, setAsideSegments: 1 });
    expect(await moved()).toBe(1);
    await report({ ...HEALTHY, setAsideSegments: 1 }, 'LOST');
    expect(await moved()).toBe(1);
    expect(await alerts()).toMatchObject([{ status: 'RESOLVED' }]);
  });

  it.each([['text'], [7], [null], [{ setAsideSegments: 'many', fault: {} }], [{ setAsideSegments: 5 }], [[{ fault: 'x' }]]])(
    'is not told of a report that cannot be read: %j',
    async (predictionLog) => {
      await report(predictionLog);
      expect(await moved()).toBe(0);
      expect(await alerts()).toEqual([]);
    },
  );
});
