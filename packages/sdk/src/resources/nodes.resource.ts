import type { Lease, NodeAssignment, ScoringTask, SerializedError, WindowSummary } from '@millrace/contracts';
import { isoTime, send, type Client } from '../client.ts';
import {
  getScoringTask,
  heartbeat,
  recordMeasurement,
  recordPredictionSegment,
  recordScoringOutput,
  registerNode,
  type HeartbeatInput,
  type RecordPredictionSegmentInput,
  type RegisterNodeInput,
} from '../generated/operations.ts';
import type { DatasetVersion } from '../nouns/data.ts';
import type { NodeRegistration, PredictionSegment } from '../nouns/operation.ts';
import type { ScoringOutput } from '../nouns/scoring.ts';
import type { CallOptions } from '../options.ts';
import { NodeLedger } from './node-ledger.ts';

/**
 * A segment of the prediction log: its artifact, and the window summaries of its rows, one per model version and window.
 *
 * @example
 * ```ts
 * import type { SegmentInput } from '@millrace/sdk';
 * const isEmpty = ({ rows }: SegmentInput): boolean => rows === 0;
 * ```
 */
export type SegmentInput = Omit<RecordPredictionSegmentInput, 'summaries' | 'minEventTime' | 'maxEventTime'> & {
  readonly minEventTime: string | Date;
  readonly maxEventTime: string | Date;
  readonly summaries: readonly (WindowSummary & { readonly modelVersionId: string })[];
};
/**
 * What a node measured for an environment assessment, or why it could not.
 *
 * @example
 * ```ts
 * import type { MeasurementInput } from '@millrace/sdk';
 * const measured: MeasurementInput = { environmentAssessmentId: 'eas_…', result: { p95: 0.3 } };
 * ```
 */
export type MeasurementInput = { readonly environmentAssessmentId: string } & (
  | { readonly result: Readonly<Record<string, unknown>> }
  | { readonly error: SerializedError }
);

/**
 * What inference workers and scoring processes say to the control plane. Needs a token with the scope `node`.
 *
 * @example
 * ```ts
 * import { Millrace } from '@millrace/sdk';
 * const millrace = new Millrace({ url: 'http://127.0.0.1:4000', token: 'mlr_…' });
 * const { nodeId, assignment } = await millrace.nodes.register({
 *   name: 'node-1', environment: 'production', url: 'http://10.0.0.7:8080', executionProviders: ['cpu'], hardware: { cores: 8 }, nodeClass: 'cpu-8',
 * });
 * const newer = await millrace.nodes.heartbeat({ nodeId, servedGeneration: assignment.generation, versionStates: [], stats: {} });
 * ```
 */
export class NodesResource {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  async register(input: RegisterNodeInput, options?: CallOptions): Promise<NodeRegistration> {
    return (await send(this.#client, registerNode, input, options)).registerNode as NodeRegistration;
  }

  /** Reports what the node serves. Resolves to the assignment when the node does not serve the newest one yet. */
  async heartbeat(input: HeartbeatInput, options?: CallOptions): Promise<NodeAssignment | undefined> {
    const { assignment } = (await send(this.#client, heartbeat, input, options)).heartbeat;
    return (assignment as NodeAssignment | null) ?? undefined;
  }

  /** Hands over a segment. The pair of node and `sequence` is taken once, however often it is sent. */
  async recordSegment(input: SegmentInput, options?: CallOptions): Promise<PredictionSegment> {
    const times = { minEventTime: isoTime(input.minEventTime), maxEventTime: isoTime(input.maxEventTime) };
    return (await send(this.#client, recordPredictionSegment, { ...input, ...times }, options)).recordPredictionSegment;
  }

  async recordMeasurement(input: MeasurementInput, options?: CallOptions): Promise<void> {
    await send(this.#client, recordMeasurement, input, options);
  }

  /** The ledger of scoring jobs. With `environment` it also takes runs that are meant for that environment. */
  ledger(options?: { readonly environment?: string }): NodeLedger {
    return new NodeLedger(this.#client, options);
  }

  /** Everything that is needed to carry out a scoring run. */
  async scoringTask(scoringRunId: string, options?: CallOptions): Promise<ScoringTask> {
    return (await this.#client.transport.execute(getScoringTask, { id: scoringRunId }, options)).scoringTask as ScoringTask;
  }

  /** Makes the dataset version of a scoring run and ends its job, both or neither. Throws `STALE_ATTEMPT` when the lease is lost. */
  async recordScoringOutput(lease: Lease, output: ScoringOutput, options?: CallOptions): Promise<DatasetVersion> {
    return (await send(this.#client, recordScoringOutput, { lease, ...output }, options)).recordScoringOutput as DatasetVersion;
  }
}
