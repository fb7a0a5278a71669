import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MillraceError } from '@millrace/contracts';
import { isMissing } from '../sources/is-missing.ts';

/** Lies in the root folder of all tables. A share that is not mounted leaves an empty folder in its place. */
const MARKER = '.lakehouse';

/**
 * Makes the root folder of all tables and marks it, unless the lakehouse holds rows: then it is there, or its file system is away, and nobody
 * may begin a new one. One with tables that has no mark yet gets it.
 */
export async function beginLakehouse(root: string, { holdsRows }: { readonly holdsRows: boolean }): Promise<void> {
  if (!holdsRows) await mkdir(root, { recursive: true });
  else if (!(await hasTables(root))) return;
  await writeFile(join(root, MARKER), '', { flag: 'a' });
}

async function hasTables(root: string): Promise<boolean> {
  const names = await readdir(root).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  return names.some((name) => !name.startsWith('.'));
}

/**
 * Does work on tables while the root folder of all tables is there with its mark. Where it is not, for example because its share is not mounted, tables
 * read as if they had never been, and what was written would lie beside them: whatever came of the work then counts for nothing.
 * @throws MillraceError `STORAGE_UNAVAILABLE` (retryable) when the folder is not there before or after the work
 */
export async function inLakehouse<Result>(root: string, work: () => Promise<Result>): Promise<Result> {
  await requireLakehouse(root);
  const result = await work().catch(async (thrown: unknown) => {
    await requireLakehouse(root);
    throw thrown;
  });
  await requireLakehouse(root);
  return result;
}

async function requireLakehouse(root: string): Promise<void> {
  const isThere = await stat(join(root, MARKER)).then(
    () => true,
    (error: unknown) => {
      if (isMissing(error)) return false;
      throw error;
    },
  );
  if (isThere) return;
  throw new MillraceError('STORAGE_UNAVAILABLE', `The lakehouse is not there: ${root} has no file ${MARKER}. Is its file system mounted? It is tried again.`, {
    fields: { root },
  });
}
