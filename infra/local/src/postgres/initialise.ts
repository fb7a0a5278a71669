import { execFile } from 'node:child_process';
import { access, chmod, chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { MillraceError } from '@millrace/contracts';
import type { PostgresPlace } from './postgres-place.ts';

/** Written last: without it `initdb` was interrupted, and its folder is made anew. */
const DONE = 'millrace-initialised';

/** Makes the data folder where there is none yet. Takes about a second. */
export async function initialise({ bin, data, account }: PostgresPlace, password: string): Promise<void> {
  if (await exists(join(data, DONE))) return;
  const secrets = await mkdtemp(join(tmpdir(), 'millrace-initdb-'));
  const passwordFile = join(secrets, 'password');
  try {
    await rm(data, { recursive: true, force: true });
    await mkdir(data, { recursive: true, mode: 0o700 });
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
    if ('uid' in account) for (const path of [data, secrets, passwordFile]) await chown(path, account.uid, account.gid);
    for (const program of ['initdb', 'postgres']) await chmod(join(bin, program), 0o755).catch(() => {});
    const flags = ['--username=postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`, '--encoding=UTF8', '--locale=C', '--no-sync', '--no-instructions'];
    await promisify(execFile)(join(bin, 'initdb'), ['-D', data, ...flags], { ...account, cwd: '/', env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' } });
    await writeFile(join(data, DONE), '');
  } catch (cause) {
    throw new MillraceError('UNAVAILABLE', `PostgreSQL's data folder ${data} could not be made: ${cause instanceof Error ? cause.message : String(cause)}`, { retryable: false, cause });
  } finally {
    await rm(secrets, { recursive: true, force: true });
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(() => true, () => false);
}
