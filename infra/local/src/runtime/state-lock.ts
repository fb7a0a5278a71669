import { randomBytes } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { MillraceError } from '@millrace/contracts';
import { isSameProcess, processIdentity } from './process-identity.ts';

export interface StateLock {
  release(): Promise<void>;
}

interface Holder {
  readonly pid: number;
  readonly identity: string;
  readonly since: string;
}

/**
 * Takes a state folder for this process. A lock whose holder is dead is taken over.
 * @throws MillraceError `CONFLICT` that says who holds the folder, and since when
 */
export async function takeStateLock(file: string): Promise<StateLock> {
  const mine: Holder = { pid: process.pid, identity: (await processIdentity(process.pid)) ?? 'unknown', since: new Date().toISOString() };
  const text = `${JSON.stringify(mine)}\n`;
  for (;;) {
    try {
      await writeFile(file, text, { flag: 'wx' });
      return { release: () => releaseIfMine(file, text) };
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    await removeIfStale(file);
  }
}

async function removeIfStale(file: string): Promise<void> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return;
  const holder = parse(text);
  if (holder !== undefined && (await isSameProcess(holder))) {
    throw new MillraceError(
      'CONFLICT',
      `${file} is held by process ${holder.pid} since ${holder.since}. Stop it, or start with another folder (MILLRACE_STATE_DIR).`,
      { fields: { ...holder } },
    );
  }
  // Renamed before it is removed: of two that find the same stale lock only one may take it away, and nobody a fresh one.
  const aside = `${file}.${randomBytes(4).toString('hex')}`;
  await rename(file, aside).catch(() => {});
  const taken = await readFile(aside, 'utf8').catch(() => text);
  if (taken === text) await rm(aside, { force: true });
  else await rename(aside, file);
}

async function releaseIfMine(file: string, text: string): Promise<void> {
  if ((await readFile(file, 'utf8').catch(() => undefined)) === text) await rm(file, { force: true });
}

function parse(text: string): Holder | undefined {
  try {
    return JSON.parse(text) as Holder;
  } catch {
    return undefined;
  }
}
