import { MigrationExecutor, type DataSource } from 'typeorm';

/** Any number works as long as nothing else in the database takes the same advisory lock. */
const MIGRATION_LOCK = 7_265_371;

/** Runs the migrations that are missing, and returns their names. Processes that start together run them once: the others wait. */
export async function migrate(dataSource: DataSource): Promise<string[]> {
  return withMigrations(dataSource, async (executor) => (await executor.executePendingMigrations()).map((migration) => migration.name));
}

/** Takes the newest migration back. */
export async function revertMigration(dataSource: DataSource): Promise<void> {
  await withMigrations(dataSource, (executor) => executor.undoLastMigration());
}

/** The statements that would make the database agree with the entities: none, unless a migration is missing. */
export async function schemaDrift(dataSource: DataSource): Promise<string[]> {
  const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
  return upQueries.map((query) => query.query);
}

async function withMigrations<Result>(dataSource: DataSource, work: (executor: MigrationExecutor) => Promise<Result>): Promise<Result> {
  const runner = dataSource.createQueryRunner();
  try {
    await runner.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const executor = new MigrationExecutor(dataSource, runner);
    executor.transaction = 'each';
    try {
      return await work(executor);
    } finally {
      await runner.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]);
    }
  } finally {
    await runner.release();
  }
}
