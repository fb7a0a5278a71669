import type { ExecutionProvider } from '@millrace/contracts';
import type { BatchLimits } from './engine/queue/batch-queue.ts';
import type { SegmentLimits } from './event-log/prediction-log.ts';
import type { HttpLimits } from './http/http-limits.ts';
import type { TlsFiles } from './http/read-tls-files.ts';
import type { AccessMode } from './serving/access-table.ts';

/** How one node runs. `provider` serves every version of this node; `executionProviders` are those that were found to work. */
export interface NodeSettings {
  readonly name: string;
  readonly environment: string;
  readonly host: string;
  readonly port: number;
  /** Undefined: no gRPC. */
  readonly grpcPort?: number | undefined;
  /** Under which other machines reach this node; undefined: the address it listens on. */
  readonly publicUrl?: string | undefined;
  readonly stateFolder: string;
  readonly provider: ExecutionProvider;
  readonly executionProviders: readonly ExecutionProvider[];
  /** Whether callers need a token. */
  readonly access: AccessMode;
  readonly batch: BatchLimits;
  /** What this process may hold in memory; undefined: half of what the machine or its control group has. */
  readonly memoryBudgetBytes?: number | undefined;
  readonly maximumBodyBytes: number;
  /** Of bodies and messages that arrive at a time; nothing: eight of the largest. */
  readonly maximumReceivingBytes?: number | undefined;
  /** Certificate and key of HTTP and gRPC; undefined: both are plain. */
  readonly tls?: TlsFiles | undefined;
  /** Whose pages may call this node from a browser. */
  readonly corsOrigins?: readonly string[] | undefined;
  /** What differs from the defaults. */
  readonly httpLimits?: Partial<HttpLimits> | undefined;
  /** Whether callers may load and unload versions; nothing: they may not. */
  readonly modelRepository?: boolean | undefined;
  /** How long the node still answers, not ready any more, before it closes: time for whoever sends it requests to notice. */
  readonly drainMilliseconds?: number | undefined;
  /** What stopping takes at most after that; nothing: 8 s. What is still in flight is given half of it, and ended then. */
  readonly stopTimeoutMilliseconds?: number | undefined;
  /** How long a load, and one run, may take; nothing: two minutes, and one. */
  readonly loadTimeoutMilliseconds?: number | undefined;
  readonly runTimeoutMilliseconds?: number | undefined;
  readonly segments: SegmentLimits;
  readonly heartbeatMilliseconds: number;
}
