import type { PredictionLogStatus } from '@millrace/contracts';
import type { InferenceEngine } from '../engine/inference-engine.ts';
import type { AccessTable } from './access-table.ts';
import type { RouteTable } from './route-table.ts';
import type { ShadowComparer } from './shadow-comparer.ts';
import type { PredictionSink } from '../event-log/prediction-batch.ts';

/** What the handlers of the protocol work with. */
export interface ServingContext {
  readonly engine: InferenceEngine;
  readonly routes: RouteTable;
  readonly access: AccessTable;
  readonly predictions: PredictionSink;
  readonly shadows: ShadowComparer;
  /** Whether this node serves everything it was assigned, and is not about to stop. */
  readonly isReady: () => boolean;
  /** How the prediction log does, where there is one. */
  readonly predictionLog?: (() => PredictionLogStatus) | undefined;
  /** The metrics of this node in Prometheus's text format. */
  readonly metrics?: (() => string) | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}
