import type { InferenceEngine } from '../engine/inference-engine.ts';
import { LOWEST_PRIORITY } from '../engine/run-request.ts';
import type { PredictionBatch } from '../event-log/prediction-batch.ts';
import { DifferenceSum, type OutputDifference } from './output-difference.ts';
import type { EndpointRoute } from './route-table.ts';
import { isInShare } from './share-of-keys.ts';

type Shadow = NonNullable<EndpointRoute['shadow']>;

/** What the shadow of an endpoint answered, beside what was sent. Counts since the shadow was set. */
export interface ShadowReport {
  readonly endpoint: string;
  readonly modelVersionId: string;
  readonly requests: number;
  readonly rows: number;
  /** Copies that were not made because the node was busy, or the shadow not in memory. */
  readonly dropped: number;
  /** Copies that the shadow could not answer. */
  readonly failed: number;
  readonly outputs: readonly OutputDifference[];
}

interface ShadowState {
  readonly modelVersionId: string;
  requests: number;
  rows: number;
  dropped: number;
  failed: number;
  rowsInFlight: number;
  readonly difference: DifferenceSum;
}

/** More than this waits for nobody: a shadow that cannot keep up loses copies, not memory. */
const ROWS_IN_FLIGHT = 256;

/**
 * Gives versions in the shadow a copy of requests that were answered already, and compares what they say with what was sent.
 * Copies have the lowest priority, are dropped while the answering version has a full batch waiting, and never delay an answer.
 */
export class ShadowComparer {
  private readonly engine: Pick<InferenceEngine, 'find'>;
  private readonly states = new Map<string, ShadowState>();

  constructor(engine: Pick<InferenceEngine, 'find'>) {
    this.engine = engine;
  }

  /** Returns at once. The share of keys is another one than that of the traffic split, so that a canary's keys are copied as often as others. */
  copy(endpoint: EndpointRoute, shadow: Shadow, { key, answer }: { readonly key: string; readonly answer: PredictionBatch }): void {
    if (answer.rows === 0 || !isInShare(shadow.share, 'shadow', key)) return;
    const state = this.stateOf(endpoint.name, shadow.modelVersionId);
    const served = this.engine.find(shadow.modelVersionId);
    const answering = this.engine.find(answer.version.modelVersionId);
    const busy = answering !== undefined && answering.queuedRows >= answering.maximumBatchRows;
    // An evicted shadow stays so: its load could take the place of a version that answers.
    if (served?.residence !== 'loaded' || busy || state.rowsInFlight + answer.rows > ROWS_IN_FLIGHT) {
      state.dropped++;
      return;
    }
    state.rowsInFlight += answer.rows;
    served
      .infer({ inputs: answer.inputs, rows: answer.rows, priority: LOWEST_PRIORITY })
      .then(
        (outputs) => {
          state.requests++;
          state.rows += answer.rows;
          state.difference.add(answer.outputs, outputs, answer.rows);
        },
        () => {
          state.failed++;
        },
      )
      .finally(() => {
        state.rowsInFlight -= answer.rows;
      });
  }

  /** Forgets the shadows of endpoints that have none any more. */
  keep(endpoints: readonly EndpointRoute[]): void {
    const names = new Set(endpoints.filter(({ shadow }) => shadow !== null).map(({ name }) => name));
    for (const name of this.states.keys()) if (!names.has(name)) this.states.delete(name);
  }

  reports(): readonly ShadowReport[] {
    return [...this.states].map(([endpoint, { modelVersionId, requests, rows, dropped, failed, difference }]) => ({
      endpoint,
      modelVersionId,
      requests,
      rows,
      dropped,
      failed,
      outputs: difference.outputs(),
    }));
  }

  private stateOf(endpoint: string, modelVersionId: string): ShadowState {
    const known = this.states.get(endpoint);
    if (known?.modelVersionId === modelVersionId) return known;
    const state = { modelVersionId, requests: 0, rows: 0, dropped: 0, failed: 0, rowsInFlight: 0, difference: new DifferenceSum() };
    this.states.set(endpoint, state);
    return state;
  }
}
