import type { FilesystemStore } from '@millrace/storage';

/** What nothing on the node uses stays a day: a release that is rolled back finds its former version here. */
const UNUSED_MILLISECONDS = 24 * 3_600_000;

/** Removes artifacts that this node has not used for a day, so that its disk holds what it serves and not what it ever served. */
export class UnusedArtifacts {
  readonly #artifacts: FilesystemStore;
  readonly #lastUsed = new Map<string, number>();

  constructor(artifacts: FilesystemStore) {
    this.#artifacts = artifacts;
  }

  /** Returns the bytes that went. `inUse` are the digests of what is assigned, loaded or being loaded now; `now` in milliseconds since the epoch. */
  async remove(inUse: ReadonlySet<string>, now: number): Promise<number> {
    const before = now - UNUSED_MILLISECONDS;
    let bytes = await this.#artifacts.removeLeftovers(new Date(before));
    for (const digest of await this.#artifacts.digests()) {
      if (inUse.has(digest)) this.#lastUsed.set(digest, now);
      else if ((this.#lastUsed.get(digest) ?? 0) < before) bytes += await this.#forget(digest, new Date(before));
    }
    return bytes;
  }

  #forget(digest: string, before: Date): Promise<number> {
    this.#lastUsed.delete(digest);
    return this.#artifacts.remove(digest, before);
  }
}
