import type { ExecutionProvider } from '@millrace/contracts';

/** What a found batch size depends on, beside the machine. */
export interface BatchSizeKey {
  readonly artifactDigest: string;
  readonly provider: ExecutionProvider;
  /** The largest size that was allowed to come out. */
  readonly maximumRows: number;
}

/** Batch sizes that were found by a sweep, so that a model that is loaded again on the same class of node is not swept again. */
export interface BatchSizeMemory {
  find(key: BatchSizeKey): number | undefined;
  keep(key: BatchSizeKey, rows: number): void;
}
