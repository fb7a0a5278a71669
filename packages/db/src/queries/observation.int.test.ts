// @boundaries-ignore the harness stands on this package, so this package cannot declare it
import {
  buildMetric,
  buildModelVersion,
  buildObservation,
  buildUseCase,
  createTestDatabase,
  seedWorkspace,
  type TestDatabase,
  type TestWorkspace,
} from '@millrace/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newestObservationTime, observedTrend } from './observation.queries.ts';

const at = (day: number): Date => new Date(Date.UTC(2001, 3, day));

describe('observations', () => {
  let database: TestDatabase;
  let workspace: TestWorkspace;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  beforeEach(async () => {
    workspace = await seedWorkspace(database.dataSource);
  });
  afterAll(() => database.drop());

  it('of a metric as a whole are one per time, corrected, oldest first', async () => {
    const metricId = (await buildMetric(workspace)).id;
    const modelVersionId = (await buildModelVersion(workspace)).id;
    await buildObservation(workspace, { metricId, observedAt: at(2), value: 1 });
    await buildObservation(workspace, { metricId, observedAt: at(1), value: 2 });
    await buildObservation(workspace, { metricId, observedAt: at(2), value: 3 });
    await buildObservation(workspace, { metricId, observedAt: at(2), value: 4, segment: 'JFK' });
    await buildObservation(workspace, { metricId, observedAt: at(3), value: 5, modelVersionId, detail: { labels: 'many' } });
    await buildObservation(workspace, { metricId, observedAt: at(3), value: 6, modelVersionId });
    const trend = await observedTrend(database.dataSource.manager, [metricId]);
    expect(trend.map(({ observedAt, value }) => [observedAt.getUTCDate(), value])).toEqual([
      [1, 2],
      [2, 3],
      [3, 6],
    ]);
  });

  it('give a use case its newest time, over all of its metrics', async () => {
    const { manager } = database.dataSource;
    const useCaseId = (await buildUseCase(workspace)).id;
    expect(await newestObservationTime(manager, useCaseId)).toBeNull();
    for (const day of [3, 5]) await buildObservation(workspace, { metricId: (await buildMetric(workspace, { useCaseId })).id, observedAt: at(day) });
    await buildMetric(workspace, { useCaseId });
    await buildObservation(workspace, { observedAt: at(9) });
    expect(await newestObservationTime(manager, useCaseId)).toEqual(at(5));
  });
});
