import { MillraceError, type ServingOptions } from '@millrace/contracts';
import type { BatchLimits } from '../queue/batch-queue.ts';
import type { RunRequest } from '../run-request.ts';
import { tensorBytes } from '../tensor/tensor-bytes.ts';
import type { NamedTensors } from '../tensor/tensor.ts';
import type { ShedReason } from '../statistics/version-statistics.ts';

/** How much may wait for a version that is being loaded again, and how long where a request does not say. */
export interface ReloadLineLimits {
  readonly maximumRows: number;
  readonly maximumBytes: number;
  readonly timeoutMicroseconds: number | null;
}

interface Waiting {
  readonly request: RunRequest;
  readonly since: number;
  readonly bytes: number;
  /** In microseconds. */
  readonly timeout: number | undefined;
  readonly timer: NodeJS.Timeout | undefined;
  readonly resolve: (outputs: Promise<NamedTensors>) => void;
  readonly reject: (error: MillraceError) => void;
}

/** Where neither the model nor the node says. */
const DEFAULT_WAITING_BYTES = 64 * 2 ** 20;
/** A longer timer would fire at once. */
const LONGEST_TIMER_MILLISECONDS = 2 ** 31 - 1;

/** Where requests for an evicted version wait until it is loaded again. The waiting counts against the bounds of the queue and the deadline of the request. */
export class ReloadLine {
  private readonly modelVersionId: string;
  /** Called for each request that is not handed on, with the reason where the load is not it. */
  private readonly onRefused: (reason?: ShedReason) => void;
  private readonly entries = new Set<Waiting>();
  private rows = 0;
  private bytes = 0;

  constructor(modelVersionId: string, onRefused: (reason?: ShedReason) => void) {
    this.modelVersionId = modelVersionId;
    this.onRefused = onRefused;
  }

  get queuedRows(): number {
    return this.rows;
  }

  /** Resolves with what the version answers. Rejects with `UNAVAILABLE` when the line is full, `TIMEOUT` when the request waited too long, or what `refuse` was given. */
  wait(request: RunRequest, limits: ReloadLineLimits): Promise<NamedTensors> {
    const bytes = tensorBytes(request.inputs);
    const full = this.fullness(request.rows, bytes, limits);
    if (full !== undefined) return Promise.reject(full);
    return new Promise((resolve, reject) => {
      const timeout = request.timeoutMicroseconds ?? limits.timeoutMicroseconds ?? undefined;
      const entry: Waiting = {
        request,
        bytes,
        timeout,
        resolve,
        reject,
        since: performance.now(),
        timer: timeout === undefined ? undefined : setTimeout(() => this.expire(entry, timeout), Math.min(timeout / 1000, LONGEST_TIMER_MILLISECONDS)),
      };
      this.entries.add(entry);
      this.rows += request.rows;
      this.bytes += bytes;
    });
  }

  /** Hands everyone on; returns how long they waited together, in nanoseconds. */
  admit(run: (request: RunRequest) => Promise<NamedTensors>): number {
    let waited = 0;
    for (const entry of this.empty()) {
      const milliseconds = performance.now() - entry.since;
      waited += milliseconds * 1e6;
      if (entry.request.client?.gone === true) {
        this.onRefused('client_gone');
        entry.reject(new MillraceError('CANCELLED', 'the client went away while its request waited for the model to be loaded'));
      } else entry.resolve(run(afterWaiting(entry, milliseconds * 1000)));
    }
    return waited;
  }

  refuse(error: MillraceError): void {
    for (const entry of this.empty()) {
      this.onRefused();
      entry.reject(error);
    }
  }

  private fullness(rows: number, bytes: number, { maximumRows, maximumBytes }: ReloadLineLimits): MillraceError | undefined {
    if (this.entries.size === 0) return undefined;
    const reason = this.rows + rows > maximumRows ? 'queue_full_rows' : this.bytes + bytes > maximumBytes ? 'queue_full_bytes' : undefined;
    if (reason === undefined) return undefined;
    this.onRefused(reason);
    return new MillraceError(
      'UNAVAILABLE',
      `model version ${this.modelVersionId} is being loaded and its queue is full: ${this.rows} rows of ${this.bytes} bytes wait, ` +
        `the limits are ${maximumRows} rows and ${maximumBytes} bytes; retry later`,
      { fields: { queuedRows: this.rows, maximumQueuedRows: maximumRows, queuedBytes: this.bytes, maximumQueuedBytes: maximumBytes } },
    );
  }

  private expire(entry: Waiting, timeoutMicroseconds: number): void {
    this.remove(entry);
    this.onRefused('timeout');
    entry.reject(
      new MillraceError('TIMEOUT', `the request waited for the model to be loaded longer than its timeout of ${timeoutMicroseconds} microseconds`, {
        fields: { timeoutMicroseconds },
      }),
    );
  }

  private empty(): Waiting[] {
    const entries = [...this.entries];
    for (const entry of entries) this.remove(entry);
    return entries;
  }

  private remove(entry: Waiting): void {
    clearTimeout(entry.timer);
    if (!this.entries.delete(entry)) return;
    this.rows -= entry.request.rows;
    this.bytes -= entry.bytes;
  }
}

/** The request with what is left of its time. */
function afterWaiting({ request, timeout }: Waiting, waitedMicroseconds: number): RunRequest {
  return timeout === undefined ? request : { ...request, timeoutMicroseconds: Math.max(1, timeout - waitedMicroseconds) };
}

/** Those of the queue of a model, or else of the node. */
export function reloadLineLimits(serving: ServingOptions, limits: BatchLimits): ReloadLineLimits {
  return {
    maximumRows: serving.maximumQueuedRows ?? limits.maximumQueuedRows,
    maximumBytes: serving.maximumQueuedBytes ?? limits.maximumQueuedBytes ?? DEFAULT_WAITING_BYTES,
    timeoutMicroseconds: serving.queueTimeoutMicroseconds,
  };
}
