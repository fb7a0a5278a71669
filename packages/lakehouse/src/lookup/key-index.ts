import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MillraceError } from '@millrace/contracts';
import { filePathOf, type AddAction } from '../delta/actions.ts';
import { FileBounds } from '../delta/file-bounds.ts';
import { readCommit } from '../delta/log-files.ts';
import { makeFolder } from '../delta/make-folder.ts';
import type { Snapshot } from '../delta/snapshot.ts';
import type { TrustedDatabaseOptions } from '../engine/trusted-database.ts';
import { LEFTOVER_MILLISECONDS, removeLeftovers } from '../maintenance/remove-leftovers.ts';
import { distinctKeys, mergeRuns, withoutPlaces, type KeyRun } from './key-run.ts';
import { readKeys, type KeyColumns } from './read-keys.ts';
import { RunFile, writeRun } from './run-file.ts';

export interface KeyIndexOptions extends KeyColumns {
  /** Folder of the Delta table. */
  readonly table: string;
  readonly limits?: TrustedDatabaseOptions;
}

/** Versions `from` to `to` of a table, both included. */
interface RunName {
  readonly from: number;
  readonly to: number;
  readonly path: string;
}

/** As many runs of about one size become one. */
const FAN_OUT = 5;
const SMALLEST_RUN = 2048;
/** A run of so many keys is not merged any more: merging it would hold up whoever waits. */
const LARGEST_RUN = 8_000_000;
const TRIES = 5;

/**
 * Tells where in an append-only Delta table a key is, at a cost that follows the number of keys that are asked for and only
 * the logarithm of the table: sorted runs of keys, each for a range of versions, merged as they get many. It lies beside the
 * data in a folder that readers of Delta pass over. It says nothing that the table does not: where it is behind it catches up
 * with the log, where it is gone it is made again from the files.
 */
export class KeyIndex {
  readonly #options: KeyIndexOptions;
  readonly #folder: string;

  constructor(options: KeyIndexOptions) {
    this.#options = options;
    this.#folder = join(options.table, '_keys');
  }

  /** Takes in what was committed up to the snapshot. */
  async catchUp(snapshot: Snapshot): Promise<void> {
    await makeFolder(this.#folder, 0);
    const covered = coveredBy(await this.#runs());
    if (covered >= snapshot.version) return;
    const files = await this.#addedSince(snapshot, covered);
    const range = { from: files === undefined ? 0 : covered + 1, to: snapshot.version };
    await this.#takeIn(range, await this.#read(snapshot, files ?? [...snapshot.files.values()]));
  }

  /** The keys that were added after a version, up to the snapshot; `undefined` where the log does not reach back so far. They are taken in where it is their turn. */
  async keysSince(snapshot: Snapshot, version: number): Promise<KeyRun | undefined> {
    const files = await this.#addedSince(snapshot, version);
    if (files === undefined) return undefined;
    const run = await this.#read(snapshot, files);
    await makeFolder(this.#folder, 0);
    if (snapshot.version > version && coveredBy(await this.#runs()) === version) await this.#takeIn({ from: version + 1, to: snapshot.version }, run);
    return run;
  }

  /** The keys of the rows that satisfy a condition; only files that `mayHold` are opened. */
  keysWhere(snapshot: Snapshot, mayHold: (bounds: FileBounds) => boolean, where: string): Promise<KeyRun> {
    const files = [...snapshot.files.values()].filter((file) => mayHold(new FileBounds(file)));
    return readKeys(snapshot, files, { ...this.#options, where }, this.#options.limits ?? {});
  }

  /**
   * Lets go of the keys whose places are gone from the table, and of files that killed writers left; returns how many files it wrote
   * anew or removed. A run is written anew where most of its places are gone, so a key costs one writing more in its life.
   */
  async shrink(snapshot: Snapshot, isGone: (place: string) => boolean): Promise<number> {
    await makeFolder(this.#folder, 0);
    let files = await removeLeftovers(this.#folder, Date.now() - LEFTOVER_MILLISECONDS);
    // What runs of newer versions hold may have been added since. What came first goes first, so the first run that is whole is the last to look at.
    for (const { path, to } of await this.#runs()) {
      const left = to > snapshot.version ? 'WHOLE' : leftOf(path, isGone);
      if (left === 'WHOLE') break;
      if (left === 'MOSTLY') continue;
      await writeRun(path, left);
      files++;
    }
    return files;
  }

  /**
   * Tells every place of every key that is there up to the snapshot, and perhaps some of newer versions. The keys are sorted; each is
   * looked up once.
   * Others may merge runs at the same time, and remove one that this process has just written beside theirs: then it is written again.
   */
  async find(snapshot: Snapshot, sorted: Float64Array, found: (key: number, place: string) => void): Promise<void> {
    if (sorted.length === 0) return;
    const keys = distinctKeys(sorted);
    for (let tries = 1; ; tries++) {
      const hits = await this.#tryFind(snapshot, keys);
      if (hits !== undefined) {
        for (const [key, place] of hits) found(key, place);
        return;
      }
      if (tries === TRIES)
        throw new MillraceError('COMMIT_CONFLICT', `The index of ${this.#options.table} was changed by others at each of ${TRIES} attempts to read it.`, {
          fields: { table: this.#options.table },
        });
    }
  }

  async #tryFind(snapshot: Snapshot, keys: Float64Array): Promise<[number, string][] | undefined> {
    try {
      await this.catchUp(snapshot);
      const runs = await this.#runs();
      if (coveredBy(runs) < snapshot.version) return undefined;
      const hits: [number, string][] = [];
      for (const { path } of runs) {
        using run = new RunFile(path);
        run.find(keys, (key, place) => hits.push([key, place]));
      }
      return hits;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  async #takeIn(range: Omit<RunName, 'path'>, run: KeyRun): Promise<void> {
    await writeRun(this.#pathOf(range), run);
    await this.#tidy();
  }

  #read(snapshot: Snapshot, files: readonly AddAction[]): Promise<KeyRun> {
    return readKeys(snapshot, files, this.#options, this.#options.limits ?? {});
  }

  /**
   * The data files that the commits after a version added, where they all can still be read. Compaction adds nothing. Where a commit of another
   * writer took some rows out of files, those that are left were added before: then all is to be read.
   */
  async #addedSince(snapshot: Snapshot, version: number): Promise<AddAction[] | undefined> {
    const files: AddAction[] = [];
    for (let next = version + 1; next <= snapshot.version; next++) {
      const actions = await readCommit(snapshot.table, next).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      });
      if (actions === undefined) return undefined;
      const added = actions.flatMap(({ add }) => (add?.dataChange === true ? [add] : []));
      if (added.length > 0 && actions.some(({ remove }) => remove?.dataChange === true)) return undefined;
      files.push(...added);
    }
    for (const file of files) {
      const isThere = snapshot.files.has(filePathOf(file)) || (await stat(join(snapshot.table, filePathOf(file))).catch(() => undefined)) !== undefined;
      if (!isThere) return undefined;
    }
    return files;
  }

  #pathOf({ from, to }: Omit<RunName, 'path'>): string {
    return join(this.#folder, `${String(from).padStart(12, '0')}-${String(to).padStart(12, '0')}.run`);
  }

  /** The runs that count: from version 0 on without a gap, each the one that reaches furthest. */
  async #runs(): Promise<RunName[]> {
    const all = await this.#list();
    const runs: RunName[] = [];
    for (let next = 0; ; next = (runs.at(-1)?.to ?? -1) + 1) {
      const best = all
        .filter(({ from }) => from === next)
        .reduce<RunName | undefined>((far, run) => (far === undefined || run.to > far.to ? run : far), undefined);
      if (best === undefined) return runs;
      runs.push(best);
    }
  }

  async #list(): Promise<RunName[]> {
    const names = await readdir(this.#folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    return names.flatMap((name) => {
      const range = /^(\d{12})-(\d{12})\.run$/.exec(name);
      return range === null ? [] : [{ from: Number(range[1]), to: Number(range[2]), path: join(this.#folder, name) }];
    });
  }

  /** Merges the newest runs while there are many of one size, then removes what does not count any more. */
  async #tidy(): Promise<void> {
    for (let merged = true; merged;) merged = await this.#mergeNewest();
    const counted = new Set((await this.#runs()).map(({ path }) => path));
    for (const { path } of await this.#list()) if (!counted.has(path)) await rm(path, { force: true });
  }

  async #mergeNewest(): Promise<boolean> {
    const runs = await this.#runs();
    const sizes = await Promise.all(runs.map(async ({ path }) => ((await stat(path).catch(() => undefined))?.size ?? 0) / 12));
    for (let limit = SMALLEST_RUN; limit < LARGEST_RUN; limit *= FAN_OUT) {
      const tail = runs.length - 1 - sizes.findLastIndex((size) => size >= limit);
      const newest = tail === 0 ? [] : runs.slice(-tail);
      if (newest.length < FAN_OUT) continue;
      const [first, last] = [newest[0], newest.at(-1)];
      if (first === undefined || last === undefined) return false;
      const loaded = newest.map(({ path }) => {
        using run = new RunFile(path);
        return run.load();
      });
      await writeRun(this.#pathOf({ from: first.from, to: last.to }), mergeRuns(loaded));
      return true;
    }
    return false;
  }
}

/** What is left of a run, where that is less than half; `MOSTLY` also where others have merged it meanwhile. */
function leftOf(path: string, isGone: (place: string) => boolean): KeyRun | 'MOSTLY' | 'WHOLE' {
  try {
    using run = new RunFile(path);
    const places = run.places();
    const gone = places.filter(isGone).length;
    if (gone * 2 > places.length) return withoutPlaces(run.load(), isGone);
    return gone === 0 && places.length > 0 ? 'WHOLE' : 'MOSTLY';
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'MOSTLY';
    throw error;
  }
}

function coveredBy(runs: readonly RunName[]): number {
  return runs.at(-1)?.to ?? -1;
}
