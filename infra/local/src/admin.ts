import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MillraceError } from '@millrace/contracts';
import type { RuntimeRecord } from './runtime/runtime-record.ts';
import type { Secrets } from './runtime/secrets.ts';
import { REPOSITORY } from './services/millrace-services.ts';
import type { VerbOptions } from './verb.ts';

/** The commands of an administrator, on the database of the runtime that is up, or on the one of `DATABASE_URL`. */
export async function admin({ args, stateDir, signal }: VerbOptions): Promise<number> {
  const url = process.env['DATABASE_URL'] || (await databaseOf(stateDir));
  const child = spawn(process.execPath, [join(REPOSITORY, 'apps', 'control-plane', 'dist', 'admin.js'), ...args], {
    stdio: 'inherit',
    signal,
    env: { ...process.env, DATABASE_URL: url },
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

async function databaseOf(stateDir: string): Promise<string> {
  try {
    const { processes } = JSON.parse(await readFile(join(stateDir, 'runtime.json'), 'utf8')) as RuntimeRecord;
    const { postgresPassword } = JSON.parse(await readFile(join(stateDir, 'secrets.json'), 'utf8')) as Secrets;
    const url = new URL(processes.find(({ name }) => name === 'postgres')?.url ?? '');
    return `postgres://postgres:${postgresPassword}@${url.host}/millrace`;
  } catch (cause) {
    throw new MillraceError('UNAVAILABLE', `No runtime with a database is up in ${stateDir}. Start one (npm run dev), or set DATABASE_URL.`, {
      retryable: false,
      cause,
    });
  }
}
