import { fileURLToPath } from 'node:url';
import { MillraceError } from '@millrace/contracts';
import type { ArtifactStore } from './artifact-store.ts';
import { FilesystemStore } from './filesystem-store.ts';

/** Opens the artifact store that a `STORAGE_URL` names: `file:///absolute/folder` (made when first written). Other schemes fail with `BAD_INPUT`. */
export function openStorage(url: string): ArtifactStore {
  return new FilesystemStore(folderOf(url));
}

/** The local folder that a `file://` URL names. */
export function folderOf(url: string): string {
  const parsed = URL.parse(url);
  if (parsed?.protocol !== 'file:') {
    const scheme = parsed === null ? `"${url}"` : `the scheme ${parsed.protocol}//`;
    throw new MillraceError(
      'BAD_INPUT',
      `Storage cannot be opened by ${scheme}. The schemes that work are: file:// (for example file:///var/lib/millrace/artifacts).`,
      { fields: { supported: ['file:'] } },
    );
  }
  if (parsed.host !== '')
    throw new MillraceError('BAD_INPUT', `"${url}" names the host "${parsed.host}". A file URL has three slashes: file:///${parsed.host}${parsed.pathname}.`, {
      fields: { url },
    });
  return fileURLToPath(parsed);
}
