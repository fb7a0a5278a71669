import { join } from 'node:path';
import { z } from 'zod';
import { windowSummarySchema } from '@millrace/contracts';
import { MACHINE_FILES, type SegmentFiles } from './segment-files.ts';
import { SetAsideFolder, type SetAsideReason } from './set-aside-folder.ts';

/** Written when a segment closes: what the control plane is told about it. Times are ISO 8601. */
const segmentManifestSchema = z.object({
  sequence: z.int(),
  endpointId: z.string(),
  rows: z.int().min(1),
  minEventTime: z.iso.datetime(),
  maxEventTime: z.iso.datetime(),
  summaries: z.array(windowSummarySchema.extend({ modelVersionId: z.string() })),
});
export type SegmentManifest = z.infer<typeof segmentManifestSchema>;

const FIRST_SEQUENCE_EPOCH = Date.UTC(2026, 0, 1);
/** The control plane counts to 2³¹ − 1. A clock beyond the half of that is not believed: it would leave no numbers for a node whose clock is right. */
const LARGEST_FIRST_SEQUENCE = 2 ** 30;
const ROWS = '.segment';
const MANIFEST = '.manifest.json';
const RECORDED = '.recorded.json';
const TEMPORARY = '.temporary';

/**
 * The folder of a node's segments. What a segment is stands in its names alone, and each step from one state to the next is one
 * rename, so a process may be killed between any two operations:
 *
 * | files | state |
 * |---|---|
 * | `<n>.segment` | open, or left so by a crash: never told to the control plane |
 * | that and `<n>.manifest.json` | closed: waits to be handed over |
 * | `<n>.recorded.json`, perhaps `<n>.segment` | the control plane has it: both go |
 *
 * Files that are made with content appear whole or not at all.
 */
export class SegmentFolder {
  readonly path: string;
  readonly setAside: SetAsideFolder;
  readonly #files: SegmentFiles;
  readonly #now: number;
  #lastSequence: number | undefined;
  #firstTaken = Number.POSITIVE_INFINITY;
  #counting: Promise<unknown> = Promise.resolve();

  constructor(path: string, now: number, files: SegmentFiles = MACHINE_FILES) {
    this.path = path;
    this.#now = now;
    this.#files = files;
    this.setAside = new SetAsideFolder(join(path, 'set-aside'), files);
  }

  /** Makes the folder and takes away what a process before was about to remove, or had not finished writing. */
  async repair(): Promise<void> {
    await this.#files.makeFolder(this.path);
    const names = await this.#files.list(this.path);
    for (const name of names) if (name.endsWith(TEMPORARY)) await this.#files.remove(join(this.path, name));
    for (const sequence of sequencesOf(names, RECORDED)) await this.#removeRecorded(sequence);
    await this.setAside.count();
  }

  /** Takes the next number of this node, for good; not below `atLeast`. The file is written by one endpoint after the other, and never goes back. */
  nextSequence(atLeast = 0): Promise<number> {
    const taken = this.#counting.then(async () => {
      this.#lastSequence ??= await this.#highestSequence();
      this.#lastSequence = Math.max(this.#lastSequence + 1, atLeast);
      const sequence = this.#lastSequence;
      this.#firstTaken = Math.min(this.#firstTaken, sequence);
      await this.#replaceFile('last-sequence', String(sequence));
      return sequence;
    });
    this.#counting = taken.catch(() => undefined);
    return taken;
  }

  /** A node that lost its folder must not reuse the numbers that the control plane has seen, so counting starts at the seconds since 2026. */
  async #highestSequence(): Promise<number> {
    await this.#files.makeFolder(this.path);
    const stored = await this.#files.read(join(this.path, 'last-sequence')).then((text) => Number(text.toString()), ifMissing(0));
    const names = [...(await this.#files.list(this.path)), ...(await this.setAside.names())];
    const seconds = Math.floor((this.#now - FIRST_SEQUENCE_EPOCH) / 1000);
    const known = [stored, seconds].filter((value) => Number.isSafeInteger(value) && value >= 0 && value <= LARGEST_FIRST_SEQUENCE);
    return Math.max(0, ...known, ...names.flatMap((name) => sequenceOf(name) ?? []));
  }

  dataPath(sequence: number): string {
    return join(this.path, `${sequence}${ROWS}`);
  }

  readRows(sequence: number): Promise<Buffer<ArrayBuffer>> {
    return this.#files.read(this.dataPath(sequence));
  }

  /** Cuts a torn end off the rows of a segment. */
  truncateRows(sequence: number, length: number): Promise<void> {
    return this.#files.truncate(this.dataPath(sequence), length);
  }

  /** The file of the rows; one that is there is emptied. */
  createRows(sequence: number): ReturnType<SegmentFiles['create']> {
    return this.#files.create(this.dataPath(sequence));
  }

  /** Makes the names in the folder durable. */
  sync(): Promise<void> {
    return this.#files.syncFolder(this.path);
  }

  writeManifest(manifest: SegmentManifest): Promise<void> {
    return this.#replaceFile(`${manifest.sequence}${MANIFEST}`, JSON.stringify(manifest));
  }

  /** Sequences of closed segments that still wait to be uploaded, oldest first. */
  async closed(): Promise<readonly number[]> {
    return sequencesOf(await this.#files.list(this.path), MANIFEST);
  }

  /** What a crash left open. The segments that this object has given numbers are not among them. */
  async unfinished(): Promise<readonly number[]> {
    const names = await this.#files.list(this.path);
    const done = new Set([...sequencesOf(names, MANIFEST), ...sequencesOf(names, RECORDED)]);
    return sequencesOf(names, ROWS).filter((sequence) => !done.has(sequence) && sequence < this.#firstTaken);
  }

  /** Whether nobody has closed, recorded or removed it yet. */
  async isUnfinished(sequence: number): Promise<boolean> {
    const names = new Set(await this.#files.list(this.path));
    const has = (suffix: string): boolean => names.has(`${sequence}${suffix}`);
    return has(ROWS) && !has(MANIFEST) && !has(RECORDED);
  }

  /** Gives a segment that is not closed another number. */
  async renumber(sequence: number, atLeast: number): Promise<number> {
    const next = await this.nextSequence(atLeast);
    await this.#files.rename(this.dataPath(sequence), this.dataPath(next));
    await this.sync();
    return next;
  }

  /** Undefined when there is none any more, or it is not one: cut short, of zero length, or of another segment. */
  async readManifest(sequence: number): Promise<SegmentManifest | undefined> {
    return this.#readJson(`${sequence}${MANIFEST}`, segmentManifestSchema, sequence);
  }

  /** Takes the manifest away, so that the segment is closed again from its rows by whoever recovers what a crash left open. */
  async reopen(sequence: number): Promise<void> {
    await this.#files.remove(join(this.path, `${sequence}${MANIFEST}`));
  }

  /** Removes a segment that the control plane has. The rename decides: from then on a crash leaves something to remove, never something to send. */
  async removeRecorded(sequence: number): Promise<void> {
    await this.#files.rename(join(this.path, `${sequence}${MANIFEST}`), join(this.path, `${sequence}${RECORDED}`));
    await this.#removeRecorded(sequence);
  }

  /** Removes a segment that has no rows. */
  async removeEmpty(sequence: number): Promise<void> {
    await this.#files.remove(this.dataPath(sequence));
  }

  /** Puts a segment out of the way with the reason, where it holds up nothing. The manifest goes last: what a crash leaves is put aside again. */
  async putAside(sequence: number, reason: SetAsideReason): Promise<void> {
    const names = [ROWS, MANIFEST].map((suffix) => `${sequence}${suffix}`);
    await this.setAside.take(this.path, sequence, names, reason);
  }

  /** Bytes that may still be written here. */
  freeBytes(): Promise<number> {
    return this.#files.freeBytes(this.path);
  }

  /** The marker goes last. */
  async #removeRecorded(sequence: number): Promise<void> {
    for (const suffix of [ROWS, RECORDED]) await this.#files.remove(join(this.path, `${sequence}${suffix}`));
  }

  async #readJson<T extends { readonly sequence: number }>(name: string, schema: z.ZodType<T>, sequence: number): Promise<T | undefined> {
    const text = await this.#files.read(join(this.path, name)).then(String, ifMissing(''));
    const parsed = schema.safeParse(jsonOf(text));
    return parsed.success && parsed.data.sequence === sequence ? parsed.data : undefined;
  }

  async #replaceFile(name: string, content: string): Promise<void> {
    const temporary = join(this.path, `${name}${TEMPORARY}`);
    const file = await this.#files.create(temporary);
    try {
      await file.write(Buffer.from(content), 0);
      await file.sync();
    } finally {
      await file.close();
    }
    await this.#files.rename(temporary, join(this.path, name));
    await this.#files.syncFolder(this.path);
  }
}

/** Gives `value` for a file that is not there, and throws any other fault of the disk on. */
function ifMissing<T>(value: T): (error: unknown) => T {
  return (error) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return value;
    throw error;
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function sequenceOf(name: string): number | undefined {
  const digits = /^(\d{1,10})\./.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function sequencesOf(names: readonly string[], suffix: string): number[] {
  return names
    .filter((name) => name.endsWith(suffix) && /^\d{1,10}$/.test(name.slice(0, -suffix.length)))
    .map((name) => Number(name.slice(0, -suffix.length)))
    .toSorted((a, b) => a - b);
}
