import type { ExecutionProvider, NodeAssignment, SerializedError } from '@millrace/contracts';
import type { SegmentManifest } from '../event-log/segment-folder.ts';

/** What a node says about itself when it registers. Memory in bytes. */
export interface NodeRegistration {
  readonly name: string;
  readonly environment: string;
  readonly url: string;
  readonly executionProviders: readonly ExecutionProvider[];
  readonly hardware: { readonly cores: number; readonly memoryBytes: number; readonly cpu: string; readonly architecture: string };
  readonly nodeClass: string;
}

/** One version on this node. */
export type VersionState =
  | { readonly modelVersionId: string; readonly state: 'LOADED' }
  | { readonly modelVersionId: string; readonly state: 'FAILED'; readonly error: SerializedError };

/** Counts of one version since it was loaded. */
export interface VersionStats {
  readonly modelVersionId: string;
  readonly requests: number;
  readonly errors: number;
  readonly rows: number;
}

/** What a node reports every few seconds. `servedGeneration` is the newest assignment that it serves in full. */
export interface HeartbeatReport {
  readonly nodeId: string;
  readonly servedGeneration: number;
  readonly versionStates: readonly VersionState[];
  readonly stats: { readonly versions: readonly VersionStats[]; readonly droppedPredictionRows: number; readonly residentBytes: number };
  readonly draining: boolean;
}

/** A closed segment of the prediction log. The pair of node and sequence names it: recording it again changes nothing. */
export type PredictionSegmentRecord = SegmentManifest & { readonly nodeId: string; readonly artifactDigest: string };

/** A model version measured on this node. */
export interface MeasurementResult {
  /** Latency of one-row requests, in milliseconds. */
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly rowsPerSecond: number;
  readonly loadMilliseconds: number;
  /** Growth of the node's resident memory while the version was loaded. */
  readonly residentBytes: number;
}

/** A measurement, or why it could not be made. */
export interface MeasurementReport {
  readonly environmentAssessmentId: string;
  readonly outcome: { readonly kind: 'measured'; readonly result: MeasurementResult } | { readonly kind: 'failed'; readonly error: SerializedError };
}

/** Everything that a node asks of the control plane. Every call rejects with a `MillraceError`; a retryable one may be made again. */
export interface ControlPlaneClient {
  registerNode(registration: NodeRegistration): Promise<{ readonly nodeId: string; readonly assignment: NodeAssignment }>;
  /** The newest assignment, or undefined when the reported generation is the newest. */
  heartbeat(report: HeartbeatReport): Promise<NodeAssignment | undefined>;
  recordPredictionSegment(segment: PredictionSegmentRecord): Promise<void>;
  recordMeasurement(report: MeasurementReport): Promise<void>;
  /** Stores content and returns its digest. */
  uploadArtifact(content: Uint8Array<ArrayBuffer>): Promise<{ readonly digest: string }>;
  downloadArtifact(digest: string): Promise<Uint8Array>;
}
