/** How often, and for how long altogether. */
export interface DurationSum {
  readonly count: number;
  readonly nanoseconds: number;
}

/** Why a request was not run. */
export const SHED_REASONS = ['queue_full_rows', 'queue_full_bytes', 'timeout', 'client_gone', 'unloaded', 'shadow'] as const;
export type ShedReason = (typeof SHED_REASONS)[number];

/** The executions of one batch size, in rows. */
export interface BatchStatistics {
  readonly rows: number;
  readonly computeInput: DurationSum;
  readonly computeInfer: DurationSum;
  readonly computeOutput: DurationSum;
}

/** What a version did since it was loaded, split as the statistics extension of the protocol splits it. */
export interface VersionStatistics {
  /** Milliseconds since the epoch; 0 before the first. */
  readonly lastInference: number;
  /** Rows inferred, and runs that inferred them. Their quotient is the mean batch. */
  readonly inferenceCount: number;
  readonly executionCount: number;
  /** Requests, from submission to answer. */
  readonly success: DurationSum;
  readonly fail: DurationSum;
  readonly queue: DurationSum;
  readonly computeInput: DurationSum;
  readonly computeInfer: DurationSum;
  readonly computeOutput: DurationSum;
  readonly cacheHit: DurationSum;
  readonly cacheMiss: DurationSum;
  readonly batches: readonly BatchStatistics[];
  /** Runs by the mean time from submission to answer of the requests in them, in the buckets of `latencyBucketOf`. */
  readonly latency: readonly number[];
  readonly sheds: Readonly<Record<ShedReason, number>>;
  readonly queuedRows: number;
}

const NONE: DurationSum = { count: 0, nanoseconds: 0 };

/** Of a version that has done nothing. */
export const EMPTY_STATISTICS: VersionStatistics = {
  lastInference: 0,
  inferenceCount: 0,
  executionCount: 0,
  success: NONE,
  fail: NONE,
  queue: NONE,
  computeInput: NONE,
  computeInfer: NONE,
  computeOutput: NONE,
  cacheHit: NONE,
  cacheMiss: NONE,
  batches: [],
  latency: [],
  sheds: { queue_full_rows: 0, queue_full_bytes: 0, timeout: 0, client_gone: 0, unloaded: 0, shadow: 0 },
  queuedRows: 0,
};
