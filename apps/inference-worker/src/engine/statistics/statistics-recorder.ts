import { latencyBucketOf } from '@millrace/contracts';
import type { RunTimes } from '../session/session-messages.ts';
import { SHED_REASONS, type BatchStatistics, type DurationSum, type ShedReason, type VersionStatistics } from './version-statistics.ts';

/** One run as it is counted: times in milliseconds. */
export interface RecordedRun {
  readonly requests: number;
  readonly rows: number;
  /** Of all its requests together, from submission to dispatch. */
  readonly queued: number;
  /** From dispatch to answer. */
  readonly elapsed: number;
  readonly times: RunTimes;
}

interface MutableSum {
  count: number;
  milliseconds: number;
}

interface MutableBatch extends Record<keyof RunTimes, number> {
  runs: number;
}

/** Up to this many rows every size of a batch is counted by itself; larger ones are rounded up to a power of two, so that there are few. */
const EXACT_BATCH_ROWS = 1024;

/** The counters of one version. Whatever happens per request is a few additions; the report is made when it is asked for. */
export class StatisticsRecorder {
  requests = 0;
  private rows = 0;
  private runs = 0;
  private lastInference = 0;
  private readonly success = newSum();
  private readonly fail = newSum();
  private readonly queue = newSum();
  private readonly computed = { input: newSum(), infer: newSum(), output: newSum() };
  private readonly batches = new Map<number, MutableBatch>();
  private readonly latency: number[] = [];
  private readonly sheds = Object.fromEntries(SHED_REASONS.map((reason) => [reason, 0])) as Record<ShedReason, number>;

  get counts(): { readonly requests: number; readonly errors: number; readonly rows: number } {
    return { requests: this.requests, errors: this.fail.count, rows: this.rows };
  }

  ran({ requests, rows, queued, elapsed, times }: RecordedRun): void {
    this.lastInference = Date.now();
    this.rows += rows;
    this.runs++;
    add(this.success, requests, queued + requests * elapsed);
    add(this.queue, requests, queued);
    const bucket = latencyBucketOf(queued / requests + elapsed);
    while (this.latency.length <= bucket) this.latency.push(0);
    this.latency[bucket] = (this.latency[bucket] ?? 0) + 1;
    // As the statistics extension counts: every request of a batch took as long as the batch.
    for (const part of ['input', 'infer', 'output'] as const) add(this.computed[part], requests, requests * times[part]);
    this.addBatch(rows <= EXACT_BATCH_ROWS ? rows : 2 ** Math.ceil(Math.log2(rows)), times);
  }

  failed(milliseconds: number): void {
    add(this.fail, 1, milliseconds);
  }

  shed(reason: ShedReason): void {
    this.sheds[reason]++;
  }

  report(queuedRows: number): VersionStatistics {
    const none: DurationSum = { count: 0, nanoseconds: 0 };
    return {
      lastInference: this.lastInference,
      inferenceCount: this.rows,
      executionCount: this.runs,
      success: durationOf(this.success),
      fail: durationOf(this.fail),
      queue: durationOf(this.queue),
      computeInput: durationOf(this.computed.input),
      computeInfer: durationOf(this.computed.infer),
      computeOutput: durationOf(this.computed.output),
      cacheHit: none,
      cacheMiss: none,
      batches: [...this.batches].toSorted(([a], [b]) => a - b).map(([rows, batch]) => describeBatch(rows, batch)),
      latency: [...this.latency],
      sheds: { ...this.sheds },
      queuedRows,
    };
  }

  private addBatch(rows: number, times: RunTimes): void {
    let batch = this.batches.get(rows);
    if (batch === undefined) this.batches.set(rows, (batch = { runs: 0, input: 0, infer: 0, output: 0 }));
    batch.runs++;
    batch.input += times.input;
    batch.infer += times.infer;
    batch.output += times.output;
  }
}

function newSum(): MutableSum {
  return { count: 0, milliseconds: 0 };
}

function add(sum: MutableSum, count: number, milliseconds: number): void {
  sum.count += count;
  sum.milliseconds += milliseconds;
}

function durationOf({ count, milliseconds }: MutableSum): DurationSum {
  return { count, nanoseconds: Math.round(milliseconds * 1e6) };
}

function describeBatch(rows: number, { runs, input, infer, output }: MutableBatch): BatchStatistics {
  const sum = (milliseconds: number): DurationSum => durationOf({ count: runs, milliseconds });
  return { rows, computeInput: sum(input), computeInfer: sum(infer), computeOutput: sum(output) };
}
