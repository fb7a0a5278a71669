import type { LogLevel } from '@millrace/contracts';
import type { JobLogEntry } from '../job-ledger.ts';

/** So many lines wait for the ledger at most; further ones are counted and left out. */
const CAPACITY = 5000;

/** Lines that are not written yet. Fields are made plain at once: what they point to may change, and not everything is JSON. */
export class JobLogBuffer {
  #lines: JobLogEntry[] = [];
  #dropped = 0;

  get isEmpty(): boolean {
    return this.#lines.length === 0;
  }

  add(level: LogLevel, message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    if (this.#lines.length >= CAPACITY) {
      this.#dropped++;
      return;
    }
    this.#lines.push({ at: new Date(), level, message, fields: plain(fields) });
  }

  /** Hands the lines to `write`; they stay when it fails. Lines that are added meanwhile wait for the next time. */
  async drain(write: (lines: readonly JobLogEntry[]) => Promise<void>): Promise<void> {
    if (this.#dropped > 0) {
      this.#lines.push({ at: new Date(), level: 'WARN', message: 'lines were left out of the log', fields: { lines: this.#dropped } });
      this.#dropped = 0;
    }
    const lines = this.#lines;
    if (lines.length === 0) return;
    this.#lines = [];
    try {
      await write(lines);
    } catch (error) {
      this.#lines = [...lines, ...this.#lines];
      throw error;
    }
  }
}

function plain(fields: Readonly<Record<string, unknown>>): object {
  try {
    return JSON.parse(
      JSON.stringify(fields, (_key, value: unknown) => {
        if (typeof value === 'bigint') return value.toString();
        return value instanceof Error && !('toJSON' in value) ? { name: value.name, message: value.message } : value;
      }),
    ) as object;
  } catch (error) {
    return { unwritable: String(error) };
  }
}
