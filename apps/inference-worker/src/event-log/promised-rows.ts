import { closeSync, constants, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** Rows that may be promised before the file is written again. */
const STEP_ROWS = 64;

/**
 * Counts rows that are answered before they are durable, in a file that outlives the process: three numbers (rows lost before, promised,
 * kept since the start). The promise is written before the rows are answered, and in steps, so a process that is killed has never answered
 * more than the file says; what was promised and not kept is lost, and is counted by the next one. The file is not synced: a kill loses
 * nothing of it, a power cut may. Where it cannot be written nothing is counted.
 */
export class PromisedRows {
  #file: number | undefined;
  readonly #numbers = new Float64Array(3);
  #answered = 0;
  #kept = 0;
  #promised = 0;
  #step = STEP_ROWS;
  readonly lostRows: number;

  constructor(path: string) {
    this.#file = openFile(path);
    this.lostRows = this.#read();
    this.#numbers[0] = this.lostRows;
    this.#write();
  }

  /** Before rows are answered. */
  answer(rows: number): void {
    this.#answered += rows;
    if (this.#answered <= this.#promised) return;
    this.#promised = this.#answered + this.#step;
    // Under load so many rows are answered between two commits that each of them would be written otherwise.
    this.#step = Math.min(4096, 2 * this.#step);
    this.#write();
  }

  /** When rows are durable. */
  keep(rows: number): void {
    this.#kept += rows;
    this.#settle();
  }

  /** When it is known that rows will never be durable: they are counted as lost, and as nothing beyond. */
  lose(rows: number): void {
    this.#numbers[0] = (this.#numbers[0] ?? 0) + rows;
    this.#kept += rows;
    this.#settle();
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  /** When none waits, no more is promised than was answered. */
  #settle(): void {
    if (this.#kept === this.#answered) {
      this.#promised = this.#answered;
      this.#step = STEP_ROWS;
    }
    this.#write();
  }

  #read(): number {
    try {
      if (this.#file === undefined || readSync(this.#file, this.#numbers, 0, this.#numbers.byteLength, 0) !== this.#numbers.byteLength) return 0;
      const [lostBefore = 0, promised = 0, kept = 0] = this.#numbers;
      const lost = lostBefore + Math.max(0, promised - kept);
      return Number.isSafeInteger(lost) && lost >= 0 ? lost : 0;
    } catch {
      return 0;
    }
  }

  #write(): void {
    this.#numbers[1] = this.#promised;
    this.#numbers[2] = this.#kept;
    try {
      if (this.#file !== undefined) writeSync(this.#file, this.#numbers, 0, this.#numbers.byteLength, 0);
    } catch {
      // A disk that is full costs the count, not the answer.
    }
  }
}

function openFile(path: string): number | undefined {
  try {
    mkdirSync(dirname(path), { recursive: true });
    return openSync(path, constants.O_RDWR | constants.O_CREAT);
  } catch {
    return undefined;
  }
}
