import type { ExecutionProvider, SerializedError, ServingOptions, Signature, Column } from '@millrace/contracts';
import type { MappedFile } from '@millrace/lakehouse';

/** What is the same for all files of one scoring run. */
export interface ScoringJob {
  readonly artifact: { readonly path: string; readonly digest: string };
  /** In order of preference; never empty. */
  readonly providers: readonly ExecutionProvider[];
  readonly signature: Signature;
  /** Who says whether rows may be joined. */
  readonly batching: ServingOptions['batching'];
  readonly source: { readonly table: string; readonly version: number; readonly schema: readonly Column[] };
  readonly keyColumns: readonly string[];
  readonly modelVersionId: string;
  readonly target: { readonly table: string; readonly filePrefix: string; readonly tags: Readonly<Record<string, string>> };
}

/** To a scoring process. Its job comes once, then one file after the other. */
export type ScoringRequest =
  | { readonly kind: 'open'; readonly job: ScoringJob }
  | { readonly kind: 'score'; readonly path: string }
  | { readonly kind: 'cancel' };

/** From a scoring process. */
export type ScoringReply =
  /** With the reason why rows are not joined, where they are not. */
  | { readonly kind: 'opened'; readonly aloneBecause: string | undefined }
  | { readonly kind: 'progress'; readonly rows: number }
  | { readonly kind: 'scored'; readonly file: MappedFile }
  | { readonly kind: 'failed'; readonly error: SerializedError };
