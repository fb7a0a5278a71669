import { randomBytes } from 'node:crypto';
import { createDataSource, type DataSource } from '@millrace/db';
import { inject } from 'vitest';
import { withAdmin, withDatabase } from './admin-connection.ts';
import type { ServerOfRun } from './server-of-run.ts';

export interface TestDatabase {
  readonly url: string;
  /** Initialised. */
  readonly dataSource: DataSource;
  /** Closes the data source and drops the database, whoever else is connected. */
  drop(): Promise<void>;
}

/** A database of its own with the newest schema, cloned from the template of the run. Call it once per test file, in `beforeAll`. */
export async function createTestDatabase(options: { poolSize?: number } = {}): Promise<TestDatabase> {
  const { url: server, template }: ServerOfRun = inject('postgres');
  const name = `millrace_test_${randomBytes(6).toString('hex')}`;
  await withAdmin(server, (client) => client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`));
  const url = withDatabase(server, name);
  const dataSource = await createDataSource({ url, poolSize: options.poolSize ?? 5, applicationName: 'millrace-test' }).initialize();
  return {
    url,
    dataSource,
    drop: async () => {
      await dataSource.destroy();
      await withAdmin(server, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
    },
  };
}

/** An empty database on the server of the run: no schema, as a queue wants it. */
export async function createEmptyDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const { url: server }: ServerOfRun = inject('postgres');
  const name = `millrace_empty_${randomBytes(6).toString('hex')}`;
  await withAdmin(server, (client) => client.query(`CREATE DATABASE ${name}`));
  return {
    url: withDatabase(server, name),
    drop: async () => {
      await withAdmin(server, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
    },
  };
}
