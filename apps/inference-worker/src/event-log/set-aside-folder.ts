import { join } from 'node:path';
import type { SegmentFiles } from './segment-files.ts';

/** Why a segment was set aside; kept beside it. */
export interface SetAsideReason {
  readonly code: string;
  readonly message: string;
  readonly endpointId: string | undefined;
  readonly rows: number | undefined;
}

const REASON = '.reason.json';
/** More than that would fill the disk with what nobody can use; the oldest go. */
const MAXIMUM_SEGMENTS = 1000;

/**
 * Segments that cannot be handed over, each with `<n>.reason.json`. They are kept for a person: who mends the cause moves the files of a
 * segment back into the folder above and starts the node again.
 */
export class SetAsideFolder {
  readonly #path: string;
  readonly #files: SegmentFiles;
  readonly #sequences = new Set<number>();

  constructor(path: string, files: SegmentFiles) {
    this.#path = path;
    this.#files = files;
  }

  /** How many segments lie here. */
  get segments(): number {
    return this.#sequences.size;
  }

  /** Looks how many there are. */
  async count(): Promise<void> {
    this.#sequences.clear();
    for (const name of await this.names()) if (name.endsWith(REASON)) this.#sequences.add(Number(name.slice(0, -REASON.length)));
  }

  /** The names of all files; none where nothing was ever set aside. */
  names(): Promise<readonly string[]> {
    return this.#files.list(this.#path).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    });
  }

  /** Takes the files of a segment, in this order, after its reason; one that is not there is passed over. The first reason stays. */
  async take(from: string, sequence: number, names: readonly string[], reason: SetAsideReason): Promise<void> {
    await this.#files.makeFolder(this.#path);
    if (!this.#sequences.has(sequence)) await this.#writeReason(sequence, reason);
    this.#sequences.add(sequence);
    for (const name of names)
      await this.#files.rename(join(from, name), join(this.#path, name)).catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      });
    if (this.#sequences.size > MAXIMUM_SEGMENTS) await this.#removeOldest();
  }

  async #writeReason(sequence: number, reason: SetAsideReason): Promise<void> {
    const file = await this.#files.create(join(this.#path, `${sequence}${REASON}`));
    try {
      await file.write(Buffer.from(JSON.stringify({ ...reason, at: new Date().toISOString() })), 0);
    } finally {
      await file.close();
    }
  }

  async #removeOldest(): Promise<void> {
    const oldest = Math.min(...this.#sequences);
    const own = (await this.names()).filter((name) => name.startsWith(`${oldest}.`));
    for (const name of own) await this.#files.remove(join(this.#path, name));
    this.#sequences.delete(oldest);
  }
}
