import { MillraceError } from '@millrace/contracts';
import type { BatchRunner } from './batch-runner.ts';
import type { QueueEntry } from './queue-entry.ts';
import type { RunRequest } from '../run-request.ts';
import { RowCountMismatch, splitOutputs } from './split-outputs.ts';
import type { StatisticsRecorder } from '../statistics/statistics-recorder.ts';
import type { NamedTensors } from '../tensor/tensor.ts';
import { WaitingRequests } from './waiting-requests.ts';

/** Limits of one queue. */
export interface BatchLimits {
  /** Requests are joined into one run up to this many rows; a single larger request still runs, alone. */
  readonly maximumBatchRows: number;
  /** Rows that may wait; a request beyond it is refused, unless nothing waits. */
  readonly maximumQueuedRows: number;
  /** Bytes of inputs that may wait; nothing: 256 MiB. */
  readonly maximumQueuedBytes?: number | undefined;
}

/** What a queue needs. */
export interface BatchQueueOptions {
  /** Sessions of the same model. A batch goes to the first that is free. */
  readonly runners: readonly BatchRunner[];
  readonly limits: BatchLimits;
  /** Why every request must be a run of its own; nothing: requests are joined. */
  readonly unbatchedReason?: string | undefined;
  /** How long a batch that is not full waits for more, in milliseconds; nothing: not at all. */
  readonly delayMilliseconds?: number;
  /** How long a request that says nothing may wait, in milliseconds; nothing: as long as it takes. */
  readonly timeoutMilliseconds?: number;
  readonly statistics: StatisticsRecorder;
}

const DEFAULT_QUEUED_BYTES = 256 * 1024 * 1024;

/**
 * The queue of one model version. It dispatches when a session is free: while a run is in flight, arriving requests wait
 * and then leave together as the next batch. Unless a delay is asked for, nothing waits for a timer, so a lone request is
 * never delayed.
 */
export class BatchQueue {
  private readonly options: BatchQueueOptions;
  private readonly waiting: WaitingRequests;
  /** The halves of batches that failed: one bad request must not fail its neighbours. */
  private readonly retries: QueueEntry[][] = [];
  private readonly drained: (() => void)[] = [];
  private reason: string | undefined;
  /** Batches whose requests have not been answered, nor put back to be run apart. */
  private unsettled = 0;
  private scheduled = false;
  private delay: NodeJS.Timeout | undefined;

  constructor(options: BatchQueueOptions) {
    const { maximumQueuedRows, maximumQueuedBytes = DEFAULT_QUEUED_BYTES } = options.limits;
    this.options = options;
    this.reason = options.unbatchedReason;
    this.waiting = new WaitingRequests(
      { maximumRows: maximumQueuedRows, maximumBytes: maximumQueuedBytes, timeoutMilliseconds: options.timeoutMilliseconds ?? Infinity },
      options.statistics,
    );
  }

  get rowsWaiting(): number {
    return this.waiting.rows;
  }

  /** Why every request is a run of its own; undefined: requests are joined. */
  get unbatchedReason(): string | undefined {
    return this.reason;
  }

  get maximumBatchRows(): number {
    return this.reason === undefined ? this.options.limits.maximumBatchRows : 1;
  }

  get isIdle(): boolean {
    return this.unsettled === 0 && this.waiting.isEmpty && this.retries.length === 0;
  }

  /** Queues one request. Rejects with `UNAVAILABLE` when the queue is full, `TIMEOUT`, `CANCELLED`, or the error of its run. */
  submit(request: RunRequest): Promise<NamedTensors> {
    const answer = this.waiting.enter(request);
    this.schedule();
    return answer;
  }

  /** Counts a request that must not be run, and rejects with this error. */
  refuse(error: MillraceError): Promise<never> {
    this.options.statistics.requests++;
    this.options.statistics.failed(0);
    return Promise.reject(error);
  }

  /** To be called when a session became free otherwise than by answering. */
  wake(): void {
    this.schedule();
  }

  /** Resolves when nothing waits and nothing runs; batches no longer wait for more meanwhile. */
  async drain(): Promise<void> {
    if (this.isIdle) return;
    await new Promise<void>((resolve) => {
      this.drained.push(resolve);
      this.schedule();
    });
  }

  /** Refuses everything that waits and whatever comes from now on, with this error. */
  close(error: MillraceError): void {
    clearTimeout(this.delay);
    this.waiting.close(error);
    for (const batch of this.retries.splice(0)) this.fail(batch, error);
    this.finishDrain();
  }

  /** One turn of the event loop lets every request that arrived in the same poll join the batch. */
  private schedule(): void {
    if (this.scheduled || !this.options.runners.some(({ isFree }) => isFree)) return;
    this.scheduled = true;
    setImmediate(this.dispatch);
  }

  private readonly dispatch = (): void => {
    this.scheduled = false;
    for (const runner of this.options.runners) {
      if (!runner.isFree) continue;
      const batch = this.retries.shift() ?? this.nextBatch();
      if (batch === undefined || batch.length === 0) break;
      void this.runBatch(runner, batch);
    }
    this.finishDrain();
  };

  private nextBatch(): QueueEntry[] | undefined {
    const { maximumBatchRows } = this;
    const { delayMilliseconds = 0 } = this.options;
    if (delayMilliseconds > 0 && this.drained.length === 0 && this.waiting.rows < maximumBatchRows) {
      const leavesAt = this.waiting.leavesAt(delayMilliseconds);
      const remaining = leavesAt === undefined ? 0 : leavesAt - performance.now();
      if (remaining > 0) {
        this.wait(remaining);
        return undefined;
      }
    }
    return this.waiting.take(maximumBatchRows, this.reason === undefined);
  }

  /** Timers count in whole milliseconds; what is shorter is waited for by turning the event loop. */
  private wait(milliseconds: number): void {
    if (milliseconds < 1) {
      this.schedule();
    } else {
      // One that came later may have less time than those that wait already.
      clearTimeout(this.delay);
      this.delay = setTimeout(() => this.schedule(), milliseconds);
    }
  }

  private async runBatch(runner: BatchRunner, batch: readonly QueueEntry[]): Promise<void> {
    const begin = performance.now();
    const inputs = batch.map(({ request }) => request.inputs);
    const rowsOfRequests = batch.map(({ rows }) => rows);
    const rows = rowsOfRequests.reduce((sum, count) => sum + count, 0);
    this.unsettled++;
    try {
      // The next batch leaves before the answers of this one are looked at, so that the session does not wait for them.
      const { outputs, times } = await runner.run(inputs, rows).finally(this.dispatch);
      const split = performance.now();
      const parts = batch.length > 1 ? splitOutputs(outputs, rowsOfRequests, rows) : [outputs];
      const end = performance.now();
      const queued = batch.reduce((sum, { submittedAt }) => sum + begin - submittedAt, 0);
      this.options.statistics.ran({ requests: batch.length, rows, queued, elapsed: end - begin, times: { ...times, output: times.output + end - split } });
      for (let i = 0; i < batch.length; i++) batch[i]?.resolve(parts[i] ?? {});
    } catch (thrown) {
      this.settleFailure(batch, MillraceError.wrap(thrown));
    } finally {
      this.unsettled--;
      this.finishDrain();
    }
  }

  private settleFailure(batch: readonly QueueEntry[], error: MillraceError): void {
    // A session that ended, or a run that took too long, would do so with every half of the batch, one after the other.
    if (batch.length === 1 || error.code === 'UNAVAILABLE' || error.code === 'TIMEOUT') {
      this.fail(batch, error);
    } else {
      if (error instanceof RowCountMismatch) this.reason ??= 'joined requests gave another number of output rows than of input rows';
      const half = this.reason === undefined ? batch.length >> 1 : 1;
      for (let from = 0; from < batch.length; from += half) this.retries.push(batch.slice(from, from + half));
      this.schedule();
    }
  }

  private fail(batch: readonly QueueEntry[], error: MillraceError): void {
    const now = performance.now();
    for (const entry of batch) {
      this.options.statistics.failed(now - entry.submittedAt);
      entry.reject(error);
    }
  }

  private finishDrain(): void {
    if (this.isIdle) for (const resolve of this.drained.splice(0)) resolve();
  }
}
