import type { TensorSpec } from '@millrace/contracts';
import type { BatchResult, BatchRunner } from '../queue/batch-runner.ts';
import { SessionThread, type SessionThreadOptions } from './session-thread.ts';
import { requireDeclaredShapes } from '../queue/split-outputs.ts';
import { packTensors, unpackTensors } from '../tensor/tensor-packing.ts';
import type { NamedTensors } from '../tensor/tensor.ts';

/** What an instance needs beside its thread. */
export interface SessionInstanceOptions {
  readonly thread: SessionThreadOptions;
  /** The outputs as the signature declares them. */
  readonly outputs: readonly TensorSpec[];
  readonly replacement?: ReplacementPolicy | undefined;
  /** Called with the reason when a thread has ended that was not told to. */
  readonly onEnded: (reason: string) => void;
  /** Called when the instance became free by a new thread, and when it was given up. */
  readonly onChange: () => void;
}

/** How a thread that ends is replaced: at once, and where no run succeeded in between after a while that doubles each time. */
export interface ReplacementPolicy {
  /** After this many threads in a row without one good run, the instance is given up. */
  readonly attempts: number;
  readonly firstBackoffMilliseconds: number;
}

/** Gives up after about 13 seconds. */
const DEFAULT_REPLACEMENT: ReplacementPolicy = { attempts: 8, firstBackoffMilliseconds: 100 };

/** One session of a version that outlives its thread: a thread that ends by a fault is replaced by a fresh one. */
export class SessionInstance implements BatchRunner {
  private readonly options: SessionInstanceOptions;
  private thread: SessionThread | undefined;
  private busy = false;
  private closing = false;
  private replacements = 0;
  private givenUp = false;
  private backoff: NodeJS.Timeout | undefined;
  private replacing: Promise<void> | undefined;

  /** Takes over a thread that was opened with the same options. */
  constructor(thread: SessionThread, options: SessionInstanceOptions) {
    this.options = options;
    this.adopt(thread);
  }

  get isFree(): boolean {
    return this.thread?.hasEnded === false && !this.busy && !this.closing;
  }

  /** Whether its thread ended again and again, so that it will not run anything any more. */
  get isGivenUp(): boolean {
    return this.givenUp;
  }

  /** Rejects with `UNAVAILABLE` when the thread ends meanwhile, `MODEL_INVALID` when the model fails or gives other shapes than it declares. */
  async run(requests: readonly NamedTensors[], rows: number): Promise<BatchResult> {
    const { thread } = this;
    if (thread === undefined) throw new Error('a batch was given to a session without a thread');
    this.busy = true;
    try {
      const begin = performance.now();
      const inputs = packTensors(thread.graph.inputs, requests, rows);
      const packed = performance.now();
      const { outputs, times } = await thread.run(inputs);
      const named = unpackTensors(thread.graph.outputs, outputs);
      requireDeclaredShapes(this.options.outputs, named);
      this.replacements = 0;
      return { outputs: named, times: { ...times, input: times.input + packed - begin } };
    } finally {
      this.busy = false;
    }
  }

  /** Waits for the run in flight, then releases the session and ends the thread. */
  async close(): Promise<void> {
    this.closing = true;
    clearTimeout(this.backoff);
    await this.replacing;
    await this.thread?.close();
    this.thread = undefined;
  }

  private adopt(thread: SessionThread): void {
    this.thread = thread;
    void thread.ended.then((reason) => {
      if (this.closing || this.thread !== thread) return;
      this.thread = undefined;
      this.options.onEnded(reason);
      this.replace();
    });
  }

  private replace(): void {
    const { attempts, firstBackoffMilliseconds } = this.options.replacement ?? DEFAULT_REPLACEMENT;
    if (this.replacements >= attempts) {
      this.givenUp = true;
      this.options.onChange();
      return;
    }
    const milliseconds = this.replacements === 0 ? 0 : firstBackoffMilliseconds * 2 ** (this.replacements - 1);
    this.replacements++;
    this.backoff = setTimeout(() => {
      this.replacing = this.reopen();
    }, milliseconds);
  }

  private async reopen(): Promise<void> {
    try {
      const thread = await SessionThread.open(this.options.thread);
      this.adopt(thread);
      if (!this.closing) this.options.onChange();
    } catch {
      if (!this.closing) this.replace();
    }
  }
}
