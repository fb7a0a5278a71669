import { stat } from 'node:fs/promises';
import { MillraceError } from '@millrace/contracts';
import { isMissing } from '../sources/is-missing.ts';

/**
 * Does work on tables while the root folder of all tables is there. Where it is not, for example because its share is not mounted, tables
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
  const found = await stat(root).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (found?.isDirectory() === true) return;
  throw new MillraceError('STORAGE_UNAVAILABLE', `The folder of the lakehouse, ${root}, is not there. Is its file system mounted? It is tried again.`, {
    fields: { root },
  });
}
