import type { AssignedVersion } from '@millrace/contracts';
import type { DurationSum, VersionStatistics } from '../engine/statistics/version-statistics.ts';

/** A version of an endpoint, and what it did. */
export interface CountedVersion {
  readonly endpoint: string;
  readonly served: { readonly assigned: AssignedVersion; statistics(): VersionStatistics };
}

/** What versions of endpoints did since they were loaded, as the statistics extension words it. */
export function encodeStatistics(versions: readonly CountedVersion[]): object {
  return {
    model_stats: versions.map(({ endpoint, served }) => modelStatistics(endpoint, String(served.assigned.version), served.statistics())),
  };
}

function modelStatistics(name: string, version: string, statistics: VersionStatistics): object {
  return {
    name,
    version,
    last_inference: statistics.lastInference,
    inference_count: statistics.inferenceCount,
    execution_count: statistics.executionCount,
    inference_stats: {
      success: duration(statistics.success),
      fail: duration(statistics.fail),
      queue: duration(statistics.queue),
      compute_input: duration(statistics.computeInput),
      compute_infer: duration(statistics.computeInfer),
      compute_output: duration(statistics.computeOutput),
      cache_hit: duration(statistics.cacheHit),
      cache_miss: duration(statistics.cacheMiss),
    },
    batch_stats: statistics.batches.map((batch) => ({
      batch_size: batch.rows,
      compute_input: duration(batch.computeInput),
      compute_infer: duration(batch.computeInfer),
      compute_output: duration(batch.computeOutput),
    })),
    memory_usage: [],
    response_stats: {},
  };
}

/** The extension counts whole nanoseconds. */
function duration({ count, nanoseconds }: DurationSum): { count: number; ns: number } {
  return { count, ns: Math.round(nanoseconds) };
}
