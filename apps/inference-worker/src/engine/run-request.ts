import type { NamedTensors } from './tensor/tensor.ts';

/** One request as a queue takes it: inputs that fit the signature, and how they may wait. */
export interface RunRequest {
  readonly inputs: NamedTensors;
  readonly rows: number;
  /** 1 is the highest; 0 or nothing is the default. */
  readonly priority?: number | undefined;
  /** How long the request may wait in the queue, in microseconds; nothing takes the limit of the model. Answered with `TIMEOUT` after it, also while a run is in progress. */
  readonly timeoutMicroseconds?: number | undefined;
  /** A request whose client has gone is dropped before it runs, with `CANCELLED`. */
  readonly client?: { readonly gone: boolean } | undefined;
}

/** Behind everything else that waits. */
export const LOWEST_PRIORITY = 0xffff_ffff;
