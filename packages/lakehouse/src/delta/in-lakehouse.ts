import { stat } from 'node:fs/promises';
import { MillraceError } from '@millrace/contracts';
import { isMissing } from '../sources/is-missing.ts';

/**
 * Throws `STORAGE_UNAVAILABLE` (retryable) where the root folder of all tables is not there, for example because its share is not mounted:
 * what was written then would lie beside the tables, and hide them.
 */
export async function requireLakehouse(root: string): Promise<void> {
  const found = await stat(root).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (found?.isDirectory() === true) return;
  throw new MillraceError('STORAGE_UNAVAILABLE', `The folder of the lakehouse, ${root}, is not there. Is its file system mounted? It is tried again.`, {
    fields: { root },
  });
}
