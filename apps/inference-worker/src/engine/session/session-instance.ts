import { MillraceError } from '@millrace/contracts';
import type { BatchResult, BatchRunner } from '../queue/batch-runner.ts';
import type { Isolation } from './isolation.ts';
import { LiveSession, type LiveSessionOptions } from './live-session.ts';
import { withinLoadLimit } from './load-limit.ts';
import { RestartPlan, type RestartPolicy } from './restart-plan.ts';
import { packTensors, unpackTensors } from '../tensor/tensor-packing.ts';
import type { NamedTensors } from '../tensor/tensor.ts';

/** What an instance needs beside its session. */
export interface SessionInstanceOptions {
  readonly session: LiveSessionOptions;
  readonly restarts?: RestartPolicy | undefined;
  /** A run that takes longer is given up with its session. */
  readonly runTimeoutMilliseconds: number;
  /** A session that replaces another is opened in this time. */
  readonly loadTimeoutMilliseconds: number;
  /** Called with the reason when a session has ended that was not told to. */
  readonly onEnded: (reason: string) => void;
  /** Called when the instance became free by a new session, and when it was given up. */
  readonly onChange: () => void;
}

/** How often runs are looked at, in parts of their time limit and at most. */
const LOOKS_PER_LIMIT = 4;
const LONGEST_LOOK_MILLISECONDS = 1000;

/** One session of a version that outlives its thread or process: one that ends by a fault, or by a run without end, is replaced by a fresh one. */
export class SessionInstance implements BatchRunner {
  readonly #options: SessionInstanceOptions;
  readonly #plan: RestartPlan;
  readonly #closing = new AbortController();
  readonly #watch: NodeJS.Timeout;
  #opens: LiveSessionOptions;
  #session: LiveSession | undefined;
  /** Of the run in flight, by `performance.now()`; 0: none. */
  #begun = 0;
  #backoff: NodeJS.Timeout | undefined;
  #replacing: Promise<void> | undefined;

  /** Takes over a session that was opened with the same options. */
  constructor(session: LiveSession, options: SessionInstanceOptions) {
    this.#options = options;
    this.#opens = options.session;
    this.#plan = new RestartPlan(options.restarts);
    // One look now and then instead of a timer for each run, which may take no more than some microseconds.
    this.#watch = setInterval(() => this.#lookAtRun(), Math.min(LONGEST_LOOK_MILLISECONDS, options.runTimeoutMilliseconds / LOOKS_PER_LIMIT)).unref();
    this.#adopt(session);
  }

  get isFree(): boolean {
    return this.#session?.hasEnded === false && this.#begun === 0 && !this.#closing.signal.aborted;
  }

  /** Whether its session ended again and again, so that it will not run anything any more. */
  get isGivenUp(): boolean {
    return this.#plan.isGivenUp;
  }

  /** Whether it has a session, free or at work. */
  get isAlive(): boolean {
    return this.#session?.hasEnded === false;
  }

  get isolation(): Isolation {
    return this.#opens.isolation;
  }

  /** How often its session was replaced. */
  get restarts(): number {
    return this.#plan.restarts;
  }

  /** Rejects with `UNAVAILABLE` when the session ends meanwhile, `TIMEOUT` when the run takes too long, `MODEL_INVALID` when the model fails. */
  async run(requests: readonly NamedTensors[], rows: number): Promise<BatchResult> {
    const session = this.#session;
    if (session === undefined) throw new Error('a batch was given to an instance without a session');
    const begin = performance.now();
    this.#begun = begin;
    try {
      const inputs = packTensors(session.graph.inputs, requests, rows);
      const packed = performance.now();
      const { outputs, times } = await session.run(inputs);
      const named = unpackTensors(session.graph.outputs, outputs);
      this.#plan.ranWell();
      return { outputs: named, times: { ...times, input: times.input + packed - begin } };
    } finally {
      this.#begun = 0;
    }
  }

  /** Waits for the run in flight, then releases the session and ends its thread or process. */
  async close(): Promise<void> {
    this.#closing.abort(new MillraceError('UNAVAILABLE', 'the model is taken out of service'));
    clearTimeout(this.#backoff);
    await this.#replacing;
    await this.#session?.close();
    clearInterval(this.#watch);
    this.#session = undefined;
  }

  /** Ends it now, whatever it does; its run is rejected with this error. */
  end(error: MillraceError): void {
    this.#closing.abort(error);
    this.#session?.end(error);
  }

  #lookAtRun(): void {
    const { runTimeoutMilliseconds: limit } = this.#options;
    if (this.#begun === 0 || performance.now() - this.#begun < limit) return;
    const message = `the run took longer than ${limit} ms, so it was given up with its session; send fewer rows, or raise runTimeoutMilliseconds of the model`;
    this.#session?.end(new MillraceError('TIMEOUT', message, { fields: { runTimeoutMilliseconds: limit } }));
    // A thread cannot be ended in the middle of a run, a process can: the next run of this kind must not leave another thread behind.
    this.#opens = { ...this.#opens, isolation: 'process', entry: this.#opens.isolation === 'process' ? this.#opens.entry : undefined };
  }

  #adopt(session: LiveSession): void {
    this.#session = session;
    void session.ended.then((reason) => {
      if (this.#closing.signal.aborted || this.#session !== session) return;
      this.#session = undefined;
      this.#options.onEnded(reason);
      this.#replace();
    });
  }

  #replace(): void {
    const milliseconds = this.#plan.next();
    if (milliseconds === undefined) {
      clearInterval(this.#watch);
      this.#options.onChange();
      return;
    }
    this.#backoff = setTimeout(() => {
      this.#replacing = this.#reopen();
    }, milliseconds);
  }

  async #reopen(): Promise<void> {
    try {
      const limit = { milliseconds: this.#options.loadTimeoutMilliseconds, signal: this.#closing.signal };
      const session = await withinLoadLimit(limit, (signal) => LiveSession.open(this.#opens, signal));
      this.#adopt(session);
      if (!this.#closing.signal.aborted) this.#options.onChange();
    } catch (error) {
      if (this.#closing.signal.aborted) return;
      this.#options.onEnded(`it could not be opened again: ${MillraceError.wrap(error).message}`);
      this.#replace();
    }
  }
}
