import { MillraceError, type LogLevel, type Lease } from '@millrace/contracts';
import type { Logger } from '@millrace/service-kit';
import type { JobLedger, RenewAnswer } from '../job-ledger.ts';
import { JobLogBuffer } from './job-log-buffer.ts';

export interface HeartbeatOptions {
  readonly ledger: JobLedger;
  readonly lease: Lease;
  readonly leaseSeconds: number;
  readonly logger: Logger;
  readonly onAnswer: (answer: RenewAnswer) => void;
}

/** Progress and log lines reach the row at most so often. */
const THROTTLE_MILLISECONDS = 250;
/** A wish to cancel is noticed within this time, however long the lease is. */
const MAXIMUM_MILLISECONDS = 3000;

/**
 * Keeps the lease of one running attempt, and carries its progress and its log to the ledger, one call at a time. While the ledger
 * cannot be reached it goes on trying: nobody else can take the job then, and whether the lease is still held is told by the next answer.
 */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  readonly #log = new JobLogBuffer();
  readonly #every: number;
  #progress = 0;
  #note: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #beating: Promise<void> = Promise.resolve();
  #lastBeat = performance.now();
  #hasNews = false;
  #stopped = false;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
    this.#every = Math.min((options.leaseSeconds * 1000) / 3, MAXIMUM_MILLISECONDS);
    this.#schedule(this.#every);
  }

  progress(fraction: number, note?: string): void {
    this.#progress = Math.min(1, Math.max(0, Number.isFinite(fraction) ? fraction : 0));
    this.#note = note ?? this.#note;
    this.#announce();
  }

  write(level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>): void {
    this.#log.add(level, message, fields);
    this.#announce();
  }

  /** No more beats; the lines that are left are written by `flush`. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#beating;
  }

  flush(): Promise<void> {
    return this.#log.drain((lines) => this.#options.ledger.appendLog(this.#options.lease, lines));
  }

  #announce(): void {
    if (this.#hasNews || this.#stopped) return;
    this.#hasNews = true;
    this.#schedule(Math.max(0, this.#lastBeat + THROTTLE_MILLISECONDS - performance.now()));
  }

  #schedule(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#beating = this.#beat();
    }, milliseconds);
  }

  async #beat(): Promise<void> {
    this.#hasNews = false;
    const { ledger, lease, leaseSeconds, logger, onAnswer } = this.#options;
    try {
      onAnswer(await ledger.renew(lease, leaseSeconds, { progress: this.#progress, note: this.#note }));
      await this.flush();
    } catch (thrown) {
      logger.warn('lease could not be renewed', { reason: MillraceError.wrap(thrown).message });
    }
    this.#lastBeat = performance.now();
    if (!this.#stopped) this.#schedule(this.#hasNews ? THROTTLE_MILLISECONDS : this.#every);
  }
}
