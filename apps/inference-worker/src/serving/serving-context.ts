import type { MillraceError } from '@millrace/contracts';
import type { PredictionLogStatus } from '@millrace/contracts';
import type { InferenceEngine } from '../engine/inference-engine.ts';
import type { AccessTable } from './access-table.ts';
import type { RouteTable } from './route-table.ts';
import type { RoutedCounter } from './routed-counter.ts';
import type { ShadowComparer } from './shadow-comparer.ts';
import type { PredictionSink } from '../event-log/prediction-batch.ts';

/** What the handlers of the protocol work with. */
export interface ServingContext {
  readonly engine: InferenceEngine;
  readonly routes: RouteTable;
  readonly access: AccessTable;
  readonly predictions: PredictionSink;
  readonly shadows: ShadowComparer;
  readonly routed: RoutedCounter;
  /** Whether this node serves everything it was assigned, and is not about to stop. */
  readonly isReady: () => boolean;
  /** Whether this node has taken up what it was assigned, be it nothing, and is not about to stop: what a roll-out waits for. */
  readonly isTakenUp: () => boolean;
  /** How the prediction log does, where there is one. */
  readonly predictionLog?: (() => PredictionLogStatus) | undefined;
  /** Why a version that this node was assigned could not be loaded; undefined where it could, or is being loaded. */
  readonly failureOf?: ((modelVersionId: string) => MillraceError | undefined) | undefined;
  /** The metrics of this node in Prometheus's text format. */
  readonly metrics?: (() => string) | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}
