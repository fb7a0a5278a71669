import { z } from 'zod';
import { ISOLATION_CHOICES } from '../values/isolation-choice.ts';
import { EXECUTION_PROVIDERS } from '../values/execution-provider.ts';
import { PREDICTION_LOG_MODES } from '../values/prediction-log-mode.ts';

/** A tebibyte. */
const MOST_BYTES = 2 ** 40;

/**
 * How the versions of a model are served, on every node that holds one. What is null is found by the node, or is the node's own setting.
 *
 * @example
 * ```ts
 * import { servingOptionsSchema, type ServingOptions, type ServingOptionsInput } from '@millrace/contracts';
 *
 * const defaults: ServingOptions = servingOptionsSchema.parse({});
 * const onGpuOnly: ServingOptionsInput = { providers: ['cuda'], requireProvider: true };
 * ```
 */
export const servingOptionsSchema = z.strictObject({
  /** In order of preference; the first that runs on a node serves there. Empty: what the node prefers. */
  providers: z.array(z.enum(EXECUTION_PROVIDERS)).max(20).default([]),
  /** Refuse to load where the first of `providers` does not run, instead of falling back to the next and in the end to the CPU. */
  requireProvider: z.boolean().default(false),
  /** Sessions side by side, each with a thread of its own. */
  instances: z.int().min(1).max(64).default(1),
  /** Requests are joined up to this many rows. Null: found by a sweep when the version is loaded. */
  maximumBatchRows: z.int().min(1).max(65_536).nullable().default(null),
  /**
   * Whether requests may be joined. `proven`: where the graph is proven to keep rows apart. `declared`: the owner says that it does; it must still
   * give the same for a row alone and in company. Rows of batch scoring are joined by the same rule.
   */
  batching: z.enum(['proven', 'declared']).default('proven'),
  /** How long a request may wait for others to join it, in microseconds. 0: a batch leaves as soon as a session is free. */
  maximumQueueDelayMicroseconds: z.int().min(0).max(10_000_000).default(0),
  /** Rows and bytes of inputs that may wait; a request beyond is refused. */
  maximumQueuedRows: z.int().min(1).max(1_000_000_000).nullable().default(null),
  maximumQueuedBytes: z.int().min(1).max(MOST_BYTES).nullable().default(null),
  /** How long a request that names no `timeout` may wait in the queue, in microseconds. Null: without limit. */
  queueTimeoutMicroseconds: z.int().min(1).max(3_600_000_000).nullable().default(null),
  /** A run that takes longer is given up: its requests are answered `TIMEOUT`, and its session is ended and replaced. Null: what the node allows. */
  runTimeoutMilliseconds: z.int().min(1).max(3_600_000).nullable().default(null),
  /** Where sessions live: `thread` of the node; `process` of its own, whose death ends nothing else; `auto`: a process where the graph can end or stop one. */
  isolation: z.enum(ISOLATION_CHOICES).default('auto'),
  /** Never evicted from memory. */
  pinned: z.boolean().default(false),
  /** A node is not ready while a version of this model cannot answer. */
  required: z.boolean().default(true),
  /** Percent of the requests whose predictions go into the prediction log, chosen by their key, so that one that is sent again is logged again or again not. What is not logged is not monitored. */
  predictionLogShare: z.int().min(0).max(100).default(100),
  /**
   * When a request is answered. `fast`: at once, and its predictions are made durable some milliseconds later; a node that is killed loses
   * what it has answered meanwhile, and counts it at its next start. `durable`: when its predictions are on the node's disk; where they
   * cannot be, it is answered with UNAVAILABLE.
   */
  predictionLog: z.enum(PREDICTION_LOG_MODES).default('fast'),
  /** Answers of each version that are kept by the hash of their inputs, in bytes. 0: none. */
  responseCacheBytes: z.int().min(0).max(MOST_BYTES).default(0),
});
export type ServingOptions = z.infer<typeof servingOptionsSchema>;
export type ServingOptionsInput = z.input<typeof servingOptionsSchema>;
