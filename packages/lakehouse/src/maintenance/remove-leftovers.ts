import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Longer than anybody writes one file. */
export const LEFTOVER_MILLISECONDS = 24 * 3_600_000;

/** Removes temporary files of writers that were killed before `time`; returns how many. */
export async function removeLeftovers(folder: string, time: number): Promise<number> {
  let removed = 0;
  for (const name of await readdir(folder)) {
    if (!name.endsWith('.tmp')) continue;
    const path = join(folder, name);
    const file = await stat(path).catch(() => undefined);
    if (file === undefined || file.mtimeMs >= time) continue;
    await rm(path, { force: true });
    removed++;
  }
  return removed;
}
