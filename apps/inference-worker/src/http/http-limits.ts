/** What one client may take of a server. Times that this process was blocked itself do not count against clients. */
export interface HttpLimits {
  /** Request line and header fields of one request; 431 beyond. */
  readonly headBytes: number;
  /** Request target; 414 beyond. */
  readonly targetBytes: number;
  /** From the first byte of a request to the end of its head; 408 beyond. */
  readonly headMilliseconds: number;
  /** From the end of the head to the end of the body; 408 beyond. */
  readonly bodyMilliseconds: number;
  /** How long a connection may stay open between requests. Longer than the pools of most clients, so that they let go first. */
  readonly idleMilliseconds: number;
  /** How long a client may leave its answers unread before it is cut off. */
  readonly writeMilliseconds: number;
  /** How long a connection is read on and discarded after its last answer: closing at once would reset it, and the answer could be lost. */
  readonly lingerMilliseconds: number;
  /** Connections at a time; 503 beyond. */
  readonly connections: number;
  /** Requests of one connection that are under way at a time; it is not read beyond. */
  readonly pipelined: number;
}

export const DEFAULT_HTTP_LIMITS: HttpLimits = {
  headBytes: 16 * 1024,
  targetBytes: 8 * 1024,
  headMilliseconds: 15_000,
  bodyMilliseconds: 60_000,
  idleMilliseconds: 75_000,
  writeMilliseconds: 30_000,
  lingerMilliseconds: 500,
  connections: 16_384,
  pipelined: 32,
};
