import { realpath, stat } from 'node:fs/promises';
import { MillraceError } from '@millrace/contracts';
import { isMissing } from './is-missing.ts';
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
  try {
    const real = await realpath(file.path);
    if (real !== file.path) return false;
    const { size, mtimeMs } = await stat(real);
    return size === file.bytes && Math.floor(mtimeMs) === file.modifiedAt;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
