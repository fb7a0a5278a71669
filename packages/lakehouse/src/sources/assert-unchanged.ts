import { realpath, stat } from 'node:fs/promises';
import { MillraceError } from '@millrace/contracts';
import type { ResolvedSource, SourceFile } from './source-files.ts';

/**
 * Fails with `SOURCE_CORRUPT` (retryable) where a file is not what it was when it was resolved. One that was written to may have given
 * one pass other rows than the next; one that a link replaced may lie outside the allowed folders.
 */
export async function assertUnchanged(sources: readonly ResolvedSource[]): Promise<void> {
  for (const source of sources) {
    for (const file of source.files) {
      if (await isUnchanged(file)) continue;
      throw new MillraceError(
        'SOURCE_CORRUPT',
        `The source "${source.name}" changed while it was read: ${file.path} was written to or replaced. Run again when it is complete.`,
        { retryable: true, fields: { source: source.name, path: file.path } },
      );
    }
  }
}

async function isUnchanged(file: SourceFile): Promise<boolean> {
  const real = await realpath(file.path).catch(() => undefined);
  if (real !== file.path) return false;
  const now = await stat(real).catch(() => undefined);
  return now?.size === file.bytes && Math.floor(now.mtimeMs) === file.modifiedAt;
}
