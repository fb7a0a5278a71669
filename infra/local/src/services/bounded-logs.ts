import { copyFile, readdir, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';

/** Of a log at least so much of its end is kept, and at most twice as much. */
const MOST_BYTES = 32 * 1024 * 1024;
const EVERY_MILLISECONDS = 30_000;

export interface BoundedLogsOptions {
  readonly folder: string;
  readonly mostBytes?: number;
  readonly tell: (what: string) => void;
}

/**
 * Keeps the logs of running services within bounds. They write into their files themselves, so that they can go on when the
 * runtime is gone: a file that is full is copied to `<name>.full.log` and emptied; the writer appends, so it goes on at the
 * new end. A line that is written in between is lost.
 */
export class BoundedLogs {
  readonly #options: BoundedLogsOptions;
  readonly #timer: NodeJS.Timeout;

  constructor(options: BoundedLogsOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.bound(), EVERY_MILLISECONDS);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async bound(): Promise<void> {
    const { folder, mostBytes = MOST_BYTES, tell } = this.#options;
    const names = await readdir(folder).catch(() => []);
    for (const name of names) {
      if (!name.endsWith('.log') || name.endsWith('.full.log')) continue;
      const path = join(folder, name);
      try {
        if ((await stat(path)).size < mostBytes) continue;
        // Without room for the copy the log is emptied all the same: a full disk is worse than a log that is gone.
        await copyFile(path, path.replace(/\.log$/, '.full.log')).catch((error: unknown) => tell(`${name} could not be copied: ${String(error)}`));
        await truncate(path, 0);
      } catch (error) {
        tell(`${name} could not be kept within bounds: ${String(error)}`);
      }
    }
  }
}
