import type { AddAction } from '../delta/actions.ts';
import type { Snapshot } from '../delta/snapshot.ts';
import { snapshotRelation } from '../delta/snapshot-relation.ts';
import { quoteName } from '../engine/sql-text.ts';
import { withTrustedDatabase, type TrustedDatabaseOptions } from '../engine/trusted-database.ts';
import { EMPTY_RUN, type KeyRun } from './key-run.ts';

/** What is a key and what is its place in the rows of a table. */
export interface KeyColumns {
  /** A text column. Rows without a key are passed over. */
  readonly key: string;
  /** SQL of a text over the columns of the table. */
  readonly place: string;
}

/**
 * Reads the keys of some files of a snapshot, and where they are. A key is the upper 52 bits of an MD5: of a hundred million
 * keys, one in fifty million lookups of another key finds something that is not there.
 */
export async function readKeys(
  snapshot: Snapshot,
  files: readonly AddAction[],
  columns: KeyColumns & { readonly where?: string },
  limits: TrustedDatabaseOptions,
): Promise<KeyRun> {
  if (files.length === 0) return EMPTY_RUN;
  const relation = snapshotRelation({ ...snapshot, files: new Map(files.map((file) => [file.path, file])) });
  const key = quoteName(columns.key);
  return withTrustedDatabase(limits, async (connection) => {
    const result = await connection.stream(
      `SELECT (md5_number_lower(${key}) >> 12)::DOUBLE AS hash, coalesce(${columns.place}, '') AS place FROM ${relation}
       WHERE ${key} IS NOT NULL${columns.where === undefined ? '' : ` AND ${columns.where}`} GROUP BY ALL ORDER BY hash`,
    );
    const collected = new CollectedKeys();
    for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
      const [hashes, places] = [chunk.getColumnVector(0), chunk.getColumnVector(1)];
      for (let row = 0; row < chunk.rowCount; row++) collected.push(Number(hashes.getItem(row)), String(places.getItem(row)));
    }
    return collected.run();
  });
}

class CollectedKeys {
  readonly #positions = new Map<string, number>();
  #keys = new Float64Array(2048);
  #places = new Uint32Array(2048);
  #count = 0;

  push(key: number, place: string): void {
    if (this.#count === this.#keys.length) this.#grow();
    const position = this.#positions.get(place) ?? this.#positions.size;
    this.#positions.set(place, position);
    this.#keys[this.#count] = key;
    this.#places[this.#count++] = position;
  }

  run(): KeyRun {
    return { keys: this.#keys.slice(0, this.#count), places: this.#places.slice(0, this.#count), dictionary: [...this.#positions.keys()] };
  }

  #grow(): void {
    const keys = new Float64Array(this.#count * 2);
    const places = new Uint32Array(this.#count * 2);
    keys.set(this.#keys);
    places.set(this.#places);
    this.#keys = keys;
    this.#places = places;
  }
}
