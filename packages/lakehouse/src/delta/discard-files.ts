import { readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { filePathOf } from './actions.ts';
import { findSnapshot } from './snapshot.ts';

/**
 * Removes the data files of an attempt that failed, told by the prefix of their names, unless the log knows them: an attempt may fail
 * after one of its commits has landed. Where the log cannot be read nothing is removed. What cannot be removed is left for vacuum.
 */
export async function discardFiles(tables: readonly string[], filePrefix: string): Promise<void> {
  for (const table of tables) {
    const committed = await committedPaths(table).catch(() => undefined);
    if (committed === undefined) continue;
    const names = await readdir(table, { recursive: true }).catch(() => []);
    const doomed = names.filter((name) => basename(name).startsWith(filePrefix) && !committed.has(name));
    await Promise.all(doomed.map((name) => rm(join(table, name), { force: true }).catch(() => undefined)));
  }
}

/** The data files that a version of the table, the newest or an older one, has or had. */
async function committedPaths(table: string): Promise<Set<string>> {
  const snapshot = await findSnapshot(table);
  return new Set([...(snapshot?.files.values() ?? []), ...(snapshot?.tombstones.values() ?? [])].map(filePathOf));
}
