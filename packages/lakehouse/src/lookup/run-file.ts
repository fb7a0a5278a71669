import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { MillraceError } from '@millrace/contracts';
import type { KeyRun } from './key-run.ts';

/*
 * A run on disk: a header, the first key of every block, all keys, all places, the dictionary as JSON. To look a key up, one
 * reads the block that its neighbours name: 4 kB, whatever the size of the run.
 */
const MAGIC = 0x4d4b_5231;
const HEADER_BYTES = 16;
const BLOCK = 512;

/** Writes a run whole or not at all. */
export async function writeRun(path: string, { keys, places, dictionary }: KeyRun): Promise<void> {
  const texts = Buffer.from(JSON.stringify(dictionary));
  const fences = Float64Array.from({ length: Math.ceil(keys.length / BLOCK) }, (_, block) => keys[block * BLOCK] ?? 0);
  const header = Buffer.from(Uint32Array.of(MAGIC, keys.length, texts.length, 0).buffer);
  const temporary = `${path}.${randomUUID()}.tmp`;
  const handle = await open(temporary, 'wx');
  try {
    for (const part of [header, bytesOf(fences), bytesOf(keys), bytesOf(places), texts]) await handle.write(part);
    await handle.sync();
    await handle.close();
    await rename(temporary, path);
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(temporary, { force: true });
    throw error;
  }
}

/** A run that is open for reading. Reads are short and come from the page cache, so they are not worth a thread each. */
export class RunFile implements Disposable {
  readonly #descriptor: number;
  readonly #path: string;
  readonly #count: number;
  readonly #dictionaryBytes: number;
  readonly #fences: Float64Array;
  #block: { readonly position: number; readonly keys: Float64Array } | undefined;
  #dictionary: readonly string[] | undefined;

  constructor(path: string) {
    this.#path = path;
    this.#descriptor = openSync(path, 'r');
    try {
      const [magic, count = 0, dictionaryBytes = 0] = new Uint32Array(this.#read(0, HEADER_BYTES));
      if (magic !== MAGIC) throw new MillraceError('TABLE_UNSUPPORTED', `The index ${path} does not begin as one.`, { fields: { path } });
      this.#count = count;
      this.#dictionaryBytes = dictionaryBytes;
      this.#fences = new Float64Array(this.#read(HEADER_BYTES, Math.ceil(count / BLOCK) * 8));
    } catch (error) {
      closeSync(this.#descriptor);
      throw error;
    }
  }

  [Symbol.dispose](): void {
    closeSync(this.#descriptor);
  }

  /** The whole run. */
  load(): KeyRun {
    return {
      keys: new Float64Array(this.#read(this.#keysAt, this.#count * 8)),
      places: new Uint32Array(this.#read(this.#placesAt, this.#count * 4)),
      dictionary: this.places(),
    };
  }

  /** Tells the places of every key that is there. The keys are sorted. */
  find(keys: Float64Array, found: (key: number, place: string) => void): void {
    for (const key of keys) this.#findOne(key, found);
  }

  #findOne(key: number, found: (key: number, place: string) => void): void {
    for (let position = Math.max(0, lowerBound(this.#fences, key) - 1); position < this.#fences.length; position++) {
      if ((this.#fences[position] ?? 0) > key) return;
      const block = this.#blockAt(position);
      for (let index = lowerBound(block, key); index < block.length && block[index] === key; index++) found(key, this.#placeAt(position * BLOCK + index));
    }
  }

  #blockAt(position: number): Float64Array {
    if (this.#block?.position === position) return this.#block.keys;
    const start = position * BLOCK;
    const keys = new Float64Array(this.#read(this.#keysAt + start * 8, Math.min(BLOCK, this.#count - start) * 8));
    this.#block = { position, keys };
    return keys;
  }

  #placeAt(index: number): string {
    const [place = 0] = new Uint32Array(this.#read(this.#placesAt + index * 4, 4));
    return this.places()[place] ?? '';
  }

  /** The dictionary of its places. */
  places(): readonly string[] {
    this.#dictionary ??= JSON.parse(Buffer.from(this.#read(this.#placesAt + this.#count * 4, this.#dictionaryBytes)).toString()) as string[];
    return this.#dictionary;
  }

  get #keysAt(): number {
    return HEADER_BYTES + this.#fences.length * 8;
  }

  get #placesAt(): number {
    return this.#keysAt + this.#count * 8;
  }

  #read(position: number, length: number): ArrayBuffer {
    const buffer = new ArrayBuffer(length);
    let done = 0;
    while (done < length) {
      const bytes = readSync(this.#descriptor, new Uint8Array(buffer, done), 0, length - done, position + done);
      if (bytes === 0) throw new MillraceError('TABLE_UNSUPPORTED', `The index ${this.#path} ends too early.`, { fields: { path: this.#path } });
      done += bytes;
    }
    return buffer;
  }
}

/** The first position whose value is not below the key. */
function lowerBound(values: Float64Array, key: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] ?? 0) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

function bytesOf(values: Float64Array | Uint32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
