import { readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** Removes the data files of an attempt that did not commit, told by the prefix of their names. What cannot be removed is left for vacuum. */
export async function discardFiles(tables: readonly string[], filePrefix: string): Promise<void> {
  for (const table of tables) {
    const names = await readdir(table, { recursive: true }).catch(() => []);
    const doomed = names.filter((name) => basename(name).startsWith(filePrefix));
    await Promise.all(doomed.map((name) => rm(join(table, name), { force: true }).catch(() => undefined)));
  }
}
