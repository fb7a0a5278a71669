import { randomUUID } from 'node:crypto';
import { link, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MillraceError } from '@millrace/contracts';
import type { Action } from './actions.ts';
import { makeFolder, makeTableFolder } from './make-folder.ts';
import { syncPath } from './sync-path.ts';

/** What lies in the log of a table: versions of commits and of checkpoints, ascending. */
export interface LogListing {
  readonly commits: readonly number[];
  /** Those of one file, as they are written here. */
  readonly checkpoints: readonly number[];
  /** Those of several files, all of which are there. */
  readonly multiPart: readonly Checkpoint[];
  /** Whether there are checkpoints of version 2, which are not read here. */
  readonly hasVersion2: boolean;
}

/** A checkpoint and the number of its files. */
export interface Checkpoint {
  readonly version: number;
  readonly parts: number;
}

export function logFolderOf(table: string): string {
  return join(table, '_delta_log');
}

export function commitPath(table: string, version: number): string {
  return join(logFolderOf(table), `${padded(version)}.json`);
}

export function checkpointPath(table: string, version: number): string {
  return join(logFolderOf(table), `${padded(version)}.checkpoint.parquet`);
}

/** One of the files of a checkpoint that was written in parts, which count from 1. */
export function checkpointPartPath(table: string, version: number, part: number, parts: number): string {
  const numbers = [part, parts].map((number) => String(number).padStart(10, '0'));
  return join(logFolderOf(table), `${padded(version)}.checkpoint.${numbers.join('.')}.parquet`);
}

function padded(version: number): string {
  return String(version).padStart(20, '0');
}

/** Lists the log; a folder without a log is an empty listing. */
export async function listLog(table: string): Promise<LogListing> {
  const names = await readdir(logFolderOf(table)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const versionsOf = (suffix: RegExp): number[] => names.flatMap((name) => (suffix.test(name) ? [Number(name.slice(0, 20))] : [])).toSorted((a, b) => a - b);
  return {
    commits: versionsOf(/^\d{20}\.json$/),
    checkpoints: versionsOf(/^\d{20}\.checkpoint\.parquet$/),
    multiPart: multiPartOf(names),
    hasVersion2: names.some((name) => /^\d{20}\.checkpoint\.[\da-f]{8}-[\da-f-]+\.(?:json|parquet)$/i.test(name)),
  };
}

/** A checkpoint of which a part is missing is none. */
function multiPartOf(names: readonly string[]): Checkpoint[] {
  const found = new Map<string, number>();
  for (const name of names) {
    const parts = /^(\d{20})\.checkpoint\.\d{10}\.(\d{10})\.parquet$/.exec(name);
    if (parts !== null) found.set(`${parts[1]} ${parts[2]}`, (found.get(`${parts[1]} ${parts[2]}`) ?? 0) + 1);
  }
  const checkpoints = [...found].map(([key, count]) => ({ version: Number(key.slice(0, 20)), parts: Number(key.slice(21)), count }));
  return checkpoints
    .filter(({ parts, count }) => count === parts)
    .map(({ version, parts }) => ({ version, parts }))
    .toSorted((a, b) => a.version - b.version);
}

export async function readCommit(table: string, version: number): Promise<Action[]> {
  const path = commitPath(table, version);
  const text = await readFile(path, 'utf8');
  try {
    return text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => JSON.parse(line) as Action);
  } catch (error) {
    throw new MillraceError('TABLE_UNSUPPORTED', `Commit ${version} of the Delta table ${table} is not newline-delimited JSON: the log is damaged.`, {
      cause: error,
      fields: { path },
    });
  }
}

/**
 * Writes one commit so that it is there whole or not at all: a synced temporary file is hard-linked to the final name, which
 * fails where another writer was first. Returns whether this writer won the version.
 */
export async function writeCommit(table: string, version: number, actions: readonly Action[]): Promise<boolean> {
  const folder = logFolderOf(table);
  await makeTableFolder(table);
  await makeFolder(folder, 0);
  const temporary = join(folder, `.${randomUUID()}.tmp`);
  await writeSynced(temporary, `${actions.map((action) => JSON.stringify(action)).join('\n')}\n`);
  try {
    await link(temporary, commitPath(table, version));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
  await syncPath(folder);
  return true;
}

/** Writes a small file whole or not at all, replacing what was there. */
export async function replaceFile(path: string, content: string): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  await writeSynced(temporary, content);
  await rename(temporary, path);
}

async function writeSynced(path: string, content: string): Promise<void> {
  const handle = await open(path, 'wx');
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
