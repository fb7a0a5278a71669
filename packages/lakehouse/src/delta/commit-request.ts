import type { AddAction, CommitInfo } from './actions.ts';
import type { DeltaField } from './delta-type.ts';
import type { Snapshot } from './snapshot.ts';

/** What a writer wants to change in a table. The table is made where there is none. */
export interface CommitRequest {
  readonly table: string;
  /** The columns that the added files have, partition columns included. New ones widen the table, with NULL in older rows. */
  readonly fields: readonly DeltaField[];
  readonly partitionColumns: readonly string[];
  readonly add: readonly AddAction[];
  /** Live files that this commit takes away, for example those of an earlier run of the same interval. */
  readonly replaces?: (file: AddAction) => boolean;
  /** `false`: the rows stay what they are and only lie in other files. Whoever follows changes, or replaces files by their tags, need not mind. */
  readonly dataChange?: false;
  /** Properties of the table (`delta.…`), where this commit makes it. */
  readonly configuration?: Readonly<Record<string, string>>;
  /** Throws where the commit may not land on this state of the table. Asked before every try. */
  readonly check?: (snapshot: Snapshot) => void;
  /** Makes the commit happen once: it is skipped where the table already holds this version, or a newer one, of the application. */
  readonly transaction?: { readonly appId: string; readonly version: number };
  /** Numbers that are kept in the log under a name, as transactions are, and never looked up here. The commit sets them anew. */
  readonly counts?: (snapshot: Snapshot | undefined) => Readonly<Record<string, number>>;
  /** Recorded with the commit: run, attempt, figures. */
  readonly info: CommitInfo;
}

/** `SKIPPED`: the transaction was already there, at `transactionVersion`. */
export type CommitOutcome =
  | { readonly status: 'COMMITTED'; readonly version: number; readonly checkpointError?: unknown }
  | { readonly status: 'SKIPPED'; readonly version: number; readonly transactionVersion: number };
