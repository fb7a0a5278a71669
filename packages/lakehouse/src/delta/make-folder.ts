import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { MillraceError } from '@millrace/contracts';

/**
 * Makes a folder of the lakehouse, and at most so many above it: the folder of a workspace, never the root. Where the root is not there its
 * file system is away, and a new one in its place would hide the tables, and keep it from coming back.
 * @throws MillraceError `STORAGE_UNAVAILABLE` (retryable) when more would have to be made
 */
export async function makeFolder(path: string, above: number): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT') throw error;
    if (above === 0)
      throw new MillraceError('STORAGE_UNAVAILABLE', `There is no folder ${dirname(path)} to put ${path} in. Is its file system mounted? It is tried again.`, {
        fields: { path },
        cause: error,
      });
    await makeFolder(dirname(path), above - 1);
    await makeFolder(path, 0);
  }
}

/** A table lies in the folder of its workspace. */
export function makeTableFolder(table: string): Promise<void> {
  return makeFolder(table, 1);
}
