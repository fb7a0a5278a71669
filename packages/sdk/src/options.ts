/**
 * How often a call that may succeed later is tried again. Delays double from `baseMilliseconds` up to `maximumMilliseconds`, half of each at random.
 *
 * @example
 * ```ts
 * import type { RetryOptions } from '@millrace/sdk';
 * const once: RetryOptions = { attempts: 1 };
 * ```
 */
export interface RetryOptions {
  /** Tries in all, the first one included. Default 8, about ten seconds. */
  readonly attempts?: number;
  readonly baseMilliseconds?: number;
  readonly maximumMilliseconds?: number;
}

/**
 * What a client needs to reach its control plane.
 *
 * @example
 * ```ts
 * import { Millrace, type MillraceOptions } from '@millrace/sdk';
 * const options: MillraceOptions = { url: 'https://millrace.example.com', token: 'mlr_…', retries: { attempts: 3 } };
 * const millrace = new Millrace(options);
 * ```
 */
export interface MillraceOptions {
  /** Address of the control plane, with or without `/graphql`. */
  readonly url: string;
  /** The secret of a token: `mlr_…`. */
  readonly token: string;
  /** Replaces the global `fetch`. Without it nodes are called by `node:http` where there is one, which is twice as fast. */
  readonly fetch?: typeof globalThis.fetch;
  /** Replaces the global `WebSocket`. `false` turns subscriptions off: progress is then polled. */
  readonly webSocket?: typeof globalThis.WebSocket | false;
  readonly retries?: RetryOptions;
  /** Time for one try of one request. Default 60. */
  readonly requestTimeoutSeconds?: number;
}

/**
 * What any single call may carry.
 *
 * @example
 * ```ts
 * import { Millrace } from '@millrace/sdk';
 * const millrace = new Millrace({ url: 'http://127.0.0.1:4000', token: 'mlr_…' });
 * await millrace.useCases.create({ name: 'Churn', problem: 'Customers leave unseen' }, { idempotencyKey: 'churn-2026', signal: AbortSignal.timeout(5_000) });
 * ```
 */
export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Makes a repeated mutation return the first answer. One is made for each call when none is given. */
  readonly idempotencyKey?: string;
}
