// Type-graphql keeps what decorators say with it.
import 'reflect-metadata';
import { writeSync } from 'node:fs';
import { MillraceError } from '@millrace/contracts';
import { createDataSource } from '@millrace/db';
import { runAdmin } from './admin/admin-verbs.ts';
import { readAdminEnv } from './env.ts';

try {
  const { DATABASE_URL: url } = readAdminEnv();
  const dataSource = await createDataSource({ url, poolSize: 2, applicationName: 'millrace-admin' }).initialize();
  try {
    writeSync(1, `${JSON.stringify(await runAdmin(dataSource, process.argv.slice(2)), undefined, 2)}\n`);
  } finally {
    await dataSource.destroy();
  }
} catch (error) {
  writeSync(2, `${error instanceof MillraceError ? `${error.code}: ${error.message}` : String(error)}\n`);
  process.exitCode = error instanceof MillraceError && error.code === 'BAD_INPUT' ? 2 : 1;
}
