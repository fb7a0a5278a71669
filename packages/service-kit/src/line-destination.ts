import { writeSync } from 'node:fs';

/** Writes what it can of some bytes and says how many; throws as `fs.writeSync` does. */
export type WriteBytes = (bytes: Uint8Array) => number;

const WAIT_MILLISECONDS = 5;
/** A reader that does not read may hold a process up for so long once; lines that come until it reads again are lost at once. */
const LONGEST_WAIT_MILLISECONDS = 200;

/**
 * Where log lines go: written synchronously, so that a line before an exit is not lost, and never the end of a process. On a disk that is
 * full, or to a reader that has gone or stalls, lines are lost; the first line that gets through says how many.
 */
export class LineDestination {
  readonly #write: WriteBytes;
  #lost = 0;
  /** The last line was cut in its middle. */
  #isTorn = false;

  constructor(write: WriteBytes = (bytes) => writeSync(1, bytes)) {
    this.#write = write;
  }

  /** `line` ends with a newline. */
  write(line: string): void {
    const lost =
      this.#lost === 0 ? '' : `${JSON.stringify({ level: 'warn', time: new Date().toISOString(), lines: this.#lost, message: 'log lines were lost' })}\n`;
    if (this.#writeAll(Buffer.from(`${this.#isTorn ? '\n' : ''}${lost}${line}`))) this.#lost = 0;
    else this.#lost++;
  }

  #writeAll(bytes: Uint8Array): boolean {
    let written = 0;
    for (let waited = this.#lost === 0 ? 0 : LONGEST_WAIT_MILLISECONDS; written < bytes.length;) {
      try {
        written += this.#write(bytes.subarray(written));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN' || waited >= LONGEST_WAIT_MILLISECONDS) break;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAIT_MILLISECONDS);
        waited += WAIT_MILLISECONDS;
      }
    }
    if (written > 0) this.#isTorn = written < bytes.length;
    return written === bytes.length;
  }
}
