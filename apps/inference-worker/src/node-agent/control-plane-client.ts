import type { ExecutionProvider, NodeAssignment, NodeStatistics, PredictionLogStatus, SerializedError, VersionCounts, VersionState } from '@millrace/contracts';
import type { Residence } from '../engine/residency/held-version.ts';
import type { Isolation } from '../engine/session/isolation.ts';
import type { ShedReason } from '../engine/statistics/version-statistics.ts';
import type { SegmentManifest } from '../event-log/segment-folder.ts';
import type { ShadowReport } from '../serving/shadow-comparer.ts';

/** What a node says about itself when it registers. Memory in bytes. */
export interface NodeRegistration {
  readonly name: string;
  readonly environment: string;
  readonly url: string;
  readonly executionProviders: readonly ExecutionProvider[];
  readonly hardware: { readonly cores: number; readonly memoryBytes: number; readonly cpu: string; readonly architecture: string };
  readonly nodeClass: string;
}

/** One version on this node; counts are since it was first loaded. */
export interface VersionStats extends VersionCounts {
  /** Requests that came. */
  readonly requests: number;
  /** Requests that failed; copies for the shadow that were dropped are none. */
  readonly errors: number;
  readonly rows: number;
  /** What runs it, and how many rows are joined at most. */
  readonly provider: ExecutionProvider;
  /** Where its sessions live. */
  readonly isolation: Isolation;
  readonly maximumBatchRows: number;
  readonly queuedRows: number;
  /** Requests that were not run, by reason. */
  readonly sheds: Readonly<Record<ShedReason, number>>;
  /** An evicted version is loaded again by its next request. */
  readonly residence: Residence;
  /** Of its sessions now. */
  readonly residentBytes: number;
}

/** What a node reports every few seconds. `servedGeneration` is the newest assignment that it has taken up: `versionStates` tell what of it cannot be served. */
export interface HeartbeatReport {
  readonly nodeId: string;
  readonly servedGeneration: number;
  readonly versionStates: readonly VersionState[];
  readonly stats: Omit<NodeStatistics, 'versions'> & {
    readonly versions: readonly VersionStats[];
    readonly predictionLog: PredictionLogStatus;
    readonly residentBytes: number;
    /** What the versions in the shadow answered, beside what was sent. */
    readonly shadows: readonly ShadowReport[];
  };
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
