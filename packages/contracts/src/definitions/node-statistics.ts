import { z } from 'zod';

const count = z.int().min(0);

/** Of every bucket but the last, the longest latency that falls into it, in milliseconds: 1/16 ms to 65.5 s, four to a doubling. */
const LATENCY_EDGES = 81;
const EDGES_PER_DOUBLING = 4;
const FIRST_DOUBLING = -4;

/**
 * The bucket of a latency in the histograms of nodes: 0 for up to 1/16 ms, one more for every factor of the fourth root of two, 81 for
 * more than 65.5 s. Buckets are the same on every node and never change, so histograms add up by adding counts.
 *
 * @example
 * ```ts
 * import { latencyBucketOf } from '@millrace/contracts';
 *
 * latencyBucketOf(1); // 16
 * latencyBucketOf(2); // 20
 * ```
 */
export function latencyBucketOf(milliseconds: number): number {
  if (!(milliseconds > 0)) return 0;
  const bucket = Math.ceil(EDGES_PER_DOUBLING * (Math.log2(milliseconds) - FIRST_DOUBLING));
  return Math.min(Math.max(bucket, 0), LATENCY_EDGES);
}

/**
 * How many buckets a latency moves up when it takes `ratio` times as long, rounded up.
 *
 * @example
 * ```ts
 * import { latencyBucketsFor } from '@millrace/contracts';
 *
 * latencyBucketsFor(1.5); // 3
 * ```
 */
export function latencyBucketsFor(ratio: number): number {
  return Math.ceil(EDGES_PER_DOUBLING * Math.log2(ratio));
}

/**
 * What a node counted for one model version since it first loaded it; counts only grow. `latency` counts runs of the model by the mean time
 * from submission to answer of the requests in the run, in the buckets of {@link latencyBucketOf}; buckets at the end that are empty may be left out.
 *
 * @example
 * ```ts
 * import { versionCountsSchema, type VersionCounts } from '@millrace/contracts';
 *
 * const counts: VersionCounts = versionCountsSchema.parse({ modelVersionId: 'mv_1', latency: [0, 2, 1] });
 * counts.latency.length; // 3
 * ```
 */
export const versionCountsSchema = z.object({ modelVersionId: z.string(), latency: z.array(count).max(LATENCY_EDGES + 1) });
export type VersionCounts = z.infer<typeof versionCountsSchema>;

/**
 * What came of the requests that the traffic split of an endpoint gave to a version; counts only grow. Requests that name their version, and
 * copies for a shadow, are not among them.
 *
 * @example
 * ```ts
 * import { routedCountsSchema, type RoutedCounts } from '@millrace/contracts';
 *
 * const counts: RoutedCounts = routedCountsSchema.parse({ endpointId: 'ep_1', modelVersionId: 'mv_1', answered: 3, errors: 1 });
 * counts.answered + counts.errors; // 4 requests came to an end
 * ```
 */
export const routedCountsSchema = z.object({
  endpointId: z.string(),
  modelVersionId: z.string(),
  /** Requests that were answered. */
  answered: count,
  /** Requests that failed, or were refused. */
  errors: count,
});
export type RoutedCounts = z.infer<typeof routedCountsSchema>;

/**
 * Of the statistics in a heartbeat, what decides about releases.
 *
 * @example
 * ```ts
 * import { nodeStatisticsSchema, type NodeStatistics } from '@millrace/contracts';
 *
 * const idle: NodeStatistics = { countedSince: '2026-12-01T00:00:00Z', versions: [], routed: [] };
 * nodeStatisticsSchema.parse(idle);
 * nodeStatisticsSchema.safeParse({}).success; // false: a node that says nothing of its versions is not one that counted no errors
 * ```
 */
export const nodeStatisticsSchema = z.object({
  /** When the process began to count; another time says that the counts began anew. */
  countedSince: z.string(),
  versions: z.array(versionCountsSchema),
  routed: z.array(routedCountsSchema),
});
export type NodeStatistics = z.infer<typeof nodeStatisticsSchema>;
