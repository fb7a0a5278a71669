import { setTimeout as delay } from 'node:timers/promises';
import { writeRecord, type RuntimeRecord } from './runtime-record.ts';

const AGAIN_MILLISECONDS = 1000;

export interface RecordKeeperOptions {
  readonly file: string;
  /** How things are now. */
  readonly current: () => Promise<RuntimeRecord>;
  readonly tell: (line: string) => void;
}

/**
 * Keeps `runtime.json` at how things are. One write at a time; what is written is how things are then. A record that cannot be written,
 * for example because the disk is full, ends nothing: it is written as soon as it can be.
 */
export class RecordKeeper {
  readonly #options: RecordKeeperOptions;
  readonly #closing = new AbortController();
  #writing: Promise<void> = Promise.resolve();
  #isBehind = false;

  constructor(options: RecordKeeperOptions) {
    this.#options = options;
  }

  /** Something began or ended. */
  update(): void {
    if (!this.#closing.signal.aborted) this.#writing = this.#writing.then(() => this.#write());
  }

  /** Resolves when every update so far was tried. */
  settled(): Promise<void> {
    return this.#writing;
  }

  /** Nothing is written from now on. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#writing;
  }

  async #write(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    try {
      await writeRecord(this.#options.file, await this.#options.current());
      this.#isBehind = false;
    } catch (error) {
      if (this.#isBehind) return;
      this.#isBehind = true;
      this.#options.tell(
        `${this.#options.file} is behind: ${error instanceof Error ? error.message : String(error)}; it is tried again until it can be written`,
      );
      void this.#untilWritten();
    }
  }

  async #untilWritten(): Promise<void> {
    while (this.#isBehind) {
      await delay(AGAIN_MILLISECONDS, undefined, { signal: this.#closing.signal }).catch(() => {});
      if (this.#closing.signal.aborted) return;
      this.update();
      await this.#writing;
    }
  }
}
