import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ArtifactStore } from '@millrace/storage';

/**
 * Lends an artifact as a file for as long as the work takes. The content is checked against its digest on the way, so what
 * the work reads is what was stored, on any store.
 *
 * @throws MillraceError ARTIFACT_MISSING or ARTIFACT_CORRUPT before the work begins.
 */
export async function withArtifactFile<T>(storage: ArtifactStore, digest: string, folder: string, work: (path: string) => Promise<T>): Promise<T> {
  await mkdir(folder, { recursive: true });
  const own = await mkdtemp(join(folder, 'artifact-'));
  try {
    const path = join(own, 'rows.ndjson');
    await pipeline(await storage.get(digest), createWriteStream(path));
    return await work(path);
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}
