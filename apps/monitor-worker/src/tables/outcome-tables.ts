import type { Column } from '@millrace/contracts';
import type { WindowPerformance } from '@millrace/db';
import type { WindowKey } from '../windows/window-key.ts';
import type { Label } from './label.ts';

/** The endpoint whose predictions and labels are meant. */
export interface OutcomePlace {
  readonly workspaceId: string;
  readonly endpointId: string;
}

export type MonitoredPlace = OutcomePlace & { readonly windowSeconds: number };

/** A segment of the prediction log as a local file of newline-delimited JSON. */
export interface SegmentFile {
  readonly segmentId: string;
  readonly path: string;
}

/** A window whose predictions are to be joined, and the score from which its version decides positive. */
export type WantedWindow = WindowKey & { readonly threshold: number };

/** The tables of predictions and labels of every endpoint. */
export interface OutcomeTables {
  /** Commits a segment once, however often it is asked to. `features` are the columns to keep beside those that all predictions have. */
  appendPredictions(place: OutcomePlace, segment: SegmentFile, features: readonly Column[]): Promise<void>;
  /** Commits a batch of labels once, however often it is asked to. */
  appendLabels(place: OutcomePlace, batchId: string, labels: readonly Label[]): Promise<void>;
  /** The windows in which predictions lie that the labels of these batches are for. */
  windowsOfLabels(place: MonitoredPlace, batchIds: readonly string[]): Promise<WindowKey[]>;
  /** Performance of windows from the labels that exist, by `windowKeyText`; a window without a scored prediction is left out. */
  performance(place: MonitoredPlace, windows: readonly WantedWindow[]): Promise<ReadonlyMap<string, WindowPerformance>>;
  /** How many labels of each batch are for events that no prediction is known for. A batch without any is left out. */
  countUnmatched(place: OutcomePlace, batchIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
}
