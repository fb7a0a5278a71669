import { join } from 'node:path';
import { Monitor, MonitorWindow } from '@millrace/db';
import { createTestDatabase, temporaryFolder, type TemporaryFolder, type TestDatabase } from '@millrace/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MonitoredEndpoint, predictionsOf } from './fixtures/monitoring.fixture.ts';

let database: TestDatabase;
let folder: TemporaryFolder;
beforeAll(async () => {
  database = await createTestDatabase({ poolSize: 4 });
  folder = await temporaryFolder();
});
afterAll(async () => {
  await database.drop();
  await folder.remove();
});

const FIRST_DAY = Date.parse('0001-01-01T00:00:00Z');
const LAST_DAY = Date.parse('9999-12-31T00:00:00Z');

it.each([86_400, 366 * 86_400, 61])('predictions of the first and the last day that a node takes are judged, in windows of %d s', async (windowSeconds) => {
  const endpoint = await MonitoredEndpoint.build(database.dataSource, join(folder.path, String(windowSeconds)), { windowSeconds });
  const predictions = [FIRST_DAY, LAST_DAY].flatMap((day, index) =>
    predictionsOf(0, 60, { prefix: `day-${index}` }).map((prediction, second) => ({ ...prediction, at: day + second * 1000 })),
  );
  await endpoint.uploadSegment(predictions);
  await endpoint.uploadLabels(Object.fromEntries(predictions.map(({ id, score }) => [id, score >= 0.5 ? 1 : 0])));
  await database.dataSource.manager.update(Monitor, { id: endpoint.monitor.id }, { closeUpTo: new Date('9999-12-31T23:59:59.999Z') });
  await endpoint.settle();
  const windows = await database.dataSource.manager.find(MonitorWindow, { where: { monitorId: endpoint.monitor.id }, order: { windowStart: 'ASC' } });
  expect(windows.map(({ status }) => status)).not.toContain('OPEN');
  expect(windows.reduce((sum, { performance }) => sum + (performance?.labels ?? 0), 0)).toBe(120);
});
