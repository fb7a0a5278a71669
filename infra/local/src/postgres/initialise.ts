import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { MillraceError } from '@millrace/contracts';
import type { PostgresPlace } from './postgres-place.ts';

/** Written last, with the digest of the password: without it `initdb` was interrupted, and its folder is made anew. */
const DONE = 'millrace-initialised';

/**
 * Makes the data folder where there is none yet, which takes about a second. Data that lie apart from the state folder are made anew when
 * their password is another: then the state folder that they belonged to is gone. Data inside it get the new password instead.
 */
export async function initialise(place: PostgresPlace, password: string): Promise<void> {
  const digest = createHash('sha256').update(password).digest('hex');
  const done = await readFile(join(place.data, DONE), 'utf8').catch(() => undefined);
  if (done === digest) return;
  try {
    if (done === undefined || place.isApart) await create(place, password);
    else await changePassword(place, password);
    await writeFile(join(place.data, DONE), digest);
  } catch (cause) {
    throw new MillraceError(
      'UNAVAILABLE',
      `PostgreSQL's data folder ${place.data} could not be made: ${cause instanceof Error ? cause.message : String(cause)}`,
      { retryable: false, cause },
    );
  }
}

const run = promisify(execFile);
const ENV = { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' };

async function create({ bin, data, account }: PostgresPlace, password: string): Promise<void> {
  const secrets = await mkdtemp(join(tmpdir(), 'millrace-initdb-'));
  const passwordFile = join(secrets, 'password');
  try {
    await rm(data, { recursive: true, force: true });
    await mkdir(data, { recursive: true, mode: 0o700 });
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
    if ('uid' in account) for (const path of [data, secrets, passwordFile]) await chown(path, account.uid, account.gid);
    for (const program of ['initdb', 'postgres']) await chmod(join(bin, program), 0o755).catch(() => {});
    const flags = [
      '--username=postgres',
      '--auth=scram-sha-256',
      `--pwfile=${passwordFile}`,
      '--encoding=UTF8',
      '--locale=C',
      '--no-sync',
      '--no-instructions',
    ];
    await run(join(bin, 'initdb'), ['-D', data, ...flags], { ...account, cwd: '/', env: ENV });
  } finally {
    await rm(secrets, { recursive: true, force: true });
  }
}

/** In single-user mode, which asks for no password. */
async function changePassword({ bin, data, account }: PostgresPlace, password: string): Promise<void> {
  const changing = run(join(bin, 'postgres'), ['--single', '-D', data, 'postgres'], { ...account, cwd: '/', env: ENV });
  changing.child.stdin?.end(`ALTER ROLE postgres PASSWORD '${password}'\n`);
  await changing;
}
