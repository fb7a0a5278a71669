// @boundaries-ignore the harness stands on this package, so this package cannot declare it
import { buildMetric, buildMonitor, buildUseCase, createEmptyDatabase, createTestDatabase, seedWorkspace, type TestDatabase } from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDataSource } from './create-data-source.ts';
import { Metric } from './entities/metric.entity.ts';
import { migrate, revertMigration, schemaDrift } from './migrate.ts';
import { MIGRATIONS } from './migrations.ts';
import { AlertConditions1795540500000 } from './migrations/1795540500000-alert-conditions.ts';

describe('the schema', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  it('agrees with the entities after every migration', async () => {
    expect(await schemaDrift(database.dataSource)).toEqual([]);
  });

  it('has an index for every foreign key', async () => {
    const missing = await database.dataSource.query(`
      SELECT c.conrelid::regclass::text || '.' || c.conname AS name FROM pg_constraint c
      WHERE c.contype = 'f' AND NOT EXISTS (
        SELECT 1 FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indpred IS NULL
        AND i.indkey[0] = c.conkey[cardinality(c.conkey)]
      )`);
    expect(missing).toEqual([]);
  });

  it('refuses a row that refers to a row of another workspace', async () => {
    const mine = await seedWorkspace(database.dataSource);
    const theirs = await seedWorkspace(database.dataSource);
    const useCase = await buildUseCase(theirs);
    await expect(buildMetric(mine, { useCaseId: useCase.id })).rejects.toThrow(/fk_metric_use_case_id/);
  });

  it('gives back what was written, with defaults and nulls', async () => {
    const workspace = await seedWorkspace(database.dataSource);
    const metric = await buildMetric(workspace);
    expect(metric.description).toBeNull();
    expect(metric.createdAt).toBeInstanceOf(Date);
    expect(await database.dataSource.manager.findOneByOrFail(Metric, { id: metric.id })).toEqual(metric);
  });
});

describe('migrations', () => {
  it('go up, back down to nothing, and up again', async () => {
    const empty = await createEmptyDatabase();
    const dataSource = await createDataSource({ url: empty.url, poolSize: 2 }).initialize();
    const tables = async (): Promise<unknown> => dataSource.query(`SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migration'`);
    expect(await migrate(dataSource)).toHaveLength(MIGRATIONS.length);
    for (const _ of MIGRATIONS) await revertMigration(dataSource);
    expect(await tables()).toEqual([]);
    expect(await migrate(dataSource)).toHaveLength(MIGRATIONS.length);
    await dataSource.destroy();
    await empty.drop();
  });

  it('monitors keep what they asked for when their definitions change', async () => {
    const database = await createTestDatabase();
    const { dataSource } = database;
    const { id } = await buildMonitor(await seedWorkspace(dataSource));
    const definition = async (): Promise<unknown> =>
      (await dataSource.query<{ definition: unknown }[]>('SELECT definition FROM monitor WHERE id = $1', [id]))[0];
    const now = await definition();
    for (let at = MIGRATIONS.length; at > MIGRATIONS.indexOf(AlertConditions1795540500000); at--) await revertMigration(dataSource);
    expect(await definition()).toMatchObject({ definition: { psiThreshold: 0.25, driftShare: 0, minimumRows: 100 } });
    await migrate(dataSource);
    expect(await definition()).toEqual(now);
    await database.drop();
  });

  it('run once when several processes start together', async () => {
    const empty = await createEmptyDatabase();
    const dataSources = await Promise.all([1, 2, 3].map(() => createDataSource({ url: empty.url, poolSize: 1 }).initialize()));
    const ran = await Promise.all(dataSources.map((dataSource) => migrate(dataSource)));
    expect(ran.map((names) => names.length).toSorted((a, b) => a - b)).toEqual([0, 0, MIGRATIONS.length]);
    await Promise.all(dataSources.map((dataSource) => dataSource.destroy()));
    await empty.drop();
  });
});
