import type { Column } from '@millrace/contracts';
import type { WindowPerformance } from '@millrace/db';
import type { WindowKey } from '../windows/window-key.ts';
import type { LabelsOfBatch } from './label.ts';

/** The endpoint whose predictions and labels are meant. */
export interface OutcomePlace {
  readonly workspaceId: string;
  readonly endpointId: string;
}

export type MonitoredPlace = OutcomePlace & { readonly windowSeconds: number };

/** A segment of the prediction log. */
export interface SegmentFile {
  readonly segmentId: string;
  /** That it was recorded with. */
  readonly rows: number;
  readonly content: Uint8Array;
}

/** By feature how many values the column of the table cannot hold: they are NULL. A type of a later model version may not fit an earlier one. */
export type UnfitValues = Readonly<Record<string, number>>;

/** A window whose predictions are to be joined, and the score from which its version decides positive. */
export type WantedWindow = WindowKey & { readonly threshold: number };

/** What an evaluation asks to be joined: what came since the one before. */
export interface JoinRequest {
  /** The version of the prediction table up to which predictions were joined; `undefined` where none ever was. */
  readonly since: number | undefined;
  /** Batches whose labels were never joined. Without `since`: all batches. */
  readonly batchIds: readonly string[];
}

/** A window, of whatever model version, for which a batch has labels. */
export interface JoinedWindow {
  readonly windowStart: number;
  readonly labelBatchId: string;
}

export interface OutcomeJoin {
  /** The version of the prediction table that was joined; -1 where there is no table. */
  readonly predictionsVersion: number;
  /** What new labels and new predictions have in common with all that was there. */
  readonly windows: readonly JoinedWindow[];
  /** Other batches with labels that new predictions were waited for by, or that were for one of their events before. */
  readonly hitBatchIds: readonly string[];
  /** How many labels of each batch of the request are for events that no prediction is known for. */
  readonly unmatched: ReadonlyMap<string, number>;
}

/** Of ids of segments and of batches, those that are taken in for good: they are never sent again. */
export type SettledTransactions = (kind: 'segment' | 'labels', ids: readonly string[]) => Promise<readonly string[]>;

/** What maintenance did. */
export interface MaintainedTables {
  readonly filesCompacted: number;
  readonly logFilesRemoved: number;
  readonly filesRemoved: number;
  readonly bytesRemoved: number;
}

/** The tables of predictions and labels of every endpoint. */
export interface OutcomeTables {
  /** Commits a segment once, however often it is asked to. `features` are the columns to keep beside those that all predictions have. */
  appendPredictions(place: OutcomePlace, segment: SegmentFile, features: readonly Column[]): Promise<UnfitValues>;
  /** Commits a batch of labels, and what was set aside of it beside them, each once, however often it is asked to. */
  appendLabels(place: OutcomePlace, batchId: string, batch: LabelsOfBatch): Promise<void>;
  /** Joins new predictions with all labels, and new labels with all predictions. `undefined` where what is new since can no longer be told. */
  join(place: MonitoredPlace, request: JoinRequest): Promise<OutcomeJoin | undefined>;
  /**
   * Performance of windows from the labels of the batches, by `windowKeyText`; a window without a scored prediction is left out.
   * Every batch with a label for one of the windows has to be named.
   */
  performance(place: MonitoredPlace, windows: readonly WantedWindow[], batchIds: readonly string[]): Promise<ReadonlyMap<string, WindowPerformance>>;
  /** How many labels of each batch are for events that no prediction is known for. */
  countUnmatched(place: OutcomePlace, batchIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Keeps the tables of an endpoint as small as what is in them: small files become large ones, and what nothing needs goes. */
  maintain(place: OutcomePlace, settled: SettledTransactions): Promise<MaintainedTables>;
}
