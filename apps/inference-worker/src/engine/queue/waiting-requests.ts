import { MillraceError } from '@millrace/contracts';
import { DeadlineHeap } from './deadline-heap.ts';
import { PRIORITY_LEVELS, priorityLevel } from './priority.ts';
import type { QueueEntry } from './queue-entry.ts';
import type { RunRequest } from '../run-request.ts';
import type { StatisticsRecorder } from '../statistics/statistics-recorder.ts';
import { tensorBytes } from '../tensor/tensor-bytes.ts';
import { haveSameTrailingShapes, type NamedTensors } from '../tensor/tensor.ts';
import type { ShedReason } from '../statistics/version-statistics.ts';
import { WaitingLine } from './waiting-line.ts';

/** How much may wait, and how long. */
export interface QueueLimits {
  readonly maximumRows: number;
  readonly maximumBytes: number;
  /** Of a request that says nothing, in milliseconds. */
  readonly timeoutMilliseconds: number;
}

/** How often a full queue is searched for requests whose client has gone. */
const PURGE_MILLISECONDS = 10;

/** The requests of one version that wait for a session: admitted within limits, dropped when their time is up or their client has gone. */
export class WaitingRequests {
  private readonly limits: QueueLimits;
  private readonly statistics: StatisticsRecorder;
  private readonly line = new WaitingLine();
  private readonly deadlines = new DeadlineHeap((entry) => this.expire(entry));
  private purgedAt = 0;
  private closed: MillraceError | undefined;

  constructor(limits: QueueLimits, statistics: StatisticsRecorder) {
    this.limits = limits;
    this.statistics = statistics;
  }

  get rows(): number {
    return this.line.rows;
  }

  get isEmpty(): boolean {
    return this.line.isEmpty;
  }

  /** Until when a batch may wait for more, by `performance.now()`: no longer than `delay`, and half of the time that the next to expire has. Undefined: nobody waits. */
  leavesAt(delay: number): number | undefined {
    const oldest = this.line.oldest();
    const { first } = this.deadlines;
    if (oldest === undefined) return undefined;
    return first === undefined ? oldest + delay : Math.min(oldest + delay, (first.submittedAt + first.expiresAt) / 2);
  }

  /** Resolves with the outputs of the request's run. Rejects with `UNAVAILABLE` when the queue is full or closed, `TIMEOUT`, `CANCELLED`, or the error of the run. */
  enter(request: RunRequest): Promise<NamedTensors> {
    const now = performance.now();
    const { timeoutMicroseconds = 0 } = request;
    // A request without rows takes a place as one of them does.
    const rows = Math.max(1, request.rows);
    const bytes = tensorBytes(request.inputs);
    const level = priorityLevel(request.priority);
    this.statistics.requests++;
    const refusal = this.refusal(rows, bytes, level, now);
    if (refusal !== undefined) {
      this.statistics.failed(0);
      return Promise.reject(refusal);
    }
    const expiresAt = now + (timeoutMicroseconds > 0 ? timeoutMicroseconds / 1000 : this.limits.timeoutMilliseconds);
    return new Promise((resolve, reject) => {
      const entry = { request, rows, bytes, level, submittedAt: now, expiresAt, resolve, reject, previous: undefined, next: undefined, heapIndex: -1 };
      this.line.add(entry);
      this.deadlines.add(entry);
    });
  }

  /** The next batch: one request, or as many as fit into `maximumRows` and have the same trailing shapes. Empty when nobody waits. */
  take(maximumRows: number, joined: boolean): QueueEntry[] {
    const now = performance.now();
    const batch: QueueEntry[] = [];
    let rows = 0;
    for (let next = this.line.first(); next !== undefined; next = this.line.first()) {
      if (next.expiresAt <= now) {
        this.expire(next);
        continue;
      }
      if (next.request.client?.gone === true) {
        this.cancel(next);
        continue;
      }
      const [first] = batch;
      if (
        first !== undefined &&
        (!joined ||
          first.request.rows === 0 ||
          next.request.rows === 0 ||
          rows + next.rows > maximumRows ||
          !haveSameTrailingShapes(first.request.inputs, next.request.inputs))
      )
        break;
      this.remove(next);
      batch.push(next);
      rows += next.rows;
    }
    return batch;
  }

  /** Refuses everything that waits and whatever comes from now on. */
  close(error: MillraceError): void {
    this.closed = error;
    for (const entry of this.line.all()) this.drop(entry, 'unloaded', error);
  }

  private refusal(rows: number, bytes: number, level: number, now: number): MillraceError | undefined {
    if (this.closed !== undefined) return this.shed('unloaded', level, this.closed);
    if (this.line.isEmpty || this.fits(rows, bytes)) return undefined;
    if (now - this.purgedAt > PURGE_MILLISECONDS) {
      this.purgedAt = now;
      for (const entry of this.line.all()) if (entry.request.client?.gone === true) this.cancel(entry);
      if (this.line.isEmpty || this.fits(rows, bytes)) return undefined;
    }
    const { maximumRows, maximumBytes } = this.limits;
    const [unit, waiting, limit] =
      this.line.rows + rows > maximumRows ? (['rows', this.line.rows, maximumRows] as const) : (['bytes', this.line.bytes, maximumBytes] as const);
    const message = `the queue of this model version is full: ${waiting} ${unit} wait, the limit is ${limit}; retry later`;
    return this.shed(`queue_full_${unit}`, level, new MillraceError('UNAVAILABLE', message, { fields: { waiting, limit, unit } }));
  }

  private fits(rows: number, bytes: number): boolean {
    return this.line.rows + rows <= this.limits.maximumRows && this.line.bytes + bytes <= this.limits.maximumBytes;
  }

  private expire(entry: QueueEntry): void {
    const milliseconds = Math.round(performance.now() - entry.submittedAt);
    const limit = Math.round(entry.expiresAt - entry.submittedAt);
    const message = `the request waited ${milliseconds} ms in the queue of this model version, its limit is ${limit} ms; retry later or allow it to wait longer`;
    this.drop(entry, 'timeout', new MillraceError('TIMEOUT', message, { fields: { waitedMilliseconds: milliseconds, limitMilliseconds: limit } }));
  }

  private cancel(entry: QueueEntry): void {
    this.drop(entry, 'client_gone', new MillraceError('CANCELLED', 'the client went away before the request was run'));
  }

  private drop(entry: QueueEntry, reason: ShedReason, error: MillraceError): void {
    this.remove(entry);
    this.statistics.failed(performance.now() - entry.submittedAt);
    entry.reject(this.shed(reason, entry.level, error));
  }

  private remove(entry: QueueEntry): void {
    this.line.remove(entry);
    this.deadlines.remove(entry);
  }

  private shed(reason: ShedReason, level: number, error: MillraceError): MillraceError {
    this.statistics.shed(level === PRIORITY_LEVELS ? 'shadow' : reason);
    return error;
  }
}
