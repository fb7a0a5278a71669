import { randomBytes } from 'node:crypto';
import type { TestProject } from 'vitest/node';
import { createDataSource, migrate } from '@millrace/db';
import { withAdmin, withDatabase } from './admin-connection.ts';
import type { ServerOfRun } from './server-of-run.ts';
import { startPostgres } from './start-postgres.ts';

/**
 * Once per run: a PostgreSQL server (that of `TEST_DATABASE_URL`, or one of our own) and in it one migrated template database,
 * which test files clone. Returns what takes both away again.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['TEST_DATABASE_URL'];
  const server = given === undefined ? await startPostgres() : { url: given, stop: async () => {} };
  const template = `millrace_template_${randomBytes(4).toString('hex')}`;
  await withAdmin(server.url, (client) => client.query(`CREATE DATABASE ${template}`));
  const dataSource = await createDataSource({ url: withDatabase(server.url, template), poolSize: 2 }).initialize();
  await migrate(dataSource);
  await dataSource.destroy();
  project.provide('postgres', { url: server.url, template } satisfies ServerOfRun);
  return async () => {
    await withAdmin(server.url, (client) => client.query(`DROP DATABASE IF EXISTS ${template} WITH (FORCE)`));
    await server.stop();
  };
}
