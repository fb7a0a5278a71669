import { join } from 'node:path';
import { Job, Monitor, MonitorWindow } from '@millrace/db';
import { expect, it } from 'vitest';
import { APRIL, MonitoredEndpoint, predictionsOf } from './fixtures/monitoring.fixture.ts';
import { MonitoringRoom } from './fixtures/monitoring-room.fixture.ts';
import { MOST_DUE_WINDOWS } from './windows/due-windows.ts';

const room = MonitoringRoom.open();

const FIRST_DAY = Date.parse('0001-01-01T00:00:00Z');
const LAST_DAY = Date.parse('9999-12-31T00:00:00Z');

it.each([86_400, 366 * 86_400, 61])('predictions of the first and the last day that a node takes are judged, in windows of %d s', async (windowSeconds) => {
  const endpoint = await MonitoredEndpoint.build(room.dataSource, join(room.path, String(windowSeconds)), { windowSeconds });
  const predictions = [FIRST_DAY, LAST_DAY].flatMap((day, index) =>
    predictionsOf(0, 60, { prefix: `day-${index}` }).map((prediction, second) => ({ ...prediction, at: day + second * 1000 })),
  );
  await endpoint.uploadSegment(predictions);
  await endpoint.uploadLabels(Object.fromEntries(predictions.map(({ id, score }) => [id, score >= 0.5 ? 1 : 0])));
  await room.dataSource.manager.update(Monitor, { id: endpoint.monitor.id }, { closeUpTo: new Date('9999-12-31T23:59:59.999Z') });
  await endpoint.settle();
  const windows = await room.dataSource.manager.find(MonitorWindow, { where: { monitorId: endpoint.monitor.id }, order: { windowStart: 'ASC' } });
  expect(windows.map(({ status }) => status)).not.toContain('OPEN');
  expect(windows.reduce((sum, { performance }) => sum + (performance?.labels ?? 0), 0)).toBe(120);
});

it('more windows than one evaluation closes are closed by those that it asks for', async () => {
  const { manager } = room.dataSource;
  const endpoint = await MonitoredEndpoint.build(room.dataSource, join(room.path, 'many'), { windowSeconds: 60, latenessSeconds: 0 });
  const minutes = MOST_DUE_WINDOWS + 40;
  const [prediction] = predictionsOf(0, 1);
  if (prediction === undefined) throw new Error('there is no prediction');
  await endpoint.uploadSegment(Array.from({ length: minutes }, (_, minute) => ({ ...prediction, id: `minute-${minute}`, at: APRIL + minute * 60_000 })));
  await endpoint.settle();
  const ofMonitor = { monitorId: endpoint.monitor.id };
  expect(await manager.countBy(MonitorWindow, { ...ofMonitor, status: 'CLOSED' })).toBe(minutes - 1);
  const closed = await manager.find(Job, { where: { workspaceId: endpoint.workspace.id, name: 'evaluate-monitor' }, order: { id: 'ASC' } });
  expect(closed.map(({ result }) => (result as { windowsClosed: number }).windowsClosed)).toEqual([MOST_DUE_WINDOWS, 39]);
});
