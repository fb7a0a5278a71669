import { MillraceError } from '@millrace/contracts';

/** The actions of a Delta commit that this reader and writer know (PROTOCOL.md, *Actions*). Unknown ones are ignored. */
export interface AddAction {
  /** Relative to the table, percent-encoded as a URI. */
  readonly path: string;
  readonly partitionValues: Readonly<Record<string, string | null>>;
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly modificationTime: number;
  readonly dataChange: boolean;
  /** Statistics as a JSON string (*Per-file Statistics*). */
  readonly stats?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface RemoveAction {
  readonly path: string;
  readonly deletionTimestamp: number;
  readonly dataChange: boolean;
  readonly extendedFileMetadata: boolean;
  readonly partitionValues: Readonly<Record<string, string | null>>;
  readonly size: number;
}

export interface MetaDataAction {
  readonly id: string;
  readonly name?: string;
  readonly description?: string;
  readonly format: { readonly provider: string; readonly options: Readonly<Record<string, string>> };
  readonly schemaString: string;
  readonly partitionColumns: readonly string[];
  readonly configuration: Readonly<Record<string, string>>;
  readonly createdTime: number;
}

export interface ProtocolAction {
  readonly minReaderVersion: number;
  readonly minWriterVersion: number;
  readonly readerFeatures?: readonly string[];
  readonly writerFeatures?: readonly string[];
}

export interface TransactionAction {
  readonly appId: string;
  readonly version: number;
  readonly lastUpdated: number;
}

export type CommitInfo = Readonly<Record<string, unknown>>;

/** One line of a commit: exactly one of the fields is set. */
export interface Action {
  readonly add?: AddAction;
  readonly remove?: RemoveAction;
  readonly metaData?: MetaDataAction;
  readonly protocol?: ProtocolAction;
  readonly txn?: TransactionAction;
  readonly commitInfo?: CommitInfo;
}

/**
 * The path of a data file inside the table folder, from the URI of its action. Writers encode differently, so files are told by this, never
 * by the URI. Fails with `TABLE_UNSUPPORTED` for what is no URI.
 */
export function filePathOf(action: { readonly path: string }): string {
  try {
    return decodeURIComponent(action.path);
  } catch (error) {
    throw new MillraceError('TABLE_UNSUPPORTED', `The Delta log names a file by "${action.path}", which is not percent-encoded as the protocol has it.`, {
      cause: error,
      fields: { path: action.path },
    });
  }
}

/** The partition of a file. Delta has one form for an empty text and NULL, and other writers use either. */
export function partitionOf({ partitionValues }: AddAction): Record<string, string | null> {
  return Object.fromEntries(Object.entries(partitionValues).map(([name, value]) => [name, value === '' ? null : value]));
}

/** Whether the file lies elsewhere, as those of a shallow clone do in the folder of its source. */
export function isElsewhere(action: { readonly path: string }): boolean {
  return /^(?:\/|[a-z][a-z0-9+.-]*:)/i.test(action.path);
}
