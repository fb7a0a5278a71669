import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';

/** Of more the oldest go: versions come and go for years. */
const MOST_NUMBERS = 10_000;

const numbersSchema = z.record(z.string(), z.number());

/** What was measured once and is wanted again after a restart: numbers by key, in a small file that appears whole or not at all. */
export class RememberedNumbers {
  private readonly path: string | undefined;
  private readonly numbers: Map<string, number>;
  private writing: Promise<void> = Promise.resolve();

  private constructor(path: string | undefined, numbers: Map<string, number>) {
    this.path = path;
    this.numbers = numbers;
  }

  /** Forgets everything at the end of the process. */
  static inMemory(): RememberedNumbers {
    return new RememberedNumbers(undefined, new Map());
  }

  /** A file that is missing or damaged is an empty one: everything can be measured again. */
  static async open(path: string): Promise<RememberedNumbers> {
    return new RememberedNumbers(path, new Map(Object.entries(await readNumbers(path))));
  }

  get(key: string): number | undefined {
    return this.numbers.get(key);
  }

  set(key: string, value: number): void {
    this.numbers.delete(key);
    this.numbers.set(key, value);
    const [oldest] = this.numbers.keys();
    if (this.numbers.size > MOST_NUMBERS && oldest !== undefined) this.numbers.delete(oldest);
    const { path } = this;
    if (path === undefined) return;
    this.writing = this.writing
      .then(async () => {
        await mkdir(dirname(path), { recursive: true });
        await writeFile(`${path}.temporary`, JSON.stringify(Object.fromEntries(this.numbers)));
        await rename(`${path}.temporary`, path);
      })
      // A disk that is full costs a measurement after the next start, nothing else.
      .catch(() => undefined);
  }

  /** Resolves when everything that was set is on disk. */
  async written(): Promise<void> {
    await this.writing;
  }
}

async function readNumbers(path: string): Promise<Record<string, number>> {
  try {
    return numbersSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return {};
  }
}
