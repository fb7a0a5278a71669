import { MillraceError } from '@millrace/contracts';
import { concatenateInputs, haveSameTrailingShapes, sliceOutputs } from './tensor-batch.ts';
import type { NamedTensors } from './tensor.ts';

/** Limits of one queue, in rows. */
export interface BatchLimits {
  /** Requests are joined into one run up to this many rows; a single larger request still runs, alone. */
  readonly maximumBatchRows: number;
  /** Rows that may wait; a request beyond it is refused. */
  readonly maximumQueuedRows: number;
  /** Bytes of inputs that may wait; nothing: 256 MiB. */
  readonly maximumQueuedBytes?: number | undefined;
}

interface BatchQueueOptions {
  readonly execute: (inputs: NamedTensors, options: { readonly transfer: boolean }) => Promise<NamedTensors>;
  /** False for a model whose first dimension is fixed: every request is a run of its own. */
  readonly batchable: boolean;
  readonly limits: BatchLimits;
}

interface Entry {
  readonly inputs: NamedTensors;
  readonly rows: number;
  readonly resolve: (outputs: NamedTensors) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The queue of one model version. It dispatches when the session is free: while a run is in flight, arriving requests
 * wait and then leave together as the next batch. Nothing waits for a timer, so a lone request is never delayed.
 */
export class BatchQueue {
  private readonly options: BatchQueueOptions;
  private readonly entries: Entry[] = [];
  private queuedRows = 0;
  private pumping: Promise<void> | undefined;

  constructor(options: BatchQueueOptions) {
    this.options = options;
  }

  /** Queues one request. Rejects with `UNAVAILABLE` when the queue is full, or with the error of its run. */
  submit(inputs: NamedTensors, rows: number): Promise<NamedTensors> {
    const { maximumQueuedRows } = this.options.limits;
    if (this.entries.length > 0 && this.queuedRows + rows > maximumQueuedRows) {
      return Promise.reject(
        new MillraceError(
          'UNAVAILABLE',
          `the queue of this model version is full: ${this.queuedRows} rows wait, the limit is ${maximumQueuedRows}; retry later`,
          { fields: { queuedRows: this.queuedRows, maximumQueuedRows } },
        ),
      );
    }
    return new Promise((resolve, reject) => {
      this.entries.push({ inputs, rows, resolve, reject });
      this.queuedRows += rows;
      this.pumping ??= this.pump();
    });
  }

  get rowsWaiting(): number {
    return this.queuedRows;
  }

  get maximumBatchRows(): number {
    return this.options.batchable ? this.options.limits.maximumBatchRows : 1;
  }

  get isIdle(): boolean {
    return this.pumping === undefined;
  }

  /** Resolves when nothing waits and nothing runs. */
  async drain(): Promise<void> {
    while (this.pumping !== undefined) await this.pumping;
  }

  private async pump(): Promise<void> {
    // One turn of the event loop lets every request that arrived in the same poll join the first batch.
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    while (this.entries.length > 0) await this.runBatch(this.takeBatch());
    this.pumping = undefined;
  }

  private takeBatch(): Entry[] {
    const batch: Entry[] = [];
    let rows = 0;
    for (let next = this.entries[0]; next !== undefined; next = this.entries[0]) {
      const [first] = batch;
      if (
        first !== undefined &&
        (!this.options.batchable || rows + next.rows > this.options.limits.maximumBatchRows || !haveSameTrailingShapes(first.inputs, next.inputs))
      )
        break;
      batch.push(next);
      this.entries.shift();
      rows += next.rows;
    }
    this.queuedRows -= rows;
    return batch;
  }

  private async runBatch(batch: readonly Entry[]): Promise<void> {
    const [first] = batch;
    if (first === undefined) return;
    if (batch.length === 1) return this.runAlone(first);
    const totalRows = batch.reduce((rows, entry) => rows + entry.rows, 0);
    try {
      const outputs = await this.options.execute(concatenateInputs(batch.map((entry) => entry.inputs)), { transfer: true });
      let from = 0;
      const parts = batch.map((entry) => sliceOutputs(outputs, from, (from += entry.rows), totalRows));
      batch.forEach((entry, index) => entry.resolve(parts[index] ?? {}));
    } catch {
      // One bad request must not fail its neighbours, so a failed batch is taken apart.
      for (const entry of batch) await this.runAlone(entry);
    }
  }

  private async runAlone(entry: Entry): Promise<void> {
    try {
      entry.resolve(await this.options.execute(entry.inputs, { transfer: false }));
    } catch (error) {
      entry.reject(error);
    }
  }
}
