import type { Readable } from 'node:stream';

/** What `put` takes: all bytes at once, or chunks as they come. */
export type ArtifactContent = Uint8Array | AsyncIterable<Uint8Array>;

/** A stored artifact: its content address `sha256:<64 hex digits>` and its size in bytes. */
export interface StoredArtifact {
  readonly digest: string;
  readonly bytes: number;
}

/**
 * A content-addressed store. Content is named by its SHA-256, so an artifact never changes and putting it twice stores it once.
 * Every read is checked against the digest: content that no longer matches fails with `ARTIFACT_CORRUPT`,
 * content that is not there with `ARTIFACT_MISSING`, a malformed digest with `BAD_INPUT`. A disk that cannot be used is `STORAGE_UNAVAILABLE`.
 */
export interface ArtifactStore {
  /** Stores content durably: when the promise resolves, the artifact survives a crash. */
  put(content: ArtifactContent): Promise<StoredArtifact>;
  /** A stream of the content. The mismatch of a corrupt artifact is known only at its end: the stream then fails instead of ending. */
  get(digest: string): Promise<Readable>;
  /** The whole content, verified before it is returned. */
  read(digest: string): Promise<Uint8Array>;
  has(digest: string): Promise<boolean>;
  /**
   * Removes an artifact unless it was put again since `before`; returns the bytes that went. The caller knows that nobody refers to it.
   */
  remove(digest: string, before: Date): Promise<number>;
  /** Removes what uploads that were killed before `before` have left; returns the bytes that went. */
  removeLeftovers(before: Date): Promise<number>;
  /** The local file of the artifact, where the store has one. The content is not verified. */
  path?(digest: string): string;
}
