import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { open, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline, Transform, type Readable } from 'node:stream';
import { MillraceError } from '@millrace/contracts';
import type { ArtifactContent, ArtifactStore, StoredArtifact } from './artifact-store.ts';
import { corruptArtifact, digestOf, hexOf, missingArtifact } from './digest.ts';

const CONTENT = 'sha256';

/**
 * An artifact store in a local folder: `<root>/sha256/<2 hex>/<64 hex>`. Content is written to a temporary file, synced, and
 * renamed to its name, so a reader sees a whole artifact or none; putting it again replaces a damaged copy. The root is made when it is first
 * written, but not where it was there before: then its file system is away, and a new one would hide what is on it.
 */
export class FilesystemStore implements ArtifactStore {
  readonly #root: string;
  /** Lies in the root from its first use on: a share that is not mounted leaves an empty folder in its place. */
  readonly #content: string;
  /** It was there. */
  #wasThere: boolean;

  constructor(root: string) {
    this.#root = root;
    this.#content = join(root, CONTENT);
    this.#wasThere = existsSync(this.#content);
  }

  async put(content: ArtifactContent): Promise<StoredArtifact> {
    const temporary = join(this.#root, 'temporary', randomUUID());
    await this.#openRoot();
    try {
      const stored = await writeHashed(temporary, content instanceof Uint8Array ? [content] : content);
      const target = this.path(stored.digest);
      const made = await makeFolders(this.#root, CONTENT, basename(dirname(target)));
      await rename(temporary, target);
      await syncFolders(dirname(target), made);
      return stored;
    } catch (error) {
      await rm(temporary, { force: true });
      if (isMissing(error)) await this.#requireRoot();
      throw error;
    }
  }

  async get(digest: string): Promise<Readable> {
    const hash = createHash('sha256');
    const file = await open(this.path(digest)).catch((error: unknown) => this.#notFound(error, digest));
    const check = new Transform({
      transform: (chunk: Uint8Array, _encoding, done) => {
        hash.update(chunk);
        done(null, chunk);
      },
      flush: (done) => {
        const measured = `sha256:${hash.digest('hex')}`;
        done(measured === digest ? null : corruptArtifact(digest, measured));
      },
    });
    return pipeline(file.createReadStream({ highWaterMark: 1 << 18 }), check, () => undefined);
  }

  async read(digest: string): Promise<Uint8Array> {
    const bytes = await readFile(this.path(digest)).catch((error: unknown) => this.#notFound(error, digest));
    const measured = digestOf(bytes);
    if (measured !== digest) throw corruptArtifact(digest, measured);
    return bytes;
  }

  async has(digest: string): Promise<boolean> {
    try {
      const found = await stat(this.path(digest)).catch((error: unknown) => this.#notFound(error, digest));
      return found.isFile();
    } catch (error) {
      if (error instanceof MillraceError && error.code === 'ARTIFACT_MISSING') return false;
      throw error;
    }
  }

  /** The digests of all artifacts. */
  async digests(): Promise<readonly string[]> {
    const names = await readdir(this.#content, { recursive: true }).catch(async (error: unknown) => {
      if (!isMissing(error)) throw error;
      await this.#requireRoot();
      return [];
    });
    return names.flatMap((name) => {
      const hex = basename(name);
      return /^[0-9a-f]{64}$/.test(hex) ? [`sha256:${hex}`] : [];
    });
  }

  remove(digest: string, before: Date): Promise<number> {
    return removeOlder(this.path(digest), before);
  }

  async removeLeftovers(before: Date): Promise<number> {
    const folder = join(this.#root, 'temporary');
    const names = await readdir(folder).catch(() => []);
    let bytes = 0;
    for (const name of names) bytes += await removeOlder(join(folder, name), before);
    return bytes;
  }

  async #openRoot(): Promise<void> {
    await this.#requireRoot();
    if (!this.#wasThere) await mkdir(this.#content, { recursive: true });
    this.#wasThere = true;
    await makeFolders(this.#root, 'temporary');
  }

  /** A root that was never there is one that holds nothing yet. */
  async #requireRoot(): Promise<void> {
    const isThere = await stat(this.#content).then(
      () => true,
      (error: unknown) => !isMissing(error),
    );
    this.#wasThere ||= isThere;
    if (this.#wasThere && !isThere) throw away(this.#root);
  }

  async #notFound(error: unknown, digest: string): Promise<never> {
    if (!isMissing(error))
      throw new MillraceError('STORAGE_UNAVAILABLE', `The artifact ${digest} cannot be read: ${error instanceof Error ? error.message : String(error)}.`, {
        cause: error,
        fields: { digest },
      });
    await this.#requireRoot();
    throw missingArtifact(digest);
  }

  path(digest: string): string {
    const hex = hexOf(digest);
    return join(this.#content, hex.slice(0, 2), hex);
  }
}

/** Putting an artifact again gives its file a new time. */
async function removeOlder(path: string, before: Date): Promise<number> {
  const file = await stat(path).catch(() => undefined);
  if (file === undefined || file.mtimeMs >= before.getTime()) return 0;
  await rm(path, { force: true });
  return file.size;
}

async function writeHashed(path: string, chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<StoredArtifact> {
  const hash = createHash('sha256');
  let bytes = 0;
  const file = await open(path, 'wx');
  try {
    for await (const chunk of chunks) {
      hash.update(chunk);
      bytes += chunk.byteLength;
      await file.writeFile(chunk);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return { digest: `sha256:${hash.digest('hex')}`, bytes };
}

/** Syncs a folder, and the ones above it up to the one that holds the topmost folder that was `made` for it. */
async function syncFolders(folder: string, made = ''): Promise<void> {
  await syncFolder(folder);
  if (made !== '' && folder.length >= made.length) await syncFolders(dirname(folder), made);
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Makes a folder below the root, one level after the other, and returns the topmost that was made. The root itself is never made here. */
async function makeFolders(root: string, ...names: readonly string[]): Promise<string | undefined> {
  let path = root;
  let topmost: string | undefined;
  for (const name of names) {
    path = join(path, name);
    const isNew = await mkdir(path).then(
      () => true,
      (error: unknown) => {
        if (isMissing(error)) throw away(root);
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        return false;
      },
    );
    if (isNew) topmost ??= path;
  }
  return topmost;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function away(root: string): MillraceError {
  return new MillraceError('STORAGE_UNAVAILABLE', `The folder of the artifacts, ${root}, is not there. Is its file system mounted? It is tried again.`, {
    fields: { root },
  });
}
