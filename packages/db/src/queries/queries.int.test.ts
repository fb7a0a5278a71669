// @boundaries-ignore the harness stands on this package, so this package cannot declare it
import {
  buildJob,
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
import { UseCase } from '../entities/use-case.entity.ts';
import { JobLedger } from '../jobs/job-ledger.ts';
import { pageOfJobLog } from './job-log.queries.ts';
import { pageOfObservations } from './observation.queries.ts';
import { pageOf, type Page } from './page.queries.ts';

const at = (day: number): Date => new Date(Date.UTC(2001, 3, day));

let database: TestDatabase;
let workspace: TestWorkspace;
beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(async () => {
  workspace = await seedWorkspace(database.dataSource);
});
afterAll(() => database.drop());

/** Every row, read page by page. */
async function readAll<Row>(page: (after: string | null) => Promise<Page<Row>>): Promise<Row[]> {
  const rows: Row[] = [];
  for (let after: string | null = null; ;) {
    const { rows: found, hasNextPage, endCursor } = await page(after);
    rows.push(...found);
    if (!hasNextPage) return rows;
    after = endCursor;
  }
}

describe('pages', () => {
  it('together hold every row of the workspace once, in either order', async () => {
    await buildUseCase(await seedWorkspace(database.dataSource));
    const made: string[] = [];
    for (let index = 0; index < 7; index++) made.push((await buildUseCase(workspace)).id);
    const repository = database.dataSource.getRepository(UseCase);
    const read = (order: 'ASC' | 'DESC'): Promise<UseCase[]> =>
      readAll((after) => pageOf(repository, { workspaceId: workspace.id }, { first: 3, after }, order));
    const sorted = made.toSorted();
    expect((await read('ASC')).map(({ id }) => id)).toEqual(sorted);
    expect((await read('DESC')).map(({ id }) => id)).toEqual(sorted.toReversed());
  });

  it.each([{ first: 0 }, { first: 501 }, { first: 1.5 }, { first: 3, after: 'not a cursor' }, { first: 3, after: `' OR 1=1` }])(
    'refuse %o',
    async (request) => {
      await expect(pageOf(database.dataSource.getRepository(UseCase), {}, request)).rejects.toMatchObject({ code: 'BAD_INPUT' });
    },
  );

  it('of a log go from the oldest line to the newest', async () => {
    const job = await buildJob(workspace);
    const lines = Array.from({ length: 12 }, (_, index) => ({ at: new Date(), level: 'INFO' as const, message: `line ${index}`, fields: {} }));
    await new JobLedger(database).appendLog({ jobId: job.id, attempt: 1, holder: 'worker-1' }, lines);
    const read = await readAll((after) => pageOfJobLog(database.dataSource.manager, job.id, { first: 5, after }));
    expect(read.map(({ message }) => message)).toEqual(lines.map(({ message }) => message));
  });
});

describe('observations', () => {
  it('are current one per time, segment and model version, oldest first', async () => {
    const metricId = (await buildMetric(workspace)).id;
    const modelVersionId = (await buildModelVersion(workspace)).id;
    await buildObservation(workspace, { metricId, observedAt: at(2), value: 1 });
    await buildObservation(workspace, { metricId, observedAt: at(1), value: 2 });
    await buildObservation(workspace, { metricId, observedAt: at(2), value: 3 });
    await buildObservation(workspace, { metricId, observedAt: at(2), value: 4, segment: 'JFK' });
    await buildObservation(workspace, { metricId, observedAt: at(3), value: 5, modelVersionId });
    await buildObservation(workspace, { metricId, observedAt: at(3), value: 6, modelVersionId });
    const { manager } = database.dataSource;
    const { rows: current } = await pageOfObservations(manager, metricId, { first: 10 });
    expect(current.map(({ observedAt, segment, value }) => [observedAt.getUTCDate(), segment, value])).toEqual(
      expect.arrayContaining([
        [1, '', 2],
        [2, '', 3],
        [2, 'JFK', 4],
        [3, '', 6],
      ]),
    );
    expect(current).toHaveLength(4);
    expect(await readAll((after) => pageOfObservations(manager, metricId, { first: 1, after }))).toEqual(current);
  });
});
