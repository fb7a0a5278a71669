import { MillraceError } from '@millrace/contracts';

/** One value of one metric at one step. */
export interface StepMetric {
  readonly name: string;
  readonly step: number;
  readonly value: number;
}

export interface MetricRecorderOptions {
  /** Must bear to be given a batch again whose first write arrived although it failed. */
  readonly write: (metrics: readonly StepMetric[]) => Promise<void>;
  readonly everyMilliseconds: number;
  /** Hears of a failure that no later write can mend. */
  readonly onFailure: (error: MillraceError) => void;
}

/**
 * Gathers the metrics of a running training and writes them in batches: a fast trainer makes hundreds of steps a second.
 * One write is under way at a time. What fails with a retryable error goes with the next batch; after any other error nothing more
 * is written.
 */
export class MetricRecorder {
  private readonly options: MetricRecorderOptions;
  private readonly timer: NodeJS.Timeout;
  private pending: StepMetric[] = [];
  private step = 0;
  private writing: Promise<void> = Promise.resolve();
  private failure: MillraceError | undefined;

  constructor(options: MetricRecorderOptions) {
    this.options = options;
    this.timer = setInterval(() => this.flush(), options.everyMilliseconds);
  }

  /** Records the metrics of the next step. Values that are not finite are left out. */
  record(metrics: Readonly<Record<string, number>>): void {
    this.step++;
    for (const [name, value] of Object.entries(metrics)) if (Number.isFinite(value)) this.pending.push({ name, step: this.step, value });
  }

  /** Writes what is left. Throws when it could not be written. */
  async close(): Promise<void> {
    clearInterval(this.timer);
    this.flush();
    await this.writing;
    if (this.failure !== undefined) throw this.failure;
  }

  private flush(): void {
    this.writing = this.writing.then(() => this.writePending());
  }

  private async writePending(): Promise<void> {
    if (this.pending.length === 0 || this.failure?.retryable === false) return;
    const batch = this.pending;
    this.pending = [];
    try {
      await this.options.write(batch);
      this.failure = undefined;
    } catch (thrown) {
      this.failure = MillraceError.wrap(thrown);
      this.pending = [...batch, ...this.pending];
      if (!this.failure.retryable) this.options.onFailure(this.failure);
    }
  }
}
