import type { RunRequest } from '../run-request.ts';
import type { NamedTensors } from '../tensor/tensor.ts';

/** One request that waits. It is a link of its level's list and a place in the heap of deadlines, so that it leaves both without a search. */
export interface QueueEntry {
  readonly request: RunRequest;
  readonly rows: number;
  readonly bytes: number;
  readonly level: number;
  /** By `performance.now()`. */
  readonly submittedAt: number;
  /** By `performance.now()`; Infinity: it waits as long as it takes. */
  readonly expiresAt: number;
  readonly resolve: (outputs: NamedTensors) => void;
  readonly reject: (error: unknown) => void;
  previous: QueueEntry | undefined;
  next: QueueEntry | undefined;
  /** -1: not in the heap. */
  heapIndex: number;
}
