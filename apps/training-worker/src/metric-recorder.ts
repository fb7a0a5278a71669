import { MillraceError } from '@millrace/contracts';

/** One value of one metric at one step. */
export interface StepMetric {
  readonly name: string;
  readonly step: number;
  readonly value: number;
}

/**
 * Gathers the metrics of a running training and writes them in batches: a fast trainer makes hundreds of steps a second.
 * One write is under way at a time. After a failed write nothing more is written; `onFailure` hears of it at once and `close` throws it.
 */
export class MetricRecorder {
  private readonly write: (metrics: readonly StepMetric[]) => Promise<void>;
  private readonly onFailure: (error: MillraceError) => void;
  private readonly timer: NodeJS.Timeout;
  private pending: StepMetric[] = [];
  private step = 0;
  private writing: Promise<void> = Promise.resolve();
  private failure: MillraceError | undefined;

  constructor(options: { write: (metrics: readonly StepMetric[]) => Promise<void>; everyMilliseconds: number; onFailure: (error: MillraceError) => void }) {
    this.write = options.write;
    this.onFailure = options.onFailure;
    this.timer = setInterval(() => this.flush(), options.everyMilliseconds);
  }

  /** Records the metrics of the next step. Values that are not finite are left out. */
  record(metrics: Readonly<Record<string, number>>): void {
    this.step++;
    for (const [name, value] of Object.entries(metrics)) if (Number.isFinite(value)) this.pending.push({ name, step: this.step, value });
  }

  /** Writes what is left. Throws the error of a failed write. */
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
    if (this.pending.length === 0 || this.failure !== undefined) return;
    const batch = this.pending;
    this.pending = [];
    try {
      await this.write(batch);
    } catch (thrown) {
      this.failure = MillraceError.wrap(thrown);
      this.onFailure(this.failure);
    }
  }
}
