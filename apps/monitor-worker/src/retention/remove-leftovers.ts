import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Removes entries of a folder that begin so and were not touched since; returns how many. A folder that is not there has none. */
export async function removeLeftovers(folder: string, prefixes: readonly string[], before: Date): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  let removed = 0;
  for (const name of names) {
    if (!prefixes.some((prefix) => name.startsWith(prefix))) continue;
    const path = join(folder, name);
    const entry = await stat(path).catch(() => undefined);
    if (entry === undefined || entry.mtimeMs >= before.getTime()) continue;
    await rm(path, { recursive: true, force: true });
    removed++;
  }
  return removed;
}
